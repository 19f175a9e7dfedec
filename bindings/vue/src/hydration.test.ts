// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { createSSRApp, h, nextTick } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { createStore, openStore } from '../../core/src/index.ts';
import type { Store } from '../../core/src/types.ts';
import { storePlugin, useStore, useStoreContext } from './index.ts';

type State = { n: number; rows: string[] };

const Page = {
  setup() {
    const store = useStoreContext<State>();
    const n = useStore(store.at('n'));
    const last = useStore(store, (s) => s.rows.at(-1));
    const count = useStore(store.select((s) => s.rows.length));
    return () => h('p', { class: `n${n.value}` }, `${last.value} of ${count.value}`);
  },
};

/** A page as the server sent it, hydrated with a store that `change` has changed. */
async function hydrated(change: (store: Store<State>) => void) {
  const server = createStore<State>({ n: 0, rows: ['a', 'b'] });
  const page = document.createElement('div');
  page.innerHTML = await renderToString(createSSRApp(Page).use(storePlugin(server)));
  const bytes = server.snapshot();
  const store = openStore<State>(bytes);
  change(store);
  const serverState = vi.fn(() => openStore<State>(bytes));
  const app = createSSRApp(Page).use(storePlugin(store, { serverState }));
  const warnings: string[] = [];
  app.config.warnHandler = (message) => warnings.push(message);
  const node = page.firstChild;
  app.mount(page);
  await nextTick();
  expect(warnings).toEqual([]);
  expect(page.firstChild).toBe(node);
  return { app, page, store, serverState };
}

test('what was changed before hydration fits, attributes too, and is shown then', async () => {
  const { app, page, store, serverState } = await hydrated((store) => {
    store.at('n').set(7);
    store.at('rows').push('c');
  });
  expect(page.innerHTML).toBe('<p class="n7">c of 3</p>');
  expect(serverState).toHaveBeenCalledTimes(1);
  store.at('rows').push('d');
  await nextTick();
  expect(page.textContent).toBe('d of 4');
  app.unmount();
  expect(store.stats().watchers).toBe(0);
});

test('a state that is the one that was rendered is not opened again', async () => {
  const { page, serverState } = await hydrated(() => {});
  expect(page.innerHTML).toBe('<p class="n0">b of 2</p>');
  expect(serverState).not.toHaveBeenCalled();
});
