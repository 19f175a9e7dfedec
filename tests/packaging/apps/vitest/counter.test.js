import { createStore } from 'gaesup-state';
import { useStore } from 'gaesup-state/react';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';

test('a store counts in Node', async () => {
  const store = createStore({ count: 1, bytes: new Uint8Array([1, 2]), at: new Date(0) });
  const heard = [];
  store.at('count').subscribe((value) => heard.push(value));
  store.at('count').increment();
  await Promise.resolve();
  expect(heard).toEqual([2]);
  expect(store.get()).toEqual({ count: 2, bytes: new Uint8Array([1, 2]), at: new Date(0) });
});

test('a component is rendered to a string', () => {
  const store = createStore({ count: 1 });
  const Counter = () => createElement('button', { type: 'button' }, useStore(store.at('count')));
  expect(renderToString(createElement(Counter))).toBe('<button type="button">1</button>');
});
