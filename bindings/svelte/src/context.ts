import { getContext, hasContext, setContext } from 'svelte';
import type { Store } from '../../core/src/types.ts';

const KEY = Symbol('gaesup-state');

/**
 * Gives this component and those inside it a store: one for a page, or one for each request on a
 * server. To be called while the component is set up.
 */
export function provideStore<S>(store: Store<S>): void {
  setContext(KEY, store);
}

/**
 * The store that {@link provideStore} gave.
 *
 * @throws Error when there is none
 */
export function useStoreContext<S>(): Store<S> {
  if (!hasContext(KEY))
    throw new Error('useStoreContext() needs provideStore(store) in a component around it.');
  return getContext<Store<S>>(KEY);
}
