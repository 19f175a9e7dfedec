/** Generators of state values and of whole states, small and large. */
import fc from 'fast-check';
import { defineKey, type PlainObject } from './oracle.ts';

/** Keys that are special somewhere in JavaScript, and keys that only look like numbers. */
export const AWKWARD_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'get',
  'set',
  'at',
  'length',
  'size',
  'toJSON',
  '',
  ' ',
  '0',
  '1',
  '17',
  '-1',
  '-0',
  '01',
  '1e3',
  '1.5',
  '4294967294',
  '4294967295',
  '9007199254740993',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'a.b',
  'a[0]',
  'a/b',
  '~1',
  'é',
  'e\u0301',
  '日本',
  '😀',
  '\ud800',
  '\udc00',
  'x\ud83d',
  '\u0000',
  '\u2028',
];

const INTEGERS: readonly number[] = [
  0,
  1,
  -1,
  2,
  7,
  42,
  100,
  127,
  128,
  -128,
  -129,
  255,
  256,
  32_767,
  32_768,
  -32_768,
  -32_769,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53) + 1,
];

const FLOATS: readonly number[] = [
  -0,
  NaN,
  Infinity,
  -Infinity,
  0.5,
  -0.1,
  1e-7,
  Number.EPSILON,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.MAX_VALUE,
  1.0000000000000002,
  3.4028234663852886e38,
  2 ** -126,
];

const STRINGS: readonly string[] = [
  '',
  'a',
  'Berlin',
  'Zürich',
  'مرحبا',
  '東京',
  '😀😀',
  '\ud83d',
  '\ude00',
  'a\ud800b',
  '\udc00\ud800',
  '\ud800\ud800\udc00',
  '\u0000',
  'a\u0000b',
  '\ufeff',
  '\ufffd',
  '\uffff',
  'true',
  'null',
  '0',
  '[object Object]',
  'e\u0301',
  '\u00e9',
  'x'.repeat(63),
  'x'.repeat(64),
  'y'.repeat(65),
  'é'.repeat(1_000),
  '😀'.repeat(2_100),
  '\ud800'.repeat(300),
];

const number = fc.oneof(
  { arbitrary: fc.constantFrom(...INTEGERS), weight: 4 },
  { arbitrary: fc.constantFrom(...FLOATS), weight: 2 },
  { arbitrary: fc.integer({ min: -200, max: 200 }), weight: 4 },
  { arbitrary: fc.double(), weight: 2 },
);

const string = fc.oneof(
  { arbitrary: fc.constantFrom(...STRINGS), weight: 3 },
  { arbitrary: fc.string({ maxLength: 12 }), weight: 3 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 8 }), weight: 1 },
  // UTF-16 code units at random: mostly lone surrogates and odd pairs.
  {
    arbitrary: fc
      .array(fc.oneof(fc.integer({ min: 0xd7ff, max: 0xe000 }), fc.integer({ min: 0, max: 0xffff })), {
        maxLength: 8,
      })
      .map((units) => String.fromCharCode(...units)),
    weight: 2,
  },
);

const date = fc
  .oneof(fc.constantFrom(0, 1, -1, NaN, 8.64e15, -8.64e15, 1_700_000_000_123), fc.integer())
  .map((time) => new Date(time));

const bigint = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    -1n,
    2n ** 63n,
    -(2n ** 63n),
    2n ** 64n,
    -(2n ** 64n) - 1n,
    10n ** 60n,
    -(7n ** 400n),
  ),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
);

const bytes = fc.oneof(
  fc
    .constantFrom(0, 1, 8, 300, 5_000)
    .map((size) => Uint8Array.from({ length: size }, (_, index) => index * 31)),
  fc.uint8Array({ maxLength: 12 }),
);

/** A value without places inside. */
export const leaf: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: number, weight: 8 },
  { arbitrary: string, weight: 8 },
  { arbitrary: fc.boolean(), weight: 3 },
  { arbitrary: fc.constantFrom<unknown>(null, undefined), weight: 3 },
  { arbitrary: date, weight: 1 },
  { arbitrary: bigint, weight: 1 },
  { arbitrary: bytes, weight: 1 },
);

/** A key of an object or a `Map`. Few enough that keys meet again. */
export const key: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'c', 'id', 'name', 'n', 'items', 'k1', 'k2', 'k3'), weight: 6 },
  { arbitrary: fc.constantFrom(...AWKWARD_KEYS), weight: 3 },
  { arbitrary: fc.string({ maxLength: 4 }), weight: 1 },
);

/** A plain object of entries; later entries of a key win. */
export function objectOf(entries: Iterable<readonly [string, unknown]>): PlainObject {
  const result: PlainObject = {};
  for (const [name, value] of entries) defineKey(result, name, value);
  return result;
}

/** Similar objects with optional keys, as a table of rows has them; their order varies. */
const rows: fc.Arbitrary<unknown[]> = fc
  .tuple(
    fc.uniqueArray(key, { minLength: 1, maxLength: 7 }),
    fc.array(fc.tuple(fc.nat(255), fc.boolean(), fc.array(leaf, { minLength: 7, maxLength: 7 })), {
      maxLength: 12,
    }),
  )
  .map(([names, picks]) =>
    picks.map(([present, reversed, values]) => {
      const entries = names.map((name, index) => [name, values[index]] as const);
      // Half of the rows have every key, as most rows of real tables do.
      const kept = present < 128 ? entries : entries.filter((_, index) => (present >> index) & 1);
      return objectOf(reversed && present % 4 === 0 ? kept.reverse() : kept);
    }),
  );

const { tree } = fc.letrec<{
  tree: unknown;
  object: PlainObject;
  array: unknown[];
  map: Map<string, unknown>;
}>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: leaf, weight: 4 },
    { arbitrary: tie('object'), weight: 4 },
    { arbitrary: tie('array'), weight: 3 },
    { arbitrary: tie('map'), weight: 2 },
    { arbitrary: rows, weight: 1 },
  ),
  object: fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map(objectOf),
  array: fc.array(tie('tree'), { maxLength: 6 }),
  map: fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map((entries) => new Map(entries)),
}));

/** Any state value. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: leaf, weight: 5 },
  { arbitrary: tree, weight: 3 },
);

/** A state to start a small program from. */
export const smallState: fc.Arbitrary<unknown> = fc
  .tuple(fc.array(fc.tuple(key, tree), { minLength: 1, maxLength: 6 }), rows, fc.nat(9))
  .map(([entries, table, root]) => {
    const fields = objectOf([
      ...entries,
      ['rows', table],
      ['n', 0],
      ['list', table.map((_, index) => index)],
    ]);
    if (root === 0) return Object.values(fields);
    if (root === 1) return new Map(Object.entries(fields));
    return fields;
  });

/** A large state in a few numbers, so that a counterexample prints in one line. */
export interface LargeStateSpecification {
  readonly kind: 'list' | 'rows' | 'object' | 'map';
  readonly size: number;
}

export const largeState: fc.Arbitrary<LargeStateSpecification> = fc.record({
  kind: fc.constantFrom('list', 'rows', 'object', 'map'),
  size: fc.constantFrom(1_023, 1_024, 1_025, 3_001, 3_300, 4_097),
});

function rowAt(index: number): PlainObject {
  const row: PlainObject = { id: index, name: `row ${index % 97}`, score: index / 4, on: index % 3 === 0 };
  if (index % 5 === 0) row['note'] = index % 2 === 0 ? null : `note ${index}`;
  if (index % 1_000 === 0) row['tags'] = ['x', index];
  return row;
}

/** Builds a large state: lists longer than a chunk, dictionaries of thousands of keys. */
export function buildLargeState({ kind, size }: LargeStateSpecification): PlainObject {
  const indices = Array.from({ length: size }, (_, index) => index);
  const entries = indices.map((index) => [`key ${index}`, index % 3 === 0 ? rowAt(index) : index] as const);
  switch (kind) {
    case 'list':
      return { list: indices.map((index) => (index % 50 === 7 ? `item ${index}` : index)), n: 0 };
    case 'rows':
      return { list: indices.map(rowAt), n: 0 };
    case 'object':
      return { dictionary: objectOf(entries), n: 0 };
    case 'map':
      return { dictionary: new Map<string, unknown>(entries), n: 0 };
  }
}
