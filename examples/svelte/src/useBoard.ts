import type { Store } from 'gaesup-state';
import { useStoreContext } from 'gaesup-state/svelte';
import type { BoardState } from '../../shared/src/state.ts';

/** The store that App.svelte provides. */
export const useBoard = (): Store<BoardState> => useStoreContext<BoardState>();
