// @vitest-environment happy-dom
import { createStore } from 'gaesup-state';
import { useStore } from 'gaesup-state/react';
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

test('a component counts in a DOM', async () => {
  const store = createStore({ count: 1, bytes: new Uint8Array([1, 2]), at: new Date(0) });
  const Counter = () => {
    const count = useStore(store.at('count'));
    return createElement('button', { type: 'button', onClick: () => store.at('count').increment() }, count);
  };
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  await act(async () => root.render(createElement(Counter)));
  await act(async () => host.querySelector('button').click());
  expect(host.textContent).toBe('2');
  expect(store.get()).toEqual({ count: 2, bytes: new Uint8Array([1, 2]), at: new Date(0) });
  await act(async () => root.unmount());
});
