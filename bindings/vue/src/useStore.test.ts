// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { createApp, effectScope, nextTick, ref } from 'vue';
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
