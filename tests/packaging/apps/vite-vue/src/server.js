import { createStore } from 'gaesup-state';
import { storePlugin } from 'gaesup-state/vue';
import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import App from './App.vue';

export async function render(start) {
  const store = createStore({ count: start });
  store.at('count').increment();
  const html = await renderToString(createSSRApp(App).use(storePlugin(store)));
  return { html, snapshot: store.snapshot() };
}
