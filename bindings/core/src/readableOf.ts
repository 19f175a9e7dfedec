import type { Readable, Store } from './types.ts';

type Selector = (state: unknown) => unknown;

/**
 * What an adapter shows: what it was given, or what a selector makes of that.
 *
 * @throws TypeError for what cannot be shown, such as a value that was read from a store: without a word about it,
 * a method would be missing somewhere deep inside
 */
export function readableOf<T>(source: Readable<T>): Readable<T>;
export function readableOf(source: Readable<unknown>, selector: Selector | undefined): Readable<unknown>;
export function readableOf(source: Partial<Store<unknown>> | undefined, selector?: Selector) {
  if (typeof source?.get !== 'function' || typeof source.subscribe !== 'function')
    throw new TypeError(
      'This takes a store, a cursor or a selection (with get() and subscribe()), not a value.',
    );
  if (selector === undefined) return source;
  if (typeof source.select !== 'function')
    throw new TypeError('A selector goes with a store; of anything else, use store.select(() => ...).');
  return source.select(selector);
}
