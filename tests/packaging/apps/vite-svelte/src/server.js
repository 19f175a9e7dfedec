import { createStore } from 'gaesup-state';
import { render as renderComponent } from 'svelte/server';
import App from './App.svelte';

export async function render(start) {
  const store = createStore({ count: start });
  store.at('count').increment();
  const { body } = await renderComponent(App, { props: { store } });
  return { html: body, snapshot: store.snapshot() };
}
