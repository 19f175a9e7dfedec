/**
 * What records cost as plain objects in V8 with compressed pointers (Chromium,
 * Edge), by the layout of its heap. It counts what is reachable from the array
 * and nothing else: no garbage, no room that the heap keeps free, no hidden
 * classes, no string table. So it is a lower bound for the JS side.
 *
 * - A reference is 4 bytes, and every heap object is a multiple of 4 bytes.
 * - An object is a header of 12 bytes (hidden class, properties, elements) and
 *   one reference per field.
 * - Small integers live inside their reference. Every other number is a heap
 *   number of 12 bytes, one per field that holds it.
 * - A string is a header of 12 bytes and one byte per character, or two when a
 *   character is beyond Latin-1. Each is an object of its own: `JSON.parse` shares
 *   equal short strings only when the whole text is Latin-1, and this data is not.
 *   Strings of at most one character are part of V8 itself.
 * - An array is a header of 16 bytes and a backing store of 8 bytes plus one
 *   reference per item.
 */
import type { City } from './record.ts';

const REFERENCE_BYTES = 4;
const OBJECT_HEADER_BYTES = 12;
const HEAP_NUMBER_BYTES = 12;
const STRING_HEADER_BYTES = 12;
const ARRAY_BYTES = 24;
const SMALL_INTEGER_LIMIT = 2 ** 30;

/** Bytes of plain objects, by kind. */
export interface ObjectBytes {
  readonly objects: number;
  readonly numbers: number;
  readonly strings: number;
  readonly array: number;
  readonly total: number;
}

/** Counts the bytes that `rows` take as an array of objects. Linear in the number of rows. */
export function estimateObjectBytes(rows: readonly City[]): ObjectBytes {
  const sum = { objects: 0, numbers: 0, strings: 0 };
  for (const row of rows) {
    const values: readonly (string | number)[] = Object.values(row);
    sum.objects += OBJECT_HEADER_BYTES + REFERENCE_BYTES * values.length;
    for (const value of values) {
      if (typeof value === 'number') sum.numbers += isSmallInteger(value) ? 0 : HEAP_NUMBER_BYTES;
      else sum.strings += stringBytes(value);
    }
  }
  const array = ARRAY_BYTES + REFERENCE_BYTES * rows.length;
  return { ...sum, array, total: sum.objects + sum.numbers + sum.strings + array };
}

function isSmallInteger(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < SMALL_INTEGER_LIMIT && !Object.is(value, -0);
}

function stringBytes(text: string): number {
  if (text.length <= 1) return 0;
  const characters = isLatin1(text) ? text.length : text.length * 2;
  return Math.ceil((STRING_HEADER_BYTES + characters) / REFERENCE_BYTES) * REFERENCE_BYTES;
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0xff) return false;
  }
  return true;
}
