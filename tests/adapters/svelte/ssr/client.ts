import { startHydration } from '@ssr/client.ts';
import { hydrate, tick } from 'svelte';
import BoardPage from './BoardPage.svelte';

const target = document.getElementById('root');
if (target === null) throw new Error('the page has no root');

const hydration = await startHydration(target);
hydrate(BoardPage, { target, props: { store: hydration.store } });
await tick();
hydration.isDone = true;
