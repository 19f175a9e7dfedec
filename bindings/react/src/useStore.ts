import { useCallback, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react';
import { Follower, NOTHING, type UseStoreOptions as Options, tryTo } from '../../core/src/follower.ts';
import { readableOf } from '../../core/src/readableOf.ts';
import type { Cursor, Readable, Store } from '../../core/src/types.ts';
import type { Immutable } from '../../core/src/valueTypes.ts';
import { useServerState } from './provider.ts';

/** How a component shows a value: as the options of its first rendering say. */
export interface UseStoreOptions extends Options {
  /**
   * Shows a new value by a rendering of its own that urgent ones interrupt, as
   * `useDeferredValue` does: a component that mounts meanwhile shows the new one. Default false.
   */
  deferred?: boolean;
}

/**
 * The value of a store, a cursor, a selection or anything else that is {@link Readable}; the component
 * renders again when it is another. It may be made while rendering, as in
 * `useStore(store.at('rows', id))`.
 *
 * @throws what the readable throws, while rendering
 *
 * @example
 * const title = useStore(store.at('todos', 3, 'title'));
 */
export function useStore<T>(readable: Readable<T>, options?: UseStoreOptions): Immutable<T>;
/**
 * What a function makes of the state; the component renders again when that is another value. The
 * function may be written where it is used and return fresh objects: equal ones are the one before.
 *
 * @throws what the selector throws, while rendering
 *
 * @example
 * const open = useStore(store, s => s.todos.filter(todo => !todo.done));
 */
export function useStore<S, T>(
  store: Store<S>,
  selector: (state: Immutable<S>) => T,
  options?: UseStoreOptions,
): Immutable<T>;
export function useStore(
  source: Readable<unknown>,
  second?: UseStoreOptions | Selector,
  third?: UseStoreOptions,
): unknown {
  const [selector, options = {}] = typeof second === 'function' ? [second, third] : [undefined, second];
  const { deferred = false } = options;
  const [follower] = useState(() => new Follower<unknown>(options));
  const readable = useMemo(() => readableOf(source, selector), [source, selector]);
  const server = useServerState();
  let isRendering = true;
  // React also asks whether there is another value, which needs none: the next rendering may bring another selector.
  const show = () => (isRendering ? follower.show(readable) : follower.compared(readable));
  const value = useSyncExternalStore(
    useCallback((notify) => follower.followOn(readable, notify), [follower, readable]),
    // A failure is deferred as well: by then, what shows it may be gone.
    deferred ? () => tryTo(show) : show,
    () => (server?.of(source, selector) ?? readable).get(),
  );
  isRendering = false;
  // Deferring costs a rendering: nothing is, unless it is wanted.
  const late = useDeferredValue(deferred ? value : undefined);
  if (!deferred) return value;
  return late === NOTHING ? follower.show(readable) : late;
}

type Selector = (state: unknown) => unknown;

/**
 * The value of a cursor and a function that sets it, as `useState` has them: for inputs and the like.
 * The function takes a value, or a function of the value there is; it is the same one as long as the
 * place is. An input needs its value at once: no other `schedule` than the default, and nothing `deferred`.
 *
 * @throws what {@link Cursor.set} throws, from the function
 *
 * @example
 * const [title, setTitle] = useCursor(store.at('todos', id, 'title'));
 * return <input value={title} onChange={event => setTitle(event.target.value)} />;
 */
export function useCursor<T>(
  cursor: Cursor<T>,
  options?: UseStoreOptions,
): [value: Immutable<T>, set: (next: Next<T>) => void] {
  const { path, store } = cursor;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one that is made anew for the same place is the same
  const same = useMemo(() => cursor, [store, JSON.stringify(path)]);
  const set = useCallback(
    (next: Next<T>) => same.set(typeof next === 'function' ? (next as Update<T>)(same.get()) : next),
    [same],
  );
  return [useStore(same, options), set];
}

/** A value, or what makes one of the one before. */
export type Next<T> = T | Immutable<T> | Update<T>;

type Update<T> = (before: Immutable<T>) => T | Immutable<T>;
