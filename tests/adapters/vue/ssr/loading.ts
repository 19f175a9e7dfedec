import type { Board } from '@ssr/board.ts';
import type { Store } from 'gaesup-state';
import { type InjectionKey, ref } from 'vue';

/** Loads on a server what a component needs, if it is not there yet. */
export const LOADING: InjectionKey<(store: Store<Board>, isThere: boolean) => Promise<void>> =
  Symbol('loading');

/** Outlives all requests, and must keep none of them. */
export const isWanted = ref(true);
