import { openStore } from 'gaesup-state';
import { storePlugin } from 'gaesup-state/vue';
import { createSSRApp } from 'vue';
import App from './App.vue';
import { snapshotOfPage } from './snapshot.js';

createSSRApp(App)
  .use(storePlugin(openStore(snapshotOfPage())))
  .mount('#app');
