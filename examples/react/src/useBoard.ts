import type { Store } from 'gaesup-state';
import { useStoreContext } from 'gaesup-state/react';
import type { BoardState } from '../../shared/src/state.ts';

/** The store that main.tsx provides. */
export const useBoard = (): Store<BoardState> => useStoreContext<BoardState>();
