/** Brings the data into the page: a snapshot that was made when the page was built. */

import { size, url } from 'virtual:board-data';
import { openStore, type Store } from 'gaesup-state';
import { redo, undo } from './actions.ts';
import { drawn } from './drawn.ts';
import { startHistoryKeys } from './history-keys.ts';
import type { BoardState } from './state.ts';

declare global {
  interface Window {
    /** For the console and for tests. */
    board?: { readonly store: Store<BoardState>; readonly drawn: typeof drawn };
  }
}

/** Opens the board, with the progress shown in the `<progress>` that index.html has. */
export async function openBoard(): Promise<Store<BoardState>> {
  const progress = document.querySelector('progress');
  try {
    const bytes = await download((received) => {
      if (progress) progress.value = received / size;
    });
    const store = openStore<BoardState>(bytes, { name: 'board', history: { exclude: [['view']] } });
    startHistoryKeys({ undo: () => undo(store), redo: () => redo(store) });
    window.board = { store, drawn };
    return store;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    progress?.replaceWith(`The features cannot be loaded: ${reason}`);
    throw error;
  }
}

async function download(report: (received: number) => void): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const bytes = new Uint8Array(size);
  let received = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, received);
    bytes.set(value, received);
    received += value.byteLength;
    report(received);
  }
}
