import { afterEach, expect, test, vi } from 'vitest';
import { createSSRApp, effectScope, type Ref, ref } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { createStore } from '../../core/src/index.ts';
import type { Store } from '../../core/src/types.ts';
import { useStore, useStoreContext } from './index.ts';

type State = { n: number; rows: { title: string }[] };

const initial = (): State => ({ n: 0, rows: [{ title: 'a' }, { title: 'b' }] });

afterEach(() => vi.unstubAllGlobals());

/** Renders a component that reads, waits, lets something happen, and renders then. */
async function rendered(happen: (store: Store<State>, start: Ref<number>) => void) {
  vi.resetModules();
  const { storePlugin, useCursor, useStore, useStoreContext } = await import('./index.ts');
  const store = createStore<State>(initial());
  const start = ref(1);
  const watchers: number[] = [];
  const app = createSSRApp({
    async setup() {
      const own = useStoreContext<State>();
      const n = useCursor(own.at('n'));
      const titles = useStore(own, (s) => s.rows.slice(start.value).map(({ title }) => title));
      const first = useStore(() => own.at('rows', start.value, 'title'));
      const now = () => [n.value, titles.value.join(), first.value].join(' ');
      const early = now();
      await Promise.resolve();
      happen(own, start);
      watchers.push(own.stats().watchers);
      return () => `${early}; ${now()}`;
    },
  });
  const text = await renderToString(app.use(storePlugin(store)));
  expect([...watchers, store.stats().watchers]).toEqual([0, 0]);
  return text;
}

test.each([false, true])('what is written while a server waits is rendered (a document: %s)', async (has) => {
  if (has) vi.stubGlobal('document', {});
  const text = await rendered((store) => {
    store.at('n').set(5);
    store.at('rows').push({ title: 'c' });
  });
  expect(text).toBe('0 b b; 5 b,c b');
});

test('what a selector reads besides the state is as it is when it is rendered', async () => {
  const text = await rendered((_, start) => {
    start.value = 0;
  });
  expect(text).toBe('0 b b; 0 a,b a');
});

test('without a page and without a server it hears of changes', () => {
  const store = createStore(initial());
  const scope = effectScope();
  const n = scope.run(() => useStore(store.at('n')));
  expect(n?.value).toBe(0);
  store.at('n').set(2);
  expect(n?.value).toBe(2);
  scope.stop();
  expect(store.stats().watchers).toBe(0);
});

test('a component that has no store says what it needs', async () => {
  const app = createSSRApp({ setup: () => () => String(useStoreContext()) });
  app.config.warnHandler = () => {};
  await expect(renderToString(app)).rejects.toThrow('storePlugin');
});
