import { createStore, GaesupError, type Immutable } from 'gaesup-state';
import { read, select } from '../scene.ts';
import { type Behaviour, same, settled } from '../stage.ts';
import { initial } from './showing.ts';

type State = ReturnType<typeof initial>;

/** What comes, is exchanged, and goes. */
export const lives: Record<string, Behaviour> = {
  'a row that is removed with its component throws nowhere': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      rows: {
        count: store.select((s) => s.rows.length),
        row: (index) => select(store, (s) => s.rows[index]!.title.toUpperCase()),
      },
    });
    await settled();
    same(show.texts, ['A', 'B', 'C']);
    store.at('rows').remove(1);
    await settled();
    same(show.texts, ['A', 'C']);
    store.batch(() => {
      store.at('rows', 0, 'title').set('x');
      store.at('rows').remove(1);
    });
    await settled();
    same(show.texts, ['X']);
    store.at('rows').set([]);
    await settled();
    same(show.texts, []);
    store.at('rows').push({ title: 'n', done: false });
    await settled();
    same(show.texts, ['N']);
    same([show.log.errors.length, stage.complaints.length], [0, 0], 'errors');
  },

  'what is at a place is shown, whatever comes or goes before it': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: {
        cursor: read(() => store.at('rows', 1, 'title')),
        row: read(() => store.at('rows', 1)),
        selected: select(store, (s) => s.rows[1]?.title),
        computed: select(store, (s) => `${s.rows[1]?.title}`),
      },
    });
    const shows = async (title: string) => {
      await settled();
      const done = store.get().rows[1]?.done;
      same(show.texts, [title, JSON.stringify({ title, done }), title, title]);
    };
    store.at('rows').insert(0, { title: 'new', done: true });
    await shows('a');
    store.at('rows', 1, 'title').set('x');
    await shows('x');
    store.at('rows').move(3, 1);
    await shows('c');
    store.at('rows', 1).set({ title: 'y', done: true });
    await shows('y');
    store.at('rows', 1, 'title').set('z');
    await shows('z');
    store.at('rows').set([]);
    await settled();
    same(show.texts, ['undefined', 'undefined', 'undefined', 'undefined']);
    store.at('rows').set([...initial().rows]);
    await shows('b');
    store.at('rows', 1, 'title').set('w');
    await shows('w');
  },

  'the store is exchanged': async (stage) => {
    const stores = [createStore({ n: 1 }), createStore({ n: 2 })] as const;
    const show = stage.mount({ texts: { n: read((turn) => stores[turn as 0 | 1].at('n')) } });
    await settled();
    await show.setTurn(1);
    same([show.text('n'), ...stores.map((store) => store.stats().watchers)], ['2', 0, 1]);
    const before = show.renders('n');
    stores[0].at('n').set(5);
    await settled();
    same(show.renders('n'), before);
    stores[1].at('n').set(6);
    await settled();
    same(show.text('n'), '6');
    await show.setTurn(0);
    same(show.text('n'), '5');
  },

  'what is read is exchanged': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: {
        title: read((turn) => store.at('rows', turn, 'title')),
        upper: select(store, (s, turn) => s.rows[turn]!.title.toUpperCase()),
      },
    });
    await settled();
    await show.setTurn(2);
    same(show.texts, ['c', 'C']);
    store.at('rows', 2, 'title').set('x');
    await settled();
    same(show.texts, ['x', 'X']);
    const renders = [show.renders('title'), show.renders('upper')];
    store.at('rows', 0, 'title').set('y');
    await settled();
    same([show.renders('title'), show.renders('upper')], renders, 'renders');
    await show.setTurn(0);
    same(show.texts, ['y', 'Y']);
    await show.unmount();
    same(store.stats().watchers, 0, 'watchers');
  },

  'a selector that reads another key after a change follows that, too': async (stage) => {
    const store = createStore(initial());
    const selector = (s: Immutable<State>) => (s.n > 1 ? s.rows[1]!.title : s.rows[0]!.title);
    const show = stage.mount({ texts: { title: select(store, selector) } });
    await settled();
    store.at('n').set(2);
    await settled();
    store.at('rows', 1, 'title').set('x');
    await settled();
    same([show.text('title'), show.renders('title')], ['x', 3]);
    store.at('rows', 0, 'title').set('y');
    await settled();
    same(show.renders('title'), 3);
  },

  'readers of one place share a watcher, and leave none': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: { a: read(() => store.at('n')), b: read(() => store.at('n')) },
      effect: { of: store.at('n'), run: () => {} },
    });
    await settled();
    same(store.stats().watchers, 1, 'watchers');
    await show.unmount();
    same(store.stats().watchers, 0, 'watchers');
  },

  'nobody is called after it has gone': async (stage) => {
    const store = createStore(initial());
    const n = store.at('n');
    const show = stage.mount({
      texts: {
        n: read(() => n),
        selected: select(store, (s) => ({ n: s.n })),
        frame: read(() => n, { schedule: 'frame' }),
        debounced: read(() => n, { schedule: { debounce: 5 } }),
      },
    });
    await settled();
    const renders = () => ['n', 'selected', 'frame', 'debounced'].map((name) => show.renders(name));
    const before = renders();
    n.set(2);
    show.unmountNow();
    n.set(3);
    await settled();
    n.set(4);
    await new Promise((resolve) => setTimeout(resolve, 50));
    same(renders(), before);
    same([store.stats().watchers, stage.complaints.length], [0, 0], 'watchers and complaints');
  },

  'a listener takes the place of another away while both are told': async (stage) => {
    const store = createStore(initial());
    const n = store.at('n');
    // One that is called before the other's, and one that is called after.
    const first = n.subscribe(() => show.unmountNow(), { schedule: 'sync' });
    const show = stage.mount({ texts: { n: read(() => n) } });
    await settled();
    n.set(2);
    first();
    await settled();
    const second = stage.mount({ texts: { n: read(() => n) } });
    await settled();
    const last = n.subscribe(() => second.unmountNow(), { schedule: 'sync' });
    n.set(3);
    last();
    await settled();
    same([show.renders('n'), second.renders('n'), store.stats().watchers], [1, 1, 0]);
    same([show.log.errors.length, second.log.errors.length, stage.complaints.length], [0, 0, 0], 'errors');
  },

  'mounting again shows what is there then': async (stage) => {
    const store = createStore(initial());
    const scene = { texts: { n: read(() => store.at('n'), { schedule: { debounce: 10_000 } }) } };
    const first = stage.mount(scene);
    await settled();
    await first.unmount();
    store.at('n').set(2);
    same(stage.mount(scene).text('n'), '2');
  },

  'an effect writes what another component shows': async (stage) => {
    const store = createStore({ n: 1, doubled: 0 });
    let runs = 0;
    const run = (value: unknown) => {
      runs++;
      store.at('doubled').set(2 * (value as number));
    };
    const show = stage.mount({
      texts: { doubled: read(() => store.at('doubled')) },
      effect: { of: store.at('n'), run },
    });
    await settled();
    same([show.text('doubled'), runs], ['2', 1]);
    store.at('n').set(4);
    await settled();
    same([show.text('doubled'), runs], ['8', 2]);
    // It has written that, and not read it.
    store.at('doubled').set(100);
    await settled();
    same([show.text('doubled'), runs], ['100', 2]);
  },

  'a listener that throws is no matter of components': async (stage) => {
    const store = createStore(initial());
    const end = store.at('n').subscribe(
      () => {
        throw new Error('mine');
      },
      { schedule: 'sync' },
    );
    const show = stage.mount({ texts: { n: read(() => store.at('n')) } });
    await settled();
    store.at('n').set(2);
    await settled();
    end();
    same([show.text('n'), String(stage.complaints)], ['2', 'Error: mine']);
  },

  'a selector that throws is an error of its component alone': async (stage) => {
    const store = createStore(initial());
    const selector = (): string => {
      throw new Error('mine');
    };
    const show = stage.mount({ texts: { bad: select(store, selector), n: read(() => store.at('n')) } });
    await settled();
    store.at('n').set(2);
    await settled();
    same([show.text('n'), show.text('bad') || undefined], ['2', undefined]);
    same(String(show.log.errors[0]), 'Error: mine');
    await show.unmount();
    same(store.stats().watchers, 0, 'watchers');
  },

  'a store that is disposed while it is shown stays as it was': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: { n: read(() => store.at('n')), selected: select(store, (s) => [s.n]) },
    });
    await settled();
    store.dispose();
    await settled();
    same(show.texts, ['1', '[1]']);
    await show.unmount();
    same([show.log.errors.length, stage.complaints.length], [0, 0], 'errors');
  },

  'a disposed store is an error with its code, and the rest of the page lives': async (stage) => {
    const [gone, store] = [createStore(initial()), createStore(initial())];
    gone.dispose();
    const show = stage.mount({
      texts: {
        gone: read(() => gone.at('n')),
        selected: select(gone, (s) => s.n),
        n: read(() => store.at('n')),
      },
    });
    await settled();
    store.at('n').set(2);
    await settled();
    same([show.text('n'), show.text('gone') || undefined], ['2', undefined]);
    const codes = new Set(show.log.errors.map((error) => error instanceof GaesupError && error.code));
    same([...codes], ['DISPOSED']);
    await show.unmount();
    same(stage.complaints.length, 0, 'complaints');
  },
};
