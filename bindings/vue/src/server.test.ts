import { afterEach, expect, test, vi } from 'vitest';
import { createSSRApp, effectScope, ref } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { createStore } from '../../core/src/index.ts';
import { storePlugin, useCursor, useStore, useStoreContext } from './index.ts';

const initial = () => ({ n: 0, rows: [{ title: 'a' }, { title: 'b' }] });

afterEach(() => vi.unstubAllGlobals());

test.each([false, true])(
  'a server renders what is there by then, and subscribes to nothing (a document: %s)',
  async (hasDocument) => {
    if (hasDocument) vi.stubGlobal('document', {});
    const store = createStore(initial());
    const start = ref(1);
    const watchers: number[] = [];
    const app = createSSRApp({
      async setup() {
        const own = useStoreContext<ReturnType<typeof initial>>();
        const n = useCursor(own.at('n'));
        const titles = useStore(own, (s) => s.rows.slice(start.value).map(({ title }) => title));
        const count = useStore(() => own.at('rows', start.value, 'title'));
        const early = [n.value, titles.value.join(), count.value];
        await Promise.resolve();
        n.value = 5;
        own.at('rows').push({ title: 'c' });
        start.value = 2;
        watchers.push(own.stats().watchers);
        return () => [...early, n.value, titles.value.join(), count.value].join(' ');
      },
    });
    expect(await renderToString(app.use(storePlugin(store)))).toBe('0 b b 5 c c');
    expect([...watchers, store.stats().watchers]).toEqual([0, 0]);
  },
);

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
