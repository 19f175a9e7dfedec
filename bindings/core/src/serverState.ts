import type { Cursor, Readable, Store } from './types.ts';

/** On a server, what is there now is what is rendered. */
const IS_SERVER = typeof document === 'undefined';

type Selector = (state: unknown) => unknown;

/** A cursor, or a selection, or something else of which nothing is known. */
type Source = Readable<unknown> & Partial<Pick<Cursor<unknown>, 'path' | 'store'>> & { selector?: Selector };

/** What the server rendered, as far as it is known to be another state than the present one. */
export class ServerState {
  private readonly store: Store<unknown>;
  private readonly version: number;
  private readonly open: () => Store<unknown>;
  /** Only while a page is hydrated: a second state takes as much memory as the first. */
  private opened: WeakRef<Store<unknown>> | undefined;

  private constructor(store: Store<unknown>, open: () => Store<unknown>) {
    this.store = store;
    // The one it began with: it may have changed before anything was hydrated.
    this.version = store.version - store.stats().commits;
    this.open = open;
  }

  /** What a function opens that a page may have been given; nothing on a server. */
  static from(store: Store<unknown>, open: (() => Store<unknown>) | undefined): ServerState | undefined {
    return open === undefined || IS_SERVER ? undefined : new ServerState(store, open);
  }

  /** What the server saw of a source, or a selector made of it; undefined where that is what is there now, or unknown. */
  of(source: Source, selector = source.selector): Readable<unknown> | undefined {
    const { path, store } = source;
    if (path === undefined || store !== this.store || store.version === this.version) return undefined;
    const opened = this.opened?.deref() ?? this.open();
    this.opened = new WeakRef(opened);
    return selector === undefined ? opened.at(...path) : opened.select(selector);
  }
}
