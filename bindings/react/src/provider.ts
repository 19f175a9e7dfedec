import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
  useState,
} from 'react';
import { ServerState } from '../../core/src/serverState.ts';
import type { Store } from '../../core/src/types.ts';

interface Provided {
  readonly store: Store<unknown>;
  readonly server: ServerState | undefined;
}

const Context = createContext<Provided | undefined>(undefined);

/** What {@link StoreProvider} takes. */
export interface StoreProviderProps<S> {
  /** The store of everything inside. */
  store: Store<S>;
  /**
   * Opens the state that the server rendered, for a store that may change before all of the page is
   * hydrated: called if it has changed since it was made, and never on a server. What is hydrated late then
   * still finds what is in the page, and shows the present state right after. What a selector reads of
   * other readables is as it is now.
   */
  serverState?: () => Store<S>;
  children?: ReactNode;
}

/**
 * Gives everything inside it a store: one for a page, or one for each request on a server.
 *
 * @example
 * <StoreProvider store={store}>
 *   <App />
 * </StoreProvider>
 */
export function StoreProvider<S>({ store, serverState, children }: StoreProviderProps<S>): ReactElement {
  // A function may be written anew each time: the state that the server rendered is one.
  const [open] = useState(() => serverState as (() => Store<unknown>) | undefined);
  const value = useMemo<Provided>(() => {
    const shared = store as Store<unknown>;
    return { store: shared, server: ServerState.from(shared, open) };
  }, [store, open]);
  return createElement(Context.Provider, { value }, children);
}

/**
 * The store that the {@link StoreProvider} around it was given.
 *
 * @throws Error when there is none
 */
export function useStoreContext<S>(): Store<S> {
  const provided = useContext(Context);
  if (provided === undefined) throw new Error('useStoreContext() needs a <StoreProvider> around it.');
  return provided.store as Store<S>;
}

/** What the server rendered, if the provider can tell. */
export function useServerState(): ServerState | undefined {
  return useContext(Context)?.server;
}
