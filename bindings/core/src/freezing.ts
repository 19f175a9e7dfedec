import { DEVELOPMENT } from './development.ts';

/** When readers get frozen values. */
export type Freeze = 'development' | 'always' | 'never';

const MAP_CHANGES = ['set', 'delete', 'clear'];
const SET_CHANGES = ['add', 'delete', 'clear'];
const DATE_CHANGES = Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith('set'));

/**
 * Whether a store freezes what readers get, by its option.
 *
 * @throws TypeError for anything that is no such option
 */
export function freezesBy(option: Freeze = 'development'): boolean {
  if (option === 'development') return DEVELOPMENT;
  if (option === 'always' || option === 'never') return option === 'always';
  throw new TypeError(`freeze is 'development', 'always' or 'never', not ${String(option)}.`);
}

function refuseChange(): never {
  throw new TypeError('A value read from a store is read-only: write through a cursor.');
}

/** Makes methods throw that would change what others read as well: freezing has no effect on what they change. */
function guard<T extends object>(value: T, methods: readonly string[]): T {
  if (Object.isExtensible(value))
    for (const method of methods) Object.defineProperty(value, method, { value: refuseChange });
  return value;
}

export function guardMap<K, V>(map: Map<K, V>): ReadonlyMap<K, V> {
  return guard(map, MAP_CHANGES);
}

export function guardDate(date: Date): Date {
  return guard(date, DATE_CHANGES);
}

/** Makes an array, a plain object, a `Map`, a `Set` or a date one that can only be read; what is in it is not touched. */
export function freeze<T extends object>(value: T): T {
  if (value instanceof Map) guardMap(value);
  else if (value instanceof Set) guard(value, SET_CHANGES);
  else if (value instanceof Date) guardDate(value);
  return Object.freeze(value);
}
