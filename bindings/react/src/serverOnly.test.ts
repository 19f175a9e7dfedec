import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { createStore } from '../../core/src/index.ts';
import { StoreProvider, useStore, useStoreContext } from './index.ts';

test('a server renders its store, also when it was filled after it was made', () => {
  const store = createStore({ n: 0 });
  store.at('n').set(1);
  const serverState = vi.fn(() => createStore({ n: 9 }));
  const Page = () => String(useStore(useStoreContext<{ n: number }>().at('n')));
  const app = createElement(StoreProvider<{ n: number }>, { store, serverState }, createElement(Page));
  expect(renderToString(app)).toBe('1');
  expect(serverState).not.toHaveBeenCalled();
});
