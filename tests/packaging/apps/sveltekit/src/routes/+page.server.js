import { createStore } from 'gaesup-state';

/** A store for each request; what it holds goes to the page as bytes. */
export function load({ url }) {
  const store = createStore({ count: Number(url.searchParams.get('start')) });
  store.at('count').increment();
  return { snapshot: store.snapshot() };
}
