import { createStore, openStore } from 'gaesup-state';
import { storePlugin } from 'gaesup-state/vue';

/** A store for each request; the payload takes what it holds to the page as bytes. */
export default defineNuxtPlugin({
  name: 'store',
  setup(nuxtApp) {
    const snapshot = useState('snapshot');
    const start = Number(useRequestURL().searchParams.get('start'));
    const store = import.meta.server ? createStore({ count: start }) : openStore(snapshot.value);
    nuxtApp.vueApp.use(storePlugin(store));
    nuxtApp.hook('app:rendered', () => {
      snapshot.value = store.snapshot();
    });
  },
});
