import { sendPage, sendSnapshot, type Visit } from '@ssr/server.ts';
import { render } from 'svelte/server';
import BoardPage from './BoardPage.svelte';

export { left } from '@ssr/server.ts';

export async function answer(visit: Visit): Promise<void> {
  const { path } = visit;
  if (path === '/snapshot') return sendSnapshot(visit);
  const isBroken = path === '/broken';
  await sendPage(visit, (store) => render(BoardPage, { props: { store, isBroken } }).body);
}
