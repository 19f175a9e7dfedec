import type { IsReadonly } from './pathTypes.ts';
import type { Immutable, IsOpen, ItemOf, List, Solid, Tuple } from './valueTypes.ts';

/** The keys of an object that are not declared `readonly`. */
type WritableKey<T> = { [K in keyof T]-?: IsReadonly<Pick<T, K>> extends true ? never : K }[keyof T];

/** Some of the keys of an object, or entries for a map. */
export type Merged<T> =
  IsOpen<T> extends true
    ? Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>
    : T extends Solid | List
      ? never
      : T extends ReadonlyMap<string, infer V>
        ? Readonly<Record<string, V | Immutable<V>>> | ReadonlyMap<string, V | Immutable<V>>
        : { [K in WritableKey<T>]?: T[K] | Immutable<T[K]> };

/** What is added to an array of type `T`, or to the end of a tuple that has an open one. */
export type Item<T> =
  IsOpen<T> extends true
    ? unknown
    : T extends List
      ? T extends Tuple
        ? T extends readonly [unknown?, ...infer Rest]
          ? number extends Rest['length']
            ? Item<Rest>
            : never
          : never
        : ItemOf<T> | Immutable<ItemOf<T>>
      : never;

/** Arguments of a method for arrays; none that anyone could pass when `T` is not one, or a tuple. */
export type ForArray<T, A extends readonly unknown[]> =
  IsOpen<T> extends true
    ? A
    : [T] extends [List | undefined]
      ? [T] extends [Tuple | undefined]
        ? [notForTuples: never]
        : A
      : [notAnArray: never];

/** Arguments of a method for numbers; none that anyone could pass when `T` is not one. */
export type ForNumber<T, A extends readonly unknown[]> =
  IsOpen<T> extends true
    ? A
    : [T] extends [undefined]
      ? [notANumber: never]
      : [T] extends [number | undefined]
        ? A
        : [notANumber: never];
