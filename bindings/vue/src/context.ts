import { type InjectionKey, inject, type Plugin, provide } from 'vue';
import type { Store } from '../../core/src/types.ts';

const KEY: InjectionKey<Store<unknown>> = Symbol('gaesup-state');

/**
 * A plugin that gives an app its store: one for a page, or one for each request on a server.
 *
 * @example
 * createSSRApp(App).use(storePlugin(store));
 */
export function storePlugin<S>(store: Store<S>): Plugin<[]> {
  return { install: (app) => app.provide(KEY, store as Store<unknown>) };
}

/** Gives the components inside this one a store of their own. */
export function provideStore<S>(store: Store<S>): void {
  provide(KEY, store as Store<unknown>);
}

/**
 * The store that {@link storePlugin} or {@link provideStore} gave.
 *
 * @throws Error when there is none
 */
export function useStoreContext<S>(): Store<S> {
  const store = inject(KEY, undefined);
  if (store === undefined) throw new Error('useStoreContext() needs app.use(storePlugin(store)).');
  return store as Store<S>;
}
