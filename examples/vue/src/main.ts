import { storePlugin } from 'gaesup-state/vue';
import { createApp } from 'vue';
import { openBoard } from '../../shared/src/open.ts';
import App from './App.vue';

const store = await openBoard();
createApp(App).use(storePlugin(store)).mount('#app');
