/**
 * The package as the suites see it. The suites walk places that only exist at
 * run time, so paths and values are `unknown` here; what the types of the
 * package promise is checked in `types.test-d.ts`.
 */

import type { DataName } from './data.ts';

export type Key = string | number;
export type Listener = (value: unknown, previous: unknown) => void;

export type Schedule =
  | 'sync'
  | 'microtask'
  | 'frame'
  | 'adaptive'
  | { readonly debounce: number }
  | { readonly throttle: number };

export interface SubscribeOptions {
  schedule?: Schedule;
  equals?: (a: unknown, b: unknown) => boolean;
  immediate?: boolean;
  signal?: AbortSignal;
}

export type Place = (state: never) => unknown;
export type Recipe = (draft: never) => unknown;
export type Selector = (state: never) => unknown;

export interface Readable {
  get(): unknown;
  subscribe(listener: Listener, options?: SubscribeOptions): () => void;
}

export interface Cursor extends Readable {
  at(...keys: Key[]): Cursor;
  at(place: Place): Cursor;
  set(value: unknown): void;
  merge(partial: unknown): void;
  delete(): void;
  increment(by?: number): void;
  push(...items: unknown[]): void;
  insert(index: number, ...items: unknown[]): void;
  remove(index: number, count?: number): void;
  move(from: number, to: number): void;
  update(recipe: Recipe): void;
}

export interface Stats {
  readonly version: number;
  readonly records: number;
  readonly lists: number;
  readonly dictionaries: number;
  readonly shapes: number;
  readonly strings: number;
  readonly bytes: {
    readonly columns: number;
    readonly lists: number;
    readonly dictionaries: number;
    readonly strings: number;
    readonly metadata: number;
    readonly free: number;
    readonly reserved: number;
    readonly total: number;
  };
  readonly commits: number;
  readonly commands: number;
  readonly pagesTouched: number;
  readonly crossings: { readonly calls: number; readonly bytesIn: number; readonly bytesOut: number };
  readonly views: { readonly built: number; readonly live: number };
  readonly watchers: number;
  readonly selectorRuns: number;
}

export interface Store extends Cursor {
  readonly version: number;
  get(): unknown;
  get(selector: Selector): unknown;
  select(selector: Selector, options?: { equals?: (a: unknown, b: unknown) => boolean }): Readable;
  batch<R>(work: () => R): R;
  stats(): Stats;
  dispose(): void;
}

export interface StoreOptions {
  limits?: { bytes?: number; depth?: number };
}

export interface CodedError extends Error {
  readonly code: string;
  readonly path?: readonly Key[];
}

/** What the package exports, as far as the suites use it. */
export interface Subject {
  createStore(initial: unknown, options?: StoreOptions): Store;
  original(draft: unknown): unknown;
  current(draft: unknown): unknown;
  GaesupError: abstract new (...parts: never[]) => CodedError;
}

/** What differs between Node and a page. */
export interface Platform {
  /** Runs a function and gives back the errors that reached the global error report meanwhile. */
  reportedErrors(run: () => void): Promise<unknown[]>;
  /** Bytes of objects in use, after a collection; `undefined` where nobody can tell. */
  heapBytes(): number | undefined;
  /** Parsed JSON of a data set. */
  load(name: DataName): Promise<unknown>;
}

/** The two functions a suite registers its checks with. */
export interface Harness {
  describe(title: string, body: () => void): void;
  it(title: string, body: () => void | Promise<void>): void;
}

/** The store is given back after the check, whatever happens. */
export function withStore<R>(
  subject: Subject,
  initial: unknown,
  use: (store: Store) => R,
  options?: StoreOptions,
): R {
  const store = subject.createStore(initial, options);
  let result: R;
  try {
    result = use(store);
  } catch (error) {
    store.dispose();
    throw error;
  }
  if (result instanceof Promise) return result.finally(() => store.dispose()) as R;
  store.dispose();
  return result;
}

/** Every microtask queued so far, and what those queue, has run. */
export async function afterMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
}
