import type { Board } from '@ssr/board.ts';
import { bytesOfPage, startHydration } from '@ssr/client.ts';
import { openStore } from 'gaesup-state';
import { storePlugin } from 'gaesup-state/vue';
import { createSSRApp, nextTick } from 'vue';
import BoardPage from './BoardPage.vue';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const bytes = await bytesOfPage();
const hydration = await startHydration(root);
const serverState = window.wishes?.withoutServerState ? {} : { serverState: () => openStore<Board>(bytes) };
createSSRApp(BoardPage).use(storePlugin(hydration.store, serverState)).mount(root);
await nextTick();
hydration.isDone = true;
