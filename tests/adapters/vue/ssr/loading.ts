import type { Board } from '@ssr/board.ts';
import type { Store } from 'gaesup-state';
import type { InjectionKey } from 'vue';

/** Loads on a server what a component needs, if it is not there yet. */
export const LOADING: InjectionKey<(store: Store<Board>, isThere: boolean) => Promise<void>> =
  Symbol('loading');
