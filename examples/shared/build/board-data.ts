/** Puts the board into the page as a snapshot: a file that is opened, not parsed. */
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { boardOfFeatures } from './features.ts';

const ID = 'virtual:board-data';
const FILE = 'board.gaesup';

/** @param storeEntry the file that `gaesup-state` is imported from */
export function boardData(storeEntry: string): Plugin {
  let isBuild = false;
  const made = once(() => snapshot(storeEntry));
  return {
    name: 'board-data',
    configResolved({ command }) {
      isBuild = command === 'build';
    },
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    async load(id) {
      if (id !== `\0${ID}`) return null;
      const source = await made();
      const url = isBuild
        ? `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'asset', name: FILE, source })}`
        : JSON.stringify(`/${FILE}`);
      return `export const url = ${url}; export const size = ${source.length};`;
    },
    configureServer({ middlewares }) {
      middlewares.use(`/${FILE}`, (_, response) => {
        made().then(
          (bytes) => response.end(bytes),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
    },
  };
}

async function snapshot(storeEntry: string): Promise<Uint8Array> {
  const { createStore } = (await import(pathToFileURL(storeEntry).href)) as typeof import('gaesup-state');
  const store = createStore(boardOfFeatures());
  const bytes = store.snapshot();
  store.dispose();
  return bytes;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
