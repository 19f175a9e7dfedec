import { createStore, type Readable } from 'gaesup-state';
import { read, select } from '../scene.ts';
import { type Behaviour, identical, same, settled } from '../stage.ts';

export const initial = () => ({
  n: 1,
  other: 0,
  rows: [
    { title: 'a', done: false },
    { title: 'b', done: true },
    { title: 'c', done: false },
  ],
});

/** What is shown, and how often it is rendered for that. */
export const showing: Record<string, Behaviour> = {
  'the value is shown at once': (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: {
        n: read(() => store.at('n')),
        titles: select(store, (s) => s.rows.map((r) => r.title)),
      },
    });
    same(show.texts, ['1', '["a","b","c"]']);
  },

  'a change is shown': async (stage) => {
    const store = createStore(initial());
    const n = store.at('n');
    const show = stage.mount({ texts: { n: read(() => n) } });
    await settled();
    n.set(2);
    await settled();
    same([show.text('n'), show.renders('n')], ['2', 2]);
  },

  'a component renders for what it reads, and for nothing else': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: {
        n: read(() => store.at('n')),
        title: read(() => store.at('rows', 0, 'title')),
        row: read(() => store.at('rows', 0)),
        rows: read(() => store.at('rows')),
      },
    });
    const renders = () => ['n', 'title', 'row', 'rows'].map((name) => show.renders(name));
    await settled();
    same(renders(), [1, 1, 1, 1]);
    store.at('other').set(5);
    await settled();
    same(renders(), [1, 1, 1, 1]);
    store.at('rows', 1, 'title').set('x');
    await settled();
    same(renders(), [1, 1, 1, 2]);
    store.at('rows', 0, 'done').set(true);
    await settled();
    same(renders(), [1, 1, 2, 3]);
    store.at('rows', 0, 'title').set('y');
    await settled();
    same(renders(), [1, 2, 3, 4]);
  },

  'a selector that makes fresh objects renders when they are others': async (stage) => {
    const store = createStore(initial());
    const selector = ({ n }: { n: number }) => ({ n, isOdd: n % 2 === 1 });
    const parity = ({ n }: { n: number }) => [n % 2];
    const show = stage.mount({ texts: { n: select(store, selector), parity: select(store, parity) } });
    const renders = () => [show.renders('n'), show.renders('parity')];
    await settled();
    same(renders(), [1, 1]);
    store.at('other').set(5);
    await settled();
    same(renders(), [1, 1]);
    store.at('n').set(3);
    await settled();
    same([show.text('n'), ...renders()], ['{"n":3,"isOdd":true}', 2, 1]);
  },

  'an equal value does not render': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: { n: read(() => store.at('n')), row: read(() => store.at('rows', 0)) },
    });
    await settled();
    store.at('n').set(1);
    store.at('rows', 0).update((row) => {
      row.title = 'a';
    });
    store.batch(() => {
      store.at('n').set(7);
      store.at('rows', 0, 'title').set('x');
      store.at('n').set(1);
      store.at('rows', 0, 'title').set('a');
    });
    await settled();
    same([show.renders('n'), show.renders('row')], [1, 1]);
  },

  'a batch is one render': async (stage) => {
    const store = createStore(initial());
    const selector = ({ n, other }: { n: number; other: number }) => `${n} ${other}`;
    const show = stage.mount({ texts: { both: select(store, selector) } });
    await settled();
    store.batch(() => {
      for (let n = 0; n < 10; n++) store.at('n').increment();
      store.at('other').set(9);
    });
    await settled();
    same([show.text('both'), show.renders('both')], ['11 9', 2]);
  },

  'many updates in one task are one render': async (stage) => {
    const store = createStore(initial());
    const selector = ({ n }: { n: number }) => ({ n });
    const show = stage.mount({ texts: { n: read(() => store.at('n')), selected: select(store, selector) } });
    await settled();
    for (let n = 0; n < 1_000; n++) store.at('n').increment();
    await settled();
    same([show.texts, show.renders('n'), show.renders('selected')], [['1001', '{"n":1001}'], 2, 2]);
  },

  'a batch that throws shows nothing': async (stage) => {
    const store = createStore(initial());
    const selector = ({ n }: { n: number }) => [n];
    const show = stage.mount({ texts: { n: read(() => store.at('n')), selected: select(store, selector) } });
    await settled();
    try {
      store.batch(() => {
        store.at('n').set(8);
        store.at('n').get();
        throw new Error('no');
      });
    } catch {}
    await settled();
    same([show.texts, show.renders('n'), show.renders('selected')], [['1', '[1]'], 1, 1]);
  },

  'what did not change is the same object': async (stage) => {
    const store = createStore(initial());
    const show = stage.mount({
      texts: {
        rows: read(() => store.at('rows')),
        open: select(store, (s) => s.rows.filter((row) => !row.done)),
      },
    });
    await settled();
    const before = show.log.value('rows') as object[];
    identical(before[0], store.get().rows[0], 'the row in the state');
    store.at('rows', 1, 'title').set('x');
    await settled();
    const after = show.log.value('rows') as object[];
    same([before === after, before[1] === after[1]], [false, false]);
    identical(after[0], before[0], 'the first row');
    identical(after[2], before[2], 'the last row');
    identical((show.log.value('open') as object[])[0], before[0], 'the selected row');
  },

  'undefined, null and other values that are nothing': async (stage) => {
    const values = [undefined, null, 0, '', false, Number.NaN, -0, 0n, undefined];
    const store = createStore<{ value: unknown; some: Record<string, unknown> }>({ value: 1, some: {} });
    const show = stage.mount({
      texts: { value: read(() => store.at('value')), missing: read(() => store.at('some', 'key')) },
    });
    await settled();
    for (const [index, value] of values.entries()) {
      store.at('value').set(value);
      store.at('some').merge({ key: value });
      await settled();
      identical(show.log.value('value'), value, `the value shown for ${String(value)}`);
      identical(show.log.value('missing'), value, `what was missing, for ${String(value)}`);
      same(show.renders('value'), index + 2);
    }
    store.at('some', 'key').delete();
    await settled();
    same([show.text('missing'), show.renders('missing')], ['undefined', values.length]);
  },

  'entries of maps, dates and bytes': async (stage) => {
    const store = createStore({
      map: new Map([['k', 1]]),
      at: new Date(0),
      bytes: new Uint8Array([1]),
    });
    const show = stage.mount({
      texts: {
        entry: read(() => store.at((s) => s.map.get('k'))),
        map: read(() => store.at('map')),
        at: read(() => store.at('at')),
        bytes: read(() => store.at('bytes')),
      },
    });
    await settled();
    store.at('map', 'k').set(2);
    store.at('at').set(new Date(1));
    store.at('bytes').set(new Uint8Array([2, 3]));
    await settled();
    same([show.text('entry'), show.text('at')], ['2', '"1970-01-01T00:00:00.001Z"']);
    same([...(show.log.value('map') as Map<string, number>)], [['k', 2]]);
    identical(show.log.value('bytes'), store.get().bytes, 'the array of bytes');
    same(
      ['entry', 'map', 'at', 'bytes'].map((name) => show.renders(name)),
      [2, 2, 2, 2],
    );
  },

  'selections, the history and whatever else is readable': async (stage) => {
    const store = createStore(initial(), { history: true });
    const open = store.select((s) => s.rows.filter((row) => !row.done).length);
    const doubled = store.select(() => open.get() * 2);
    const canUndo = store.select(() => store.history.get().canUndo);
    const own = readable(1);
    const show = stage.mount({
      texts: {
        open: read(() => open),
        doubled: read(() => doubled),
        canUndo: read(() => canUndo),
        position: read(() => store.history),
        own: read(() => own),
      },
    });
    await settled();
    store.at('rows', 0, 'done').set(true);
    own.set(2);
    await settled();
    same(
      [show.text('open'), show.text('doubled'), show.text('canUndo'), show.text('own')],
      ['1', '2', 'true', '2'],
    );
    store.history.undo();
    await settled();
    same([show.text('open'), show.text('canUndo')], ['2', 'false']);
    same(JSON.parse(show.text('position') ?? '').position, 0);
    await show.unmount();
    same([store.stats().watchers, own.listeners], [0, 0], 'watchers and listeners');
  },

  'of 200 rows, one update renders one': async (stage) => {
    const store = createStore({ rows: Array.from({ length: 200 }, (_, id) => ({ id, title: `row ${id}` })) });
    const show = stage.mount({
      rows: {
        count: store.select((s) => s.rows.length),
        row: (index) => read(() => store.at('rows', index)),
      },
    });
    await settled();
    same(show.log.rendersBelow('row '), 200);
    store.at('rows', 77, 'title').set('x');
    await settled();
    same([show.log.rendersBelow('row '), show.renders('row 77')], [201, 2]);
  },
};

/** The least that is readable: the contract says no more. */
function readable(
  value: number,
): Readable<number> & { set(value: number): void; readonly listeners: number } {
  const listeners = new Set<() => void>();
  let now = value;
  return {
    get: () => now,
    subscribe: (listener) => {
      let seen = now;
      const tell = () => {
        const before = seen;
        seen = now;
        listener(now, before);
      };
      tell();
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    set: (next) => {
      now = next;
      for (const tell of listeners) tell();
    },
    get listeners() {
      return listeners.size;
    },
  };
}
