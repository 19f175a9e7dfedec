import { StoreProvider } from 'gaesup-state/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openBoard } from '../../shared/src/open.ts';
import { App } from './App.tsx';

const store = await openBoard();
const root = document.getElementById('app');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <StoreProvider store={store}>
        <App />
      </StoreProvider>
    </StrictMode>,
  );
}
