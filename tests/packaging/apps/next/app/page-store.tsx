'use client';

import { openStore } from 'gaesup-state';
import { StoreProvider } from 'gaesup-state/react';
import { type ReactNode, useState } from 'react';
import type { State } from './state';

/** One store for the page, opened on both sides from what the server component sent. */
export function Page({ snapshot, children }: { snapshot: Uint8Array; children: ReactNode }) {
  const [store] = useState(() => openStore<State>(snapshot));
  return <StoreProvider store={store}>{children}</StoreProvider>;
}
