// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { createApp, effectScope, h, isProxy, KeepAlive, nextTick, reactive, ref, watchEffect } from 'vue';
import { createStore } from '../../core/src/index.ts';
import { storePlugin, useCursor, useStore, useStoreContext } from './index.ts';

const initial = () => ({ n: 0, rows: [{ title: 'a' }, { title: 'b' }] });

test('a component renders what has changed, and follows the refs that a selector reads', async () => {
  const store = createStore(initial());
  const index = ref(0);
  let renders = 0;
  const page = document.createElement('div');
  const app = createApp({
    setup() {
      const own = useStoreContext<ReturnType<typeof initial>>();
      const title = useStore(own, (s) => s.rows[index.value]!.title);
      const n = useStore(() => own.at('n'));
      return () => {
        renders++;
        return `${n.value} ${title.value}`;
      };
    },
  });
  app.use(storePlugin(store)).mount(page);
  expect(page.textContent).toBe('0 a');
  store.at('n').set(4);
  await nextTick();
  expect(page.textContent).toBe('4 a');
  index.value = 1;
  await nextTick();
  expect(page.textContent).toBe('4 b');
  store.at('rows', 0, 'title').set('x');
  await nextTick();
  expect(renders).toBe(3);
  app.unmount();
  expect(store.stats().watchers).toBe(0);
});

test('a cursor is a ref that can be set, and ends with its scope', () => {
  const store = createStore(initial());
  const scope = effectScope();
  const n = scope.run(() => useCursor(store.at('n')));
  if (n === undefined) throw new Error('the scope did not run');
  n.value = 3;
  expect([n.value, store.get().n, store.stats().watchers]).toEqual([3, 3, 1]);
  scope.stop();
  expect(store.stats().watchers).toBe(0);
});

test('an effect that writes does not depend on what it writes', () => {
  const store = createStore(initial());
  const scope = effectScope();
  const source = ref(1);
  let runs = 0;
  scope.run(() => {
    const n = useStore(store.at('n'));
    watchEffect(() => n.value, { flush: 'sync' });
    watchEffect(
      () => {
        runs++;
        store.at('n').set(source.value);
      },
      { flush: 'sync' },
    );
  });
  store.at('n').set(5);
  source.value = 2;
  expect([runs, store.get().n]).toEqual([2, 2]);
  scope.stop();
});

test('a component that is kept alive unseen renders when it is seen again, and is right whenever it is asked', async () => {
  const store = createStore(initial());
  const isSeen = ref(true);
  const page = document.createElement('div');
  let renders = 0;
  let ask = (): unknown => undefined;
  const Kept = {
    setup() {
      const n = useStore(store, (s) => s.n);
      ask = () => n.value;
      return () => {
        renders++;
        return h('b', n.value);
      };
    },
  };
  const app = createApp({ render: () => h(KeepAlive, null, () => (isSeen.value ? h(Kept) : undefined)) });
  app.mount(page);
  isSeen.value = false;
  await nextTick();
  for (const n of [1, 2]) {
    store.at('n').set(n);
    await nextTick();
    expect([ask(), renders]).toEqual([n, 1]);
  }
  isSeen.value = true;
  await nextTick();
  await nextTick();
  expect([page.textContent, renders]).toEqual(['2', 2]);
  app.unmount();
  expect(store.stats().watchers).toBe(0);
});

test('what holds a state is no state: reactivity is not put on it', () => {
  const store = createStore(initial(), { history: true });
  const held = reactive({
    store,
    at: store.at('n'),
    select: store.select((s) => s.n),
    history: store.history,
  });
  expect(Object.values(held).map(isProxy)).toEqual([false, false, false, false]);
});

test('a cleared input of a number leaves the number, or sets what it is told to', () => {
  const store = createStore<{ n: number; size: number | null; text: string }>({ n: 3, size: 5, text: 'a' });
  const scope = effectScope();
  scope.run(() => {
    const n = useCursor(store.at('n'));
    const size = useCursor(store.at('size'), { empty: null });
    const text = useCursor(store.at('text'));
    // What `v-model.number` gives is not what its type says.
    const cleared = '' as never;
    n.value = cleared;
    size.value = cleared;
    text.value = '';
    expect(store.get()).toEqual({ n: 3, size: null, text: '' });
    size.value = cleared;
    expect(store.get().size).toBe(null);
    n.value = 4;
    size.value = 6;
    expect(store.get()).toEqual({ n: 4, size: 6, text: '' });
    size.value = null;
    expect(store.get().size).toBe(null);
  });
  scope.stop();
});
