import type { ServerResponse } from 'node:http';
import { createStore, type Store, toBase64 } from 'gaesup-state';
import { type Board, boardOf, emptyBoard } from './board.ts';

/** A request, as each of the apps is asked. */
export interface Visit {
  user: string;
  path: string;
  response: ServerResponse;
}

/** What was found when requests had been answered. */
export const left = { requests: 0, watchers: 0 };

/** Gives others their turn, so that requests overlap. */
export function gap(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
}

/** Answers a request from a store of its own, which is gone afterwards. */
export async function withStore<R>(user: string, work: (store: Store<Board>) => Promise<R>): Promise<R> {
  const store = createStore(emptyBoard());
  try {
    await gap();
    store.reconcile(boardOf(user));
    await gap();
    return await work(store);
  } finally {
    left.requests++;
    left.watchers += store.stats().watchers;
    store.dispose();
  }
}

/** A page up to the part that is rendered. */
export function headOf(store: Store<Board>, { user, path }: Visit): string {
  const where = path === '/bytes' ? ` data-from="/snapshot?user=${user}"` : '';
  const text = path === '/bytes' ? '' : toBase64(store.snapshot());
  const state = `<script type="text/plain" id="state"${where}>${text}</script>`;
  return `<!doctype html><html lang="en"><head><title>${user}</title>${state}</head><body><div id="root">`;
}

/** The client's address comes from outside: it is served by somebody else. */
export function clientUrl(): string {
  return `${process.env['CLIENT_URL']}client.js`;
}

/** The same for all apps: bytes instead of text in the page. */
export async function sendSnapshot({ user, response }: Visit): Promise<void> {
  const bytes = await withStore(user, async (store) => store.snapshot());
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
}

/** Answers with a page around what an app renders to a string. */
export async function sendPage(
  visit: Visit,
  render: (store: Store<Board>) => string | Promise<string>,
): Promise<void> {
  const html = await withStore(visit.user, async (store) => {
    const rendered = await render(store);
    const script = `<script type="module" src="${clientUrl()}"></script>`;
    return `${headOf(store, visit)}${rendered}</div>${script}</body></html>`;
  });
  visit.response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}
