import type { Board } from '@ssr/board.ts';
import { clientUrl, gap, headOf, sendPage, sendSnapshot, type Visit, withStore } from '@ssr/server.ts';
import type { Store } from 'gaesup-state';
import { StoreProvider } from 'gaesup-state/react';
import { type ComponentType, lazy, StrictMode } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { BoardPage, Items } from './BoardPage.tsx';

export { left } from '@ssr/server.ts';

function appOf(store: Store<Board>, Late: ComponentType) {
  return (
    <StrictMode>
      <StoreProvider store={store}>
        <BoardPage Late={Late} />
      </StoreProvider>
    </StrictMode>
  );
}

/** Lets go what a page waits for, by its user. */
const waiting = new Map<string, () => void>();

/** What a page waits for before it has its items. */
const waits: Record<string, (user: string) => Promise<void>> = {
  '/stream': gap,
  '/slow': (user) => new Promise((resolve) => waiting.set(user, resolve)),
  '/fail': async (user) => {
    await gap();
    throw new Error(`the items of ${user} cannot be had`);
  },
};

export async function answer(visit: Visit): Promise<void> {
  const { path, user, response } = visit;
  const wait = waits[path];
  if (path === '/snapshot') await sendSnapshot(visit);
  else if (path === '/release') {
    waiting.get(user)?.();
    response.end();
  } else if (path === '/broken') await withStore(user, (store) => sendStream(visit, store, Broken));
  else if (wait !== undefined) {
    const Late = lazy(async () => {
      await wait(user);
      return { default: Items };
    });
    await withStore(user, (store) => sendStream(visit, store, Late));
  } else await sendPage(visit, (store) => renderToString(appOf(store, Items)));
}

/** No boundary is around the page itself. */
function Broken(): never {
  throw new Error('broken');
}

/** Sends the page while it is rendered; done when all of it is sent, or nobody listens any more. */
function sendStream(visit: Visit, store: Store<Board>, Late: ComponentType): Promise<void> {
  const { response, path } = visit;
  return new Promise((resolve, reject) => {
    const app = path === '/broken' ? <Late /> : appOf(store, Late);
    const { pipe, abort } = renderToPipeableStream(app, {
      bootstrapModules: [clientUrl()],
      onShellReady() {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        response.write(headOf(store, visit));
        pipe(response);
      },
      onShellError: reject,
      // What fails in a boundary is tried again in the page.
      onError: () => {},
    });
    response.on('close', () => {
      abort();
      resolve();
    });
  });
}
