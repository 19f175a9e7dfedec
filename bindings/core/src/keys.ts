import type { Key } from './errors.ts';
import { INDEX_END } from './protocol.ts';
import { describe } from './values.ts';

const CANONICAL_INDEX = /^(?:0|[1-9]\d{0,9})$/;
const DIGITS_MAX = 10;

/** The key as the engine sees it: digits that are an array index are a number. */
export function normalizeKey(key: unknown): Key {
  if (typeof key === 'string') {
    const isIndex = key.length <= DIGITS_MAX && CANONICAL_INDEX.test(key) && Number(key) < INDEX_END;
    return isIndex ? Number(key) : key;
  }
  if (typeof key !== 'number') throw new TypeError(`A key is a string or a number, not ${describe(key)}.`);
  if (key === 0) return 0; // -0 as well: both are written '0'.
  return Number.isInteger(key) && key > 0 && key < INDEX_END ? key : String(key);
}
