import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MovedItem, sealed, type WrittenOp, writeDelta } from '../../../tests/support/deltaWriter.ts';
import { type DeltaOp, Kind, Moved, readDelta, type Trail } from './delta.ts';
import { GaesupError, type Key } from './errors.ts';
import { invert } from './invert.ts';
import { toJSONPatch } from './jsonPatch.ts';

const UUID = '0a1b2c3d-4e5f-6789-abcd-ef0123456789';

/** What a delta says, in the form in which the tests write it. */
function written(op: DeltaOp): WrittenOp {
  const path: Key[] = [];
  for (let at: Trail | undefined = op.path; at !== undefined; at = at.around) path.unshift(at.key);
  const items = (values: readonly unknown[]) =>
    values.map((value) => (value instanceof Moved ? new MovedItem(value.number) : value));
  if (op.kind === Kind.Splice) {
    const { index } = op;
    return { path, kind: 'splice', index, removed: items(op.removed), inserted: items(op.inserted) };
  }
  const { old, next } = op;
  const before = op.before === undefined ? {} : { before: op.before };
  if (op.kind === Kind.Root) return { path, kind: 'root', old, next };
  if (op.kind === Kind.Add) return { path, kind: 'add', key: op.key as string, next, ...before };
  if (op.kind === Kind.Remove) return { path, kind: 'remove', key: op.key as string, old, ...before };
  const key = op.key as Key;
  if (op.kind === Kind.Increment) return { path, kind: 'increment', key, old, next, by: op.by as number };
  return { path, kind: 'replace', key, old, next };
}

function read(bytes: Uint8Array): WrittenOp[] {
  return readDelta(bytes).ops.map(written);
}

function errorOf(bytes: Uint8Array): string {
  try {
    readDelta(bytes);
  } catch (error) {
    if (error instanceof GaesupError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'none';
}

/** A delta without versions of these bytes behind its header. */
function raw(...bytes: number[]): Uint8Array {
  return sealed([0x47, 0x44, 1, 0, ...bytes]);
}

/** A delta that replaces nothing at `[0]` by a value of these bytes. */
function rawValue(...bytes: number[]): Uint8Array {
  return raw(1, 0, 0, 0, 0, ...bytes);
}

const OPS: readonly WrittenOp[] = [
  { path: [], kind: 'root', old: undefined, next: { rows: [], n: 1 } },
  { path: ['rows'], kind: 'splice', index: 0, removed: [], inserted: [{ id: UUID }, 'b', UUID, 'b'] },
  { path: ['rows', 0], kind: 'add', key: 'name', next: 'b', before: 'id' },
  { path: ['rows', 0], kind: 'replace', key: 'id', old: UUID, next: '0' },
  { path: ['rows', 0], kind: 'remove', key: 'name', old: 'b', before: 'id' },
  { path: [], kind: 'add', key: '__proto__', next: null },
  { path: [], kind: 'increment', key: 'n', old: 1, next: 3.5, by: 2.5 },
  { path: ['rows'], kind: 'replace', key: 3, old: 'b', next: 'c' },
  { path: ['rows'], kind: 'splice', index: 1, removed: [new MovedItem(0), UUID], inserted: [] },
  { path: ['rows'], kind: 'splice', index: 2, removed: [], inserted: ['x', new MovedItem(0)] },
  { path: ['rows', 3, '7', 'deep', 0], kind: 'remove', key: '7', old: [] },
];

test('operations are read as they were written', () => {
  expect(read(writeDelta({ ops: OPS }))).toEqual(OPS);
  expect(readDelta(writeDelta({ versions: [7, 300], ops: [] }))).toEqual({ base: 7, next: 300, ops: [] });
});

test('an inverted delta is read as what it does', () => {
  const delta = writeDelta({ versions: [126, 127], ops: OPS });
  const inverse = invert(delta);
  expect(read(inverse)).toEqual([
    { path: ['rows', 3, '7', 'deep', 0], kind: 'add', key: '7', next: [] },
    { path: ['rows'], kind: 'splice', index: 2, removed: ['x', new MovedItem(0)], inserted: [] },
    { path: ['rows'], kind: 'splice', index: 1, removed: [], inserted: [new MovedItem(0), UUID] },
    { path: ['rows'], kind: 'replace', key: 3, old: 'c', next: 'b' },
    { path: [], kind: 'increment', key: 'n', old: 3.5, next: 1, by: -2.5 },
    { path: [], kind: 'remove', key: '__proto__', old: null },
    { path: ['rows', 0], kind: 'add', key: 'name', next: 'b', before: 'id' },
    { path: ['rows', 0], kind: 'replace', key: 'id', old: '0', next: UUID },
    { path: ['rows', 0], kind: 'remove', key: 'name', old: 'b', before: 'id' },
    { path: ['rows'], kind: 'splice', index: 0, removed: [{ id: UUID }, 'b', UUID, 'b'], inserted: [] },
    { path: [], kind: 'root', old: { rows: [], n: 1 }, next: undefined },
  ]);
  expect(inverse).toEqual(writeDelta({ versions: [127, 128], inverted: true, ops: OPS }));
  expect(invert(inverse)).toEqual(writeDelta({ versions: [128, 129], ops: OPS }));
  const unversioned = writeDelta({ ops: OPS });
  expect(invert(invert(unversioned))).toEqual(unversioned);
  // Also where the bytes are part of others.
  const around = new Uint8Array(delta.length + 9);
  around.set(delta, 5);
  expect(invert(around.subarray(5, 5 + delta.length))).toEqual(inverse);
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '',
    '__proto__',
    '\ud800',
    '\udc00x',
    'é\udbff',
    '\udfff\ud800',
    '\ufeffx',
    '😀\ud83d',
    UUID,
  ),
  fc
    .array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
);

const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(undefined, null, true, false, 0, -0, 127, 128, -1, 2 ** 31, 2 ** 53, -(2 ** 53)),
    fc.constantFrom<unknown>(2 ** 53 + 2, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 0.1),
    fc.double(),
    fc.maxSafeInteger(),
    fc.bigInt(),
    anyText,
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 20 }),
    fc.uuid(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    fc.array(fc.tuple(anyText, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).value;

test('every value comes back as it was', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 6 }), anyText, (values, key) => {
      const ops: WrittenOp[] = [
        { path: [key], kind: 'splice', index: 0, removed: [], inserted: values },
        { path: [key, 0], kind: 'replace', key, old: values, next: key },
      ];
      expect(read(writeDelta({ ops }))).toStrictEqual(ops);
    }),
    { numRuns: 2_000 },
  );
});

test('keys are data, also those with a meaning', () => {
  const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}');
  const [op] = readDelta(writeDelta({ ops: [{ path: [], kind: 'root', old: null, next: value }] })).ops;
  const { next } = op as { next: object };
  expect(Object.keys(next)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(next)).toBe(Object.prototype);
});

/** A delta whose value is so many arrays, one in another. */
function nested(depth: number): Uint8Array {
  const arrays = Array.from({ length: depth }, () => [10, 1]).flat();
  return sealed([0x47, 0x44, 1, 0, 1, 0, 0, 0, 0, ...arrays, 0]);
}

function longPath(keys: number): Uint8Array {
  return raw(1, 5, 0x80 | (keys & 0x7f), keys >> 7, ...Array(keys).fill(0), 0, 0, 0);
}

test('depth has an end', () => {
  expect(errorOf(nested(1_000))).toBe('none');
  expect(errorOf(nested(1_001))).toMatch('CORRUPT_DATA');
  expect(errorOf(nested(100_000))).toMatch('CORRUPT_DATA');
  const replaceAt = (keys: number) =>
    writeDelta({ ops: [{ path: Array(keys).fill(0), kind: 'replace', key: 0, old: 0, next: 1 }] });
  expect(errorOf(replaceAt(1_000))).toBe('none');
  expect(errorOf(replaceAt(1_001))).toMatch('CORRUPT_DATA');
  expect(errorOf(longPath(1))).toMatch('CORRUPT_DATA');
});

const MOVED = 13;

test.each<[what: string, bytes: Uint8Array, error: RegExp]>([
  ['nothing', new Uint8Array(0), /CORRUPT_DATA.*byte 0\./],
  ['other bytes', sealed([0x47, 0x45, 1, 0, 0]), /CORRUPT_DATA.*byte 2\./],
  ['a later version', sealed([0x47, 0x44, 2, 0, 0]), /UNSUPPORTED_VERSION.*format 2/],
  ['unknown flags', sealed([0x47, 0x44, 1, 4, 0]), /CORRUPT_DATA.*byte 4\./],
  ['no checksum', Uint8Array.of(0x47, 0x44, 1, 0, 0), /CORRUPT_DATA/],
  ['another checksum', raw(0).map((byte, at) => (at === 6 ? byte ^ 1 : byte)), /CORRUPT_DATA.*byte 5\./],
  ['bytes behind the operations', raw(0, 0), /CORRUPT_DATA.*byte 5\./],
  ['more operations than bytes', raw(0xff, 0xff, 0xff, 0xff, 0x0f), /CORRUPT_DATA.*byte 9\./],
  ['a number that does not end', raw(...Array(11).fill(0x80), 0), /CORRUPT_DATA/],
  ['a number too large', raw(...Array(9).fill(0xff), 1), /CORRUPT_DATA/],
  ['an operation cut off', raw(1, 0, 0, 0, 0), /CORRUPT_DATA/],
  ['an unknown kind', raw(1, 6, 0, 0, 0, 0), /CORRUPT_DATA/],
  ['more shared keys than there are', raw(1, 8, 0, 0, 0, 0), /CORRUPT_DATA/],
  ['a root inside', raw(1, 5, 1, 0, 0, 0), /CORRUPT_DATA/],
  ['an item that is added by a key', raw(1, 1, 0, 0, 0, 0), /CORRUPT_DATA/],
  ['an item that is removed by a key', raw(1, 2, 0, 0, 0, 0), /CORRUPT_DATA/],
  ['an increment of text', raw(1, 4, 0, 0, 6, 0, 0, 0x41, 0, 0, 0, 0, 0, 0, 0, 0), /CORRUPT_DATA/],
  ['an index too large', raw(1, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x1f, 0, 0, 0), /CORRUPT_DATA/],
  ['an unknown tag', rawValue(14), /CORRUPT_DATA.*byte 10\./],
  ['an unknown string', rawValue(0xc0), /CORRUPT_DATA/],
  ['an unknown token', rawValue(6, 2), /CORRUPT_DATA/],
  ['text cut off', rawValue(6, 0, 1), /CORRUPT_DATA/],
  ['text that is no UTF-8', rawValue(6, 0, 2, 0xc3, 0x28), /CORRUPT_DATA/],
  ['text with a long form', rawValue(6, 0, 2, 0xc0, 0x80), /CORRUPT_DATA/],
  ['text beyond Unicode', rawValue(6, 0, 4, 0xf4, 0x90, 0x80, 0x80), /CORRUPT_DATA/],
  ['half a surrogate', rawValue(6, 0, 2, 0xed, 0xa0), /CORRUPT_DATA/],
  [
    'a surrogate and what does not go on',
    rawValue(6, 0, 6, 0xed, 0xa0, 0x80, 0xed, 0xa0, 0x20),
    /CORRUPT_DATA/,
  ],
  [
    'two surrogates that are one character',
    rawValue(6, 0, 6, 0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80),
    /CORRUPT_DATA/,
  ],
  ['a UUID cut off', rawValue(6, 1, ...Array(15).fill(0)), /CORRUPT_DATA/],
  ['a big integer without digits', rawValue(8, 1, 0x2d), /CORRUPT_DATA/],
  ['a big integer in another form', rawValue(8, 3, 0x30, 0x78, 0x31), /CORRUPT_DATA/],
  ['an integer no double can count to', rawValue(4, 0x82, ...Array(6).fill(0x80), 0x20), /CORRUPT_DATA/],
  ['a negative one', rawValue(4, 0x81, ...Array(6).fill(0x80), 0x20), /CORRUPT_DATA/],
  ['more items than bytes', rawValue(10, 0xff, 0xff, 0xff, 0xff, 0x0f), /CORRUPT_DATA/],
  ['more entries than bytes', rawValue(11, 2, 0, 0, 0), /CORRUPT_DATA/],
  ['a key twice', rawValue(11, 2, 0, 0, 0, 2, 0), /CORRUPT_DATA/],
  ['a key of a map twice', rawValue(12, 2, 0, 0, 0, 2, 0), /CORRUPT_DATA/],
  ['a moved value that is no item', rawValue(MOVED, 0), /CORRUPT_DATA/],
  ['a moved item that is only taken', raw(1, 3, 0, 0, 1, MOVED, 0, 0), /CORRUPT_DATA/],
  ['a moved item that is only put', raw(1, 3, 0, 0, 0, 1, MOVED, 0), /CORRUPT_DATA/],
  ['a moved item taken twice', raw(1, 3, 0, 0, 2, MOVED, 0, MOVED, 0, 1, MOVED, 0), /CORRUPT_DATA/],
  ['moved items out of turn', raw(1, 3, 0, 0, 1, MOVED, 1, 1, MOVED, 1), /CORRUPT_DATA/],
  [
    'an item moved to another array',
    raw(2, 3, 0, 0, 1, MOVED, 0, 0, 3, 1, 0, 0, 0, 1, MOVED, 0),
    /CORRUPT_DATA/,
  ],
])('%s is refused', (_, bytes, error) => {
  expect(errorOf(bytes)).toMatch(error);
  expect(() => toJSONPatch(bytes)).toThrow(GaesupError);
});

test('the largest integers, and the smallest, are read', () => {
  const value = (...bytes: number[]) => (readDelta(rawValue(...bytes)).ops[0] as { next: unknown }).next;
  expect(value(4, ...Array(7).fill(0x80), 0x20)).toBe(2 ** 53);
  expect(value(4, ...Array(7).fill(0xff), 0x1f)).toBe(-(2 ** 53));
  expect(value(4, 0x80, 0x80, 0x00)).toBe(0);
});

test('what was said before is not said again: strings and paths are shared', () => {
  const long = '~'.repeat(1 << 18);
  const path = Array(60).fill(long);
  const ops: WrittenOp[] = Array.from({ length: 20_000 }, (_, n) => ({
    path,
    kind: 'replace',
    key: long,
    old: long,
    next: n,
  }));
  const delta = writeDelta({ ops });
  expect(delta.length).toBeLessThan(500_000);
  const paths = new Set(readDelta(delta).ops.map((op) => op.path));
  expect(paths.size).toBe(1);
  const few = writeDelta({ ops: ops.map((op) => ({ ...op, path: [long] })) });
  expect(toJSONPatch(few).length).toBe(ops.length);
  // The pointers would be 30 million letters each.
  expect(() => toJSONPatch(delta)).toThrow(GaesupError);
});

test('bytes that were changed are refused or say something else, and nothing else is thrown', {
  timeout: 60_000,
}, () => {
  const delta = writeDelta({
    versions: [1, 2],
    ops: [
      ...OPS,
      {
        path: ['\ud800'],
        kind: 'replace',
        key: 1,
        old: [1n, new Date(0)],
        next: new Map([['é', Uint8Array.of(1)]]),
      },
    ],
  });
  let [refused, readable] = [0, 0];
  const change = fc.record({
    at: fc.nat(delta.length - 5),
    byte: fc.integer({ min: 0, max: 255 }),
    cut: fc.nat(3),
    isGrown: fc.boolean(),
  });
  const check = (
    changes: { at: number; byte: number; cut: number; isGrown: boolean }[],
    isSealed: boolean,
  ) => {
    const bytes = [...delta.subarray(0, -4)];
    for (const { at, byte, cut, isGrown } of changes)
      bytes.splice(at, isGrown ? 0 : cut === 0 ? 1 : cut, byte);
    const whole = isSealed ? sealed(bytes) : Uint8Array.of(...bytes, ...delta.subarray(-4));
    for (const work of [toJSONPatch, invert]) {
      try {
        work(whole);
        readable++;
      } catch (error) {
        expect(error).toBeInstanceOf(GaesupError);
        expect((error as GaesupError).code).toMatch(/^(?:CORRUPT_DATA|UNSUPPORTED_VERSION)$/);
        refused++;
      }
    }
  };
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), check), {
    seed: 4,
    numRuns: 5_000,
  });
  for (let at = 0; at < delta.length - 4; at++) {
    for (const bit of [1, 2, 16, 128]) check([{ at, byte: delta[at] ^ bit, cut: 0, isGrown: false }], true);
  }
  expect(Math.min(refused, readable)).toBeGreaterThan(1_000);
});

test('the example of the format document is what it says', () => {
  const document = readFileSync(new URL('../../../docs/delta-format.md', import.meta.url), 'utf8');
  const example = document.slice(document.indexOf('## Example'));
  const bytes = [...example.matchAll(/^(?:\| )?`((?:[\dA-F]{2} ?)+)`/gm)].flatMap(([, digits]) =>
    digits
      .trim()
      .split(' ')
      .map((digit) => Number.parseInt(digit, 16)),
  );
  const delta = Uint8Array.from(bytes);
  expect(readDelta(delta)).toMatchObject({ base: 4, next: 5 });
  const [path, moved] = [['todos'], new MovedItem(0)];
  const ops: WrittenOp[] = [
    { path: [], kind: 'add', key: 'by', next: 'tea', before: 'n' },
    { path: [], kind: 'increment', key: 'n', old: 130, next: 131, by: 1 },
    { path, kind: 'splice', index: 0, removed: [moved], inserted: [] },
    { path, kind: 'splice', index: 1, removed: [], inserted: [moved, { title: 'tea', done: false }] },
    { path: ['todos', 0], kind: 'replace', key: 'done', old: false, next: true },
  ];
  expect(read(delta)).toEqual(ops);
  expect(writeDelta({ versions: [4, 5], ops })).toEqual(delta);
  const patch = /```json\n(.*?)```/s.exec(example)?.[1] ?? '';
  expect(toJSONPatch(delta)).toEqual(JSON.parse(patch));
});
