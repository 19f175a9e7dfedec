import type { Key } from './errors.ts';
import type { IsOpen, ItemOf, List, Solid, Tuple } from './valueTypes.ts';

/** What a key of `T` leads to; `undefined` where `T` may have no keys, or not this one. */
export type Child<T, K> =
  IsOpen<T> extends true
    ? T
    : T extends Solid
      ? undefined
      : T extends ReadonlyMap<string, infer V>
        ? V
        : T extends List
          ? K extends number
            ? T[K]
            : undefined
          : K extends keyof T
            ? T[K]
            : undefined;

/** The keys that {@link Cursor.at} takes for a `T`. */
export type KeyOf<T> =
  IsOpen<T> extends true
    ? Key
    : T extends Solid
      ? never
      : T extends ReadonlyMap<string, unknown>
        ? string
        : T extends List
          ? number
          : keyof T & Key;

/** Names of what arrays, maps and scalars have besides their contents. */
type Member = keyof List | keyof ReadonlyMap<string, unknown> | keyof string | keyof number | keyof Date;

/** A key of an object that is not known yet, in generic code: nothing that it might have only as a method. */
export type OwnKey<K> = K extends Member ? never : K;

/** The keys of a path, each replaced by what may stand there if it leads nowhere. */
export type CheckedPath<T, P extends readonly unknown[]> = P extends readonly [infer K, ...infer Rest]
  ? K extends KeyOf<T>
    ? [K, ...CheckedPath<Child<T, K>, Rest>]
    : [[KeyOf<T>] extends [never] ? 'there is nothing inside this value' : KeyOf<T>, ...Key[]]
  : P;

/** What a path leads to. */
export type AtPath<T, P extends readonly unknown[]> = number extends P['length']
  ? unknown
  : P extends readonly [infer K, ...infer Rest]
    ? AtPath<Child<T, K>, Rest>
    : T;

/**
 * What a cursor's path says against writing there.
 *
 * - `'required'`: the key is not optional, so it is not deleted
 * - `'readonly'`: the key is declared `readonly`, so it is neither set nor deleted
 * - `'ambiguous'`: the key is one of several, and what one of them may hold does not suit the others
 */
export type Limit = 'required' | 'readonly' | 'ambiguous';

/** Carries a limit. A method, so that a cursor with a limit is also one without. */
export interface Limited<L> {
  '~limit'?(limit: L): void;
}

/** A cursor whose value may be replaced. */
export interface Settable extends Limited<'required'> {}

/** A cursor whose key or item may be removed. */
export interface Deletable extends Limited<'optional'> {}

/** Whether all keys of `T` are declared `readonly`. */
export type IsReadonly<T> =
  (<G>() => G extends T ? 1 : 2) extends <G>() => G extends { readonly [K in keyof T]: T[K] } ? 1 : 2
    ? true
    : false;

/** The limit of a key of one object. */
type LimitOfKey<T, K> =
  IsOpen<T> extends true
    ? never
    : T extends Solid | ReadonlyMap<string, unknown>
      ? never
      : T extends List
        ? T extends Tuple
          ? 'required'
          : never
        : K extends keyof T
          ? IsReadonly<Pick<T, K>> extends true
            ? 'readonly'
            : IsRemovable<T, K> extends true
              ? never
              : 'required'
          : never;

/** Whether a key of an object may be missing: an optional one, or one of a dictionary. */
type IsRemovable<T, K extends keyof T> = string extends keyof T
  ? true
  : number extends keyof T
    ? true
    : // biome-ignore lint/complexity/noBannedTypes: what is optional may be missing in an empty object
      {} extends Pick<T, K>
      ? true
      : false;

/** What all of the keys may hold. */
type Common<T, K> = (K extends unknown ? (value: [Child<T, K>]) => void : never) extends (
  value: infer V,
) => void
  ? V
  : never;

/** The limit of a key, or one of several, of a `T`. */
export type LimitOf<T, K> =
  [Child<T, K>] extends Common<T, K>
    ? 'readonly' extends LimitOfKey<T, K>
      ? 'readonly'
      : LimitOfKey<T, K>
    : 'ambiguous';

/** Notes which type a place stands for. */
interface Meaning<T> {
  readonly '~type'?: T;
}

/** An array as functions given to `at` see it: with `noUncheckedIndexedAccess`, too, the first items are there. */
type PathList<T> = readonly PathView<T>[] & { readonly [I in FirstIndex]: PathView<T> };

type FirstIndex = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;

/** A `Map` as functions given to `at` see it. */
interface PathMap<V> {
  get(key: string): PathView<V>;
}

/** The state as functions given to `at` in it see it: only to be read. */
export type PathView<T> =
  IsOpen<T> extends true
    ? T
    : T extends Solid
      ? T
      : T extends ReadonlyMap<string, infer V>
        ? PathMap<V> & Meaning<T>
        : T extends List
          ? T extends Tuple
            ? { readonly [K in keyof T]: PathView<T[K]> } & Meaning<T>
            : PathList<ItemOf<T>> & Meaning<T>
          : { readonly [K in keyof T]: PathView<T[K]> } & Meaning<T>;

/** The type that a function given to `at` leads to. */
export type PathValue<U> =
  IsOpen<U> extends true
    ? U
    : U extends { readonly '~type'?: infer T }
      ? '~type' extends keyof U
        ? T
        : U
      : U;
