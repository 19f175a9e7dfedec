import type {
  ApplyOptions,
  BatchOptions,
  Bytes,
  Commit,
  History,
  Optimistic,
  OptimisticOptions,
} from './commitTypes.ts';
import type { Key } from './errors.ts';
import type {
  AtPath,
  CheckedPath,
  Child,
  Deletable,
  KeyOf,
  Limit,
  Limited,
  LimitOf,
  OwnKey,
  PathValue,
  PathView,
  Settable,
} from './pathTypes.ts';
import type { WholeValue } from './transferTypes.ts';
import type { Draft, Immutable } from './valueTypes.ts';
import type { ForArray, ForNumber, Item, Merged } from './writeTypes.ts';

/** Called with the value now and the one that this listener saw before. */
export type Listener<T> = (value: Immutable<T>, previous: Immutable<T>) => void;

/**
 * When a listener is called after a change. Whatever it is, a listener sees
 * the last value only, and none that equals the one it saw before.
 *
 * - `'sync'`: before the write or the batch returns; in a batch of any store, before that one
 * - `'microtask'`: once after the current task
 * - `'frame'`: before the next frame is drawn; without frames, 16 ms later
 * - `{ debounce }`: when nothing has changed for so many milliseconds
 * - `{ throttle }`: after the current task, then at most once in so many
 *   milliseconds, the last change included
 * - `'adaptive'`: after the current task while changes are 100 ms or more
 *   apart. Closer together, after 256 / *d* ms, at least 16 and at most 250,
 *   where *d* is the mean distance of changes in milliseconds (each new
 *   distance weighs an eighth; a second of silence starts anew).
 */
export type Schedule =
  | 'sync'
  | 'microtask'
  | 'frame'
  | 'adaptive'
  | { readonly debounce: number }
  | { readonly throttle: number };

/** How a listener wants to be called; `T` is the value as it is read. */
export interface SubscribeOptions<T = unknown> {
  /** When. Default `'microtask'`. */
  schedule?: Schedule;
  /** Values that count as the same are not told. Default `Object.is`. */
  equals?(a: T, b: T): boolean;
  /** Also call once now, with the value as its own previous one. */
  immediate?: boolean;
  /** Ends the subscription when it aborts, as the function does that `subscribe` returns. */
  signal?: AbortSignal;
}

/** How a listener is called that asks for the value itself. */
export interface LazyOptions extends Pick<SubscribeOptions, 'schedule' | 'signal'> {
  lazy: true;
}

/** Anything with a current value that tells when it changes. */
export interface Readable<T> {
  /**
   * The value now: a plain object, array or scalar that never changes. What
   * did not change since the last call is the same object. Reading something
   * new costs its size, once; `undefined` where there is nothing.
   */
  get(): Immutable<T>;
  /**
   * Calls `listener` when the value has changed.
   *
   * An exception in a listener is reported as an uncaught one, and the others
   * are called all the same. Listeners that keep writing what they listen to are
   * stopped after 100 rounds.
   *
   * @returns a function that ends the subscription: then the listener is not called, not even for a change that waits
   * @throws GaesupError `DISPOSED` when the store is
   */
  subscribe(listener: Listener<T>, options?: SubscribeOptions<Immutable<T>>): () => void;
  /**
   * Calls `listener` when there may be another value, without computing it: the listener asks `get()`. A selector
   * that throws does so there.
   */
  subscribe(listener: () => void, options: LazyOptions): () => void;
}

/**
 * A place in the state, named by the keys that lead there. It stays good when
 * the state changes: it always means what is at that place now.
 *
 * Writes apply at once and throw a {@link GaesupError} when they cannot; then
 * nothing has changed. A write that changes nothing tells nobody. In a
 * {@link Store.batch} they wait for each other, and fail together.
 */
export interface Cursor<T, L extends Limit = never> extends Readable<T>, WholeValue<T>, Limited<L> {
  /** The keys that lead here from the root. */
  readonly path: readonly Key[];
  /** The store that this is a place of. */
  readonly store: Store<unknown>;

  // First, since it makes TypeScript compare cursors by their members: those of any type are cursors of `unknown`.
  /**
   * Adds `by`, or 1, to the number here.
   *
   * @throws GaesupError `TYPE_MISMATCH` when it is not a number
   */
  increment(this: Settable, ...by: ForNumber<T, [by?: number]>): void;

  /**
   * A place inside this one. The function only names it: it is called once
   * with a stand-in for the state. What is not stored, such as an array's
   * `length`, has no place: that throws a `TypeError`. Longer paths than five keys: use the function, or
   * call `at` again. O(keys).
   *
   * @example
   * store.at(s => s.todos[3].title).set('milk');
   * store.at('todos', 3, 'title').set('milk');
   */
  at<U>(place: (state: PathView<T>) => U): Cursor<PathValue<U>>;
  at<A extends KeyOf<T>>(a: A): Cursor<Child<T, A>, LimitOf<T, A>>;
  /** In generic code, where `T` extends a type with this key. */
  at<A extends keyof T & Key>(a: OwnKey<A>): Cursor<T[A]>;
  at<A extends KeyOf<T>, B extends KeyOf<Child<T, A>>>(
    a: A,
    b: B,
  ): Cursor<Child<Child<T, A>, B>, LimitOf<Child<T, A>, B>>;
  at<A extends KeyOf<T>, B extends KeyOf<Child<T, A>>, C extends KeyOf<Child<Child<T, A>, B>>>(
    a: A,
    b: B,
    c: C,
  ): Cursor<Child<Child<Child<T, A>, B>, C>, LimitOf<Child<Child<T, A>, B>, C>>;
  at<
    A extends KeyOf<T>,
    B extends KeyOf<Child<T, A>>,
    C extends KeyOf<Child<Child<T, A>, B>>,
    D extends KeyOf<Child<Child<Child<T, A>, B>, C>>,
  >(a: A, b: B, c: C, d: D): Cursor<AtPath<T, [A, B, C, D]>, LimitOf<AtPath<T, [A, B, C]>, D>>;
  /** Longer paths, and those that are only known at run time: what is there is not known before then. */
  at<P extends readonly Key[]>(
    ...keys: number extends P['length'] ? P : CheckedPath<T, P>
  ): Cursor<AtPath<T, P>>;

  /**
   * Makes `value` the value here; it is copied. A missing last key is added,
   * and an index equal to an array's length appends. O(1) for scalars,
   * O(size of the value) else.
   *
   * @throws GaesupError `PATH_NOT_FOUND`, `UNSUPPORTED_VALUE` (its path names
   * the offending part of the value), `LIMIT_EXCEEDED`, `OUT_OF_MEMORY`
   */
  set(this: Settable, value: T | Immutable<T>): void;

  /**
   * Changes the value by changing a draft of it: all of it or, when the recipe
   * throws, nothing. Drafts are written as plain objects, arrays and `Map`s are;
   * what is written can be read at once. What is assigned, a draft or a plain
   * value, is copied at that moment, and in development frozen. A recipe that changes nothing may return another
   * value, which replaces this one. Writes go to the engine; nothing is copied
   * that is not assigned. O(what is read and written).
   *
   * @throws TypeError when the recipe both writes and returns a value; what the recipe
   * throws; GaesupError as {@link Cursor.set}, `INVALID_CALL` when the recipe is async
   *
   * @example
   * store.update(draft => {
   *   draft.todos[3].done = true;
   *   draft.todos.sort((a, b) => a.title.localeCompare(b.title));
   * });
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a recipe may return nothing, and a function that returns nothing is `void`
  update(recipe: (draft: Draft<T>) => Draft<T> | Immutable<T> | T | void | undefined): void;

  /**
   * Sets each key of `partial`, as `Object.assign` does: all of them or none.
   * Works on objects and maps. O(keys).
   *
   * @throws GaesupError as {@link Cursor.set}, and `TYPE_MISMATCH`
   */
  merge(partial: Merged<T>): void;

  /**
   * Removes this key, or this item of an array.
   *
   * @throws GaesupError `PATH_NOT_FOUND`; `TYPE_MISMATCH` for the root
   */
  delete(this: Deletable): void;

  /**
   * Appends items to an array.
   *
   * @throws GaesupError `TYPE_MISMATCH` when it is not one
   */
  push(...items: Item<T>[]): void;

  /**
   * Puts items before the one at `index`, or at the end. O(1,024) each,
   * however long the array.
   *
   * @throws GaesupError `TYPE_MISMATCH`, `PATH_NOT_FOUND` beyond the end
   */
  insert(...args: ForArray<T, [index: number, ...items: Item<T>[]]>): void;

  /**
   * Takes out `count` items, or 1, from `index` on; fewer at the end.
   *
   * @throws GaesupError `TYPE_MISMATCH`, `PATH_NOT_FOUND` beyond the last item
   */
  remove(...args: ForArray<T, [index: number, count?: number]>): void;

  /**
   * Takes the item at `from` out and puts it back in at `to`.
   *
   * @throws GaesupError `TYPE_MISMATCH`, `PATH_NOT_FOUND` beyond the last item
   */
  move(...args: ForArray<T, [from: number, to: number]>): void;
}

/** Sizes in bytes, by what they are for. */
export interface BytesByPart {
  /** Values of objects and short arrays. */
  columns: number;
  /** Long arrays. */
  lists: number;
  /** Maps, and objects with many keys. */
  dictionaries: number;
  /** Text, dates, big integers and byte arrays. */
  strings: number;
  /** What finds all of that. */
  metadata: number;
  /** Kept for what comes next. */
  free: number;
  /** What counts against {@link StoreOptions.limits}: all of the above but metadata. */
  reserved: number;
  /** The most that was in use at once. */
  peak: number;
  /** The last commits, for {@link Store.deltaSince}. Not counted against the limit. */
  log: number;
  /** Steps to undo. Not counted against the limit. */
  history: number;
  /** The whole memory of the store as the system sees it. */
  total: number;
}

/** How a selection is made; `R` is the value as it is read. */
export interface SelectOptions<R = unknown> {
  /**
   * Values that count as the same: then the one before is kept. Default: the
   * same value, or arrays, plain objects, `Map`s or `Set`s of the same parts.
   */
  equals?(a: R, b: R): boolean;
}

/** Counts of a store, for curiosity and for tests. */
export interface Stats {
  /** As {@link Store.version}. */
  version: number;
  /** Plain objects. */
  records: number;
  /** Arrays. */
  lists: number;
  /** Maps, and objects with so many keys that they are stored like maps. */
  dictionaries: number;
  /** Distinct lists of keys. */
  shapes: number;
  /** Distinct strings. */
  strings: number;
  bytes: BytesByPart;
  /** Versions since the store was made. */
  commits: number;
  /** Operations sent to the engine. */
  commands: number;
  /** Writes to pages of memory that they took. */
  pagesTouched: number;
  /** Calls into the engine and what went with them, in bytes. */
  crossings: { calls: number; bytesIn: number; bytesOut: number };
  /** Objects and arrays made for readers, and those that are still current. */
  views: { built: number; live: number };
  /** Places and selections that someone subscribes to. */
  watchers: number;
  /** How often functions of selections have run. */
  selectorRuns: number;
}

/** A state. It is the cursor at its own root. */
export interface Store<S> extends Cursor<S, 'required'>, Disposable {
  /** What it was called in {@link StoreOptions}. */
  readonly name: string;
  /**
   * Rises by one with each write or batch that changes something, by as much as a delta says
   * with {@link Store.apply}, and with {@link Store.optimistic} when that is committed.
   */
  readonly version: number;

  /**
   * What a function makes of the state now. It reads just what it looks at.
   *
   * @example
   * store.get(s => s.todos.filter(todo => !todo.done).length);
   */
  get<T>(selector: (state: Immutable<S>) => T): T;
  get(): Immutable<S>; // last, since a `Readable` is inferred from that

  /**
   * A value derived from the state. While somebody subscribes, the function is
   * run again only after something that it has read has changed; a function that
   * only names a place, such as `s => s.rows[id].title`, not even then. While
   * nobody does, asking runs it once per commit. It may be any function that depends on the state alone, and on what it
   * reads from other readables by their `get()`; such values are computed in
   * order, each at most once per commit.
   *
   * The same function gives the same selection. What the function is given can
   * only be read, while it runs; in it, containers are proxies and equal one
   * another but no value read elsewhere: compare by an id.
   *
   * @throws what the function throws, from `get()` and `subscribe()`;
   * GaesupError `INVALID_CALL` when it writes or depends on itself
   *
   * @example
   * const open = store.select(s => s.todos.filter(todo => !todo.done));
   * const count = store.select(() => open.get().length);
   * count.subscribe(n => (document.title = `${n} open`));
   */
  select<T>(selector: (state: Immutable<S>) => T, options?: SelectOptions<Immutable<T>>): Readable<T>;

  /**
   * Runs a function as one transaction: its writes are one commit, told once,
   * and what they leave as it was is no change. Reads see the writes before
   * them. When the function throws, or a write cannot be done, nothing has
   * happened. Writes wait to be sent together, so that an error may be thrown by
   * a later read or the end of the batch; it names the place all the same, and
   * the batch fails even if it is caught.
   *
   * A batch in a batch is part of it, but fails on its own.
   *
   * @throws GaesupError `INVALID_CALL` for an async function, or other options than those of the batch around;
   * what the function or one of its writes throws
   *
   * @example
   * store.batch(() => {
   *   store.at('from', 'balance').increment(-10);
   *   store.at('to', 'balance').increment(10);
   * });
   */
  batch<R>(work: () => R, options?: BatchOptions): R;

  /** What can be undone, when {@link StoreOptions.history} says that it can. */
  readonly history: History;
  /**
   * Calls `listener` after each commit, at once and in order. While nobody listens
   * nothing is recorded. Commits that listeners make are told when all have been told of this one.
   *
   * @returns a function that ends it
   *
   * @example
   * store.onCommit(({ delta, origin }) => {
   *   if (origin !== 'server') socket.send(delta);
   * });
   * socket.onmessage = ({ data }) => store.apply(new Uint8Array(data), { origin: 'server' });
   */
  onCommit(listener: (commit: Commit) => void): () => void;
  /**
   * One delta that leads from a version to the present one, for a replica that missed some:
   * the net effect of all commits since. The log of them is kept from the beginning with
   * {@link StoreOptions.log}, else from the first call on. O(what changed since).
   *
   * @throws GaesupError `VERSION_GONE` when the log does not reach back that far; TypeError for no version
   */
  deltaSince(version: number): Bytes;
  /**
   * Does what a delta says: all of it or nothing, as one commit. It has to fit: to lead on from this
   * store's version, if it says from which, and to find what it changes. Optimistic
   * updates that wait stay on top of it. O(what it changes).
   *
   * @throws GaesupError `VERSION_BEHIND` (it needs commits that are not here), `VERSION_AHEAD` (it leads on from a
   * version that is passed), `CONFLICT` (it finds another value), `PATH_NOT_FOUND`, `TYPE_MISMATCH`,
   * `CORRUPT_DATA` with the offset, `UNSUPPORTED_VERSION`, `LIMIT_EXCEEDED`, `OUT_OF_MEMORY`
   */
  apply(delta: Uint8Array, options?: ApplyOptions): void;
  /**
   * Runs a function as a batch whose effects are visible at once, but no commit until they are
   * confirmed: for what a server has yet to agree to. Deltas that are applied meanwhile go
   * under it: it is taken back, they are applied, and it is done again where its places are now,
   * with increments added to what is there and other values set; all as one change. What no longer
   * fits is a {@link Conflict}. Other writes meanwhile are visible at once, and commits at
   * once unless they build on what waits.
   *
   * @throws what the function or one of its writes throws; GaesupError `INVALID_CALL` for an async
   * function, or within a batch
   *
   * @example
   * const like = store.optimistic(() => store.at('posts', 7, 'likes').increment());
   * fetch('/posts/7/like', { method: 'POST' }).then(
   *   ({ ok }) => (ok ? like.commit() : like.rollback()),
   *   () => like.rollback(),
   * );
   */
  optimistic(work: () => void, options?: OptimisticOptions): Optimistic;

  /** Counts and sizes now. O(pages). */
  stats(): Stats;
  /**
   * Gives all memory back. Every later call throws `DISPOSED`; listeners are
   * not called any more. Disposing twice is fine.
   */
  dispose(): void;
}
