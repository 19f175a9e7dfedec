import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
  useState,
} from 'react';
import type { Cursor, Store } from '../../core/src/types.ts';

/** On a server, what is there now is what is rendered. */
const IS_SERVER = typeof document === 'undefined';

type Selector = (state: unknown) => unknown;

/** What the server rendered, as far as it is known to be another state than the present one. */
export class ServerState {
  private readonly store: Store<unknown>;
  private readonly version: number;
  private readonly open: () => Store<unknown>;
  /** Only while a page is hydrated: a second state takes as much memory as the first. */
  private opened: WeakRef<Store<unknown>> | undefined;

  constructor(store: Store<unknown>, open: () => Store<unknown>) {
    this.store = store;
    // The one it began with: it may have changed before anything was hydrated.
    this.version = store.version - store.stats().commits;
    this.open = open;
  }

  /** What the server saw of a cursor or a selection, or a selector made of it; undefined where that is what is there now, or unknown. */
  of(source: Partial<Cursor<unknown>> & { selector?: Selector }, selector = source.selector) {
    const { path, store } = source;
    if (path === undefined || store !== this.store || store.version === this.version) return undefined;
    const opened = this.opened?.deref() ?? this.open();
    this.opened = new WeakRef(opened);
    return selector === undefined ? opened.at(...path) : opened.select(selector);
  }
}

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
    return { store: shared, server: open && !IS_SERVER ? new ServerState(shared, open) : undefined };
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
