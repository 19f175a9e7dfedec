import { createStore } from 'gaesup-state';
import { StoreProvider } from 'gaesup-state/react';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './App.jsx';

export function render(start) {
  const store = createStore({ count: start });
  store.at('count').increment();
  const html = renderToString(createElement(StoreProvider, { store }, createElement(App)));
  return { html, snapshot: store.snapshot() };
}
