import type { Board } from '@ssr/board.ts';
import { bytesOfPage, gate, startHydration } from '@ssr/client.ts';
import { openStore } from 'gaesup-state';
import { StoreProvider } from 'gaesup-state/react';
import { lazy, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { BoardPage, Items } from './BoardPage.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');

const LateItems = lazy(async () => {
  await gate;
  return { default: Items };
});

const bytes = await bytesOfPage();
const hydration = await startHydration(root);
const serverState = window.wishes?.withoutServerState ? {} : { serverState: () => openStore<Board>(bytes) };
const shown = () => {
  hydration.isDone = true;
};

hydrateRoot(
  root,
  <StrictMode>
    <StoreProvider store={hydration.store} {...serverState}>
      <BoardPage Late={gate ? LateItems : Items} onShown={shown} />
    </StoreProvider>
  </StrictMode>,
  {
    onRecoverableError: (error) => hydration.mended.push(String(error)),
  },
);
