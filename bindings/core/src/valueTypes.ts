type Scalar = string | number | boolean | bigint | symbol | null | undefined;

/** Whether nothing is known of `T`: it is `any` or `unknown`. */
export type IsOpen<T> = unknown extends T ? true : false;

/** A value that is the same for reading and for writing. */
export type Solid = Scalar | Date | ArrayBufferView | ArrayBuffer | ((...args: never[]) => unknown);

export type List = readonly unknown[];

/**
 * Tuples, also those of any length, but no arrays. Types that depend on `T` only by `T extends Tuple` stay
 * covariant: readables of any type are then readables of `unknown`.
 */
export type Tuple = readonly [] | readonly [...unknown[], unknown] | { readonly 0?: unknown };

/** What an array holds. TypeScript infers `never[]` for `[]`, of which nothing is known. */
export type ItemOf<T extends List> = T extends readonly never[] ? unknown : T[number];

/** A value as it is read: the same, all the way down read-only. */
export type Immutable<T> = T extends Solid
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Immutable<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<Immutable<V>>
      : T extends List
        ? T extends Tuple
          ? { readonly [K in keyof T]: Immutable<T[K]> }
          : readonly Immutable<ItemOf<T>>[]
        : T extends object
          ? { readonly [K in keyof T]: Immutable<T[K]> }
          : T;

/**
 * A value as a recipe may change it: the same, all the way down writable. Methods that add to an array or a `Map`
 * also take what was read. So does an assignment, except that TypeScript lets no `readonly` array or map be
 * assigned to a writable one: copy it, as in `draft.tags = [...view.tags]`.
 */
export type Draft<T> = T extends Solid
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? DraftMap<K, V>
    : T extends List
      ? T extends Tuple
        ? { -readonly [K in keyof T]: Draft<T[K]> }
        : DraftArray<ItemOf<T>>
      : T extends object
        ? { -readonly [K in keyof T]: Draft<T[K]> }
        : T;

/** What a draft takes for a `T`: a value of one's own, one that was read, or another draft. */
export type Writable<T> = T | Immutable<T> | Draft<T>;

/** An array in a draft. */
export interface DraftArray<T> extends Array<Draft<T>> {
  push(...items: Writable<T>[]): number;
  unshift(...items: Writable<T>[]): number;
  splice(start: number, deleteCount?: number): Draft<T>[];
  splice(start: number, deleteCount: number, ...items: Writable<T>[]): Draft<T>[];
  fill(value: Writable<T>, start?: number, end?: number): this;
  includes(item: Writable<T>, fromIndex?: number): boolean;
  indexOf(item: Writable<T>, fromIndex?: number): number;
  lastIndexOf(item: Writable<T>, fromIndex?: number): number;
}

/** A `Map` in a draft. */
export interface DraftMap<K, V> extends Map<K, Draft<V>> {
  set(key: K, value: Writable<V>): this;
}

/**
 * A value that a store can hold: objects and arrays, `Map`s with string keys, strings, numbers, booleans, `null`,
 * `undefined`, bigints, dates and `Uint8Array`s. Anything else in `T` is replaced by a text that says so.
 */
export type Storable<T> =
  IsOpen<T> extends true
    ? T
    : T extends Exclude<Scalar, symbol> | Date | Uint8Array
      ? T
      : T extends symbol
        ? 'a symbol cannot be stored'
        : T extends (...args: never[]) => unknown
          ? 'a function cannot be stored'
          : T extends ReadonlyMap<infer K, infer V>
            ? K extends string
              ? ReadonlyMap<K, Storable<V>>
              : 'a Map needs string keys to be stored'
            : T extends ReadonlySet<unknown>
              ? 'a Set cannot be stored'
              : T extends ArrayBuffer | ArrayBufferView
                ? 'of binary data, Uint8Array can be stored'
                : T extends List
                  ? T extends Tuple
                    ? { readonly [K in keyof T]: Storable<T[K]> }
                    : readonly Storable<T[number]>[]
                  : { [K in keyof T]: Storable<T[K]> };

/** A `T` if a store can hold it, else the type that says what it cannot hold. */
export type Initial<T> = T extends Storable<T> ? T : Storable<T>;
