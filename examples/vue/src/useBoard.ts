import type { Store } from 'gaesup-state';
import { useStoreContext } from 'gaesup-state/vue';
import type { BoardState } from '../../shared/src/state.ts';

/** The store that main.ts provides. */
export const useBoard = (): Store<BoardState> => useStoreContext<BoardState>();
