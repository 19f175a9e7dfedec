import { type InjectionKey, inject, type Plugin, provide } from 'vue';
import { ServerState } from '../../core/src/serverState.ts';
import type { Store } from '../../core/src/types.ts';

const KEY: InjectionKey<Store<unknown>> = Symbol('gaesup-state');

/** What the server rendered, if the app can tell. */
export const SERVER_STATE: InjectionKey<ServerState> = Symbol('gaesup-state.server');

/** What {@link storePlugin} takes besides the store. */
export interface StorePluginOptions<S> {
  /**
   * Opens the state that the server rendered, for a store that may change before all of the page is
   * hydrated, as with components that are loaded or hydrated late: called if it has changed since it was made, and
   * never on a server. What is hydrated late then still finds what is in the page, and shows the present
   * state when it is mounted. What a selector reads of other readables is as it is now.
   */
  serverState?: () => Store<S>;
}

/**
 * A plugin that gives an app its store: one for a page, or one for each request on a server.
 *
 * @example
 * createSSRApp(App).use(storePlugin(store));
 */
export function storePlugin<S>(store: Store<S>, { serverState }: StorePluginOptions<S> = {}): Plugin<[]> {
  const shared = store as Store<unknown>;
  const server = ServerState.from(shared, serverState as (() => Store<unknown>) | undefined);
  return {
    install(app) {
      app.provide(KEY, shared);
      if (server !== undefined) app.provide(SERVER_STATE, server);
    },
  };
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
  if (store === undefined)
    throw new Error('useStoreContext() needs app.use(storePlugin(store)) or provideStore(store) around it.');
  return store as Store<S>;
}
