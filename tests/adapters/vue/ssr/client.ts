import { startHydration } from '@ssr/client.ts';
import { storePlugin } from 'gaesup-state/vue';
import { createSSRApp, nextTick } from 'vue';
import BoardPage from './BoardPage.vue';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const hydration = await startHydration(root);
createSSRApp(BoardPage).use(storePlugin(hydration.store)).mount(root);
await nextTick();
hydration.isDone = true;
