'use client';

import { useStore, useStoreContext } from 'gaesup-state/react';
import type { State } from './state';

export function Counter() {
  const store = useStoreContext<State>();
  const count = useStore(store, (state) => state.count);
  return (
    <button type="button" onClick={() => store.at('count').increment()}>
      {count}
    </button>
  );
}
