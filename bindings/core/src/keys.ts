import type { Key } from './errors.ts';
import { INDEX_END } from './protocol.ts';

const CANONICAL_INDEX = /^(?:0|[1-9]\d{0,9})$/;
const DIGITS_MAX = 10;

/** What a value is, in words for a message. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object of a class';
}

/** The key as the engine sees it: digits that are an array index are a number. */
export function normalizeKey(key: unknown): Key {
  if (typeof key === 'string') {
    const isIndex = key.length <= DIGITS_MAX && CANONICAL_INDEX.test(key) && Number(key) < INDEX_END;
    return isIndex ? Number(key) : key;
  }
  if (typeof key !== 'number') throw new TypeError(`A key is a string or a number, not ${describe(key)}.`);
  return Number.isInteger(key) && key >= 0 && key < INDEX_END && !Object.is(key, -0) ? key : String(key);
}
