import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { MovedItem, type WrittenOp, writeDelta } from '../../../tests/support/deltaWriter.ts';
import { applyJSONPatch } from './applyJSONPatch.ts';
import { GaesupError } from './errors.ts';
import { createStore } from './index.ts';
import { invert } from './invert.ts';
import { type JsonPatch, toJSONPatch } from './jsonPatch.ts';

/** What a library that knows nothing of ours makes of a patch. */
function patched(state: unknown, patch: JsonPatch): unknown {
  const copy = structuredClone(patch) as Operation[];
  return jsonPatch.applyPatch(structuredClone(state), copy, true, true, false).newDocument;
}

function patchOf(...ops: WrittenOp[]): JsonPatch {
  return toJSONPatch(writeDelta({ ops }));
}

test('each kind of operation has its own', () => {
  expect(
    patchOf(
      { path: ['a/b', 0], kind: 'replace', key: '~', old: 1, next: 2 },
      { path: ['~1'], kind: 'replace', key: 3, old: 1, next: 2 },
      { path: [], kind: 'add', key: '', next: [], before: 'x' },
      { path: [''], kind: 'remove', key: '0', old: 1 },
      { path: [], kind: 'increment', key: 'n', old: 1, next: 3, by: 2 },
      { path: [], kind: 'root', old: {}, next: 5 },
    ),
  ).toEqual([
    { op: 'replace', path: '/a~1b/0/~0', value: 2 },
    { op: 'replace', path: '/~01/3', value: 2 },
    { op: 'add', path: '/', value: [] },
    { op: 'remove', path: '//0' },
    { op: 'replace', path: '/n', value: 3 },
    { op: 'replace', path: '', value: 5 },
  ]);
});

test('splices remove and add at their index, in turn', () => {
  expect(
    patchOf(
      { path: ['l'], kind: 'splice', index: 1, removed: [1, 2], inserted: ['a'] },
      { path: ['l'], kind: 'splice', index: 5, removed: [], inserted: ['b', 'c'] },
    ),
  ).toEqual([
    { op: 'remove', path: '/l/1' },
    { op: 'remove', path: '/l/1' },
    { op: 'add', path: '/l/1', value: 'a' },
    { op: 'add', path: '/l/5', value: 'b' },
    { op: 'add', path: '/l/6', value: 'c' },
  ]);
});

test('what JSON lacks is in a patch as it is, and can be applied', () => {
  const next = {
    big: 1n,
    when: new Date(3),
    bytes: Uint8Array.of(1),
    map: new Map([['a', undefined]]),
    nan: Number.NaN,
  };
  const patch = patchOf(
    { path: [], kind: 'add', key: 'x', next },
    { path: ['x', 'map'], kind: 'add', key: 'b', next: -0 },
  );
  const store = createStore({});
  applyJSONPatch(store, patch);
  expect(store.get()).toEqual({
    x: {
      ...next,
      map: new Map([
        ['a', undefined],
        ['b', -0],
      ] as [string, unknown][]),
    },
  });
});

test('splices that cross each other are refused once items move', () => {
  const path = ['l'];
  const moved = new MovedItem(0);
  expect(() =>
    patchOf(
      { path, kind: 'splice', index: 0, removed: [moved], inserted: [] },
      { path, kind: 'splice', index: 4, removed: [], inserted: [moved] },
      { path, kind: 'splice', index: 2, removed: [], inserted: [1] },
    ),
  ).toThrow(GaesupError);
});

/** The positions of one of the longest rising subsequences. */
function rising(numbers: readonly number[]): readonly number[] {
  const best: (readonly number[])[] = [];
  numbers.forEach((number, at) => {
    const before = best.filter((_, index) => numbers[index] < number);
    best.push([...before.reduce((one, other) => (other.length > one.length ? other : one), []), at]);
  });
  return best.reduce((one, other) => (other.length > one.length ? other : one), []);
}

/**
 * The splices that turn `before` into `after`, both lists of different values: what is in
 * both is kept, or moved where the order is another.
 */
function splicesOf(
  path: (string | number)[],
  before: readonly unknown[],
  after: readonly unknown[],
): WrittenOp[] {
  const common = after.filter((item) => before.includes(item));
  const order = common.map((item) => before.indexOf(item));
  const positions = rising(order);
  const kept = new Set(positions.map((at) => common[at]));
  const moved = new Map<unknown, MovedItem>();
  const item = (value: unknown): unknown => {
    if (!common.includes(value)) return value;
    if (!moved.has(value)) moved.set(value, new MovedItem(moved.size));
    return moved.get(value);
  };
  const ops: WrittenOp[] = [];
  for (let [old, next] = [0, 0]; old < before.length || next < after.length; old++, next++) {
    const index = next;
    const [removed, inserted]: unknown[][] = [[], []];
    for (; old < before.length && !kept.has(before[old]); old++) removed.push(item(before[old]));
    for (; next < after.length && !kept.has(after[next]); next++) inserted.push(item(after[next]));
    if (removed.length + inserted.length > 0) ops.push({ path, kind: 'splice', index, removed, inserted });
  }
  return ops;
}

test('a list is rearranged into another, forward and back', { timeout: 60_000 }, () => {
  const lists = fc.tuple(
    fc.uniqueArray(fc.nat(14), { maxLength: 12 }),
    fc.uniqueArray(fc.nat(14), { maxLength: 12 }),
  );
  const store = createStore<{ l: number[] }>({ l: [] });
  fc.assert(
    fc.property(lists, ([before, after]) => {
      const delta = writeDelta({ ops: splicesOf(['l'], before, after) });
      const patch = toJSONPatch(delta);
      expect(patched({ l: before }, patch)).toEqual({ l: after });
      expect(patched({ l: after }, toJSONPatch(invert(delta)))).toEqual({ l: before });
      expect(patched({ l: before }, toJSONPatch(invert(invert(delta))))).toEqual({ l: after });
      store.at('l').set(before);
      applyJSONPatch(store, patch);
      expect(store.get()).toEqual({ l: after });
    }),
    { numRuns: 2_000 },
  );
});

test('as many items move as there are moved ones', () => {
  const patch = patchOf(...splicesOf([], [0, 1, 2, 3, 4], [4, 1, 2, 3, 0]));
  expect(patch).toEqual([
    { op: 'move', from: '/4', path: '/0' },
    { op: 'move', from: '/1', path: '/4' },
  ]);
});

test('a hundred thousand items that change places are not looked at for each other', () => {
  const count = 100_000;
  const removed = Array.from({ length: count }, (_, number) => new MovedItem(number));
  const inserted = [...removed].reverse();
  const patch = patchOf(
    { path: [], kind: 'splice', index: 0, removed, inserted: [] },
    { path: [], kind: 'splice', index: 1, removed: [], inserted },
  );
  expect(patch.slice(0, 2)).toEqual([
    { op: 'move', from: `/${count - 1}`, path: `/${count}` },
    { op: 'move', from: `/${count - 2}`, path: `/${count}` },
  ]);
  expect(patch.length).toBe(count);
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const anyKey = fc.constantFrom(
  'a',
  'b',
  '',
  '0',
  '1',
  '01',
  '-',
  'a/b',
  '~',
  '~1',
  'length',
  'constructor',
  'é',
);

const anyJson = fc.letrec<{ json: Json; scalar: Json }>((tie) => ({
  scalar: fc.oneof(fc.constantFrom<Json>(null, true, false, '', 'a'), fc.nat(3)),
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('scalar'),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(anyKey, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).json;

/** RFC 6902 as one reads it, on plain values. */
function naively(state: Json, patch: JsonPatch): Json {
  const holder: { [key: string]: Json } = { root: structuredClone(state) };
  const refuse = (): never => {
    throw new Error('refused');
  };
  const keysOf = (pointer: string) => {
    const keys = pointer.split('/').slice(1);
    return ['root', ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))];
  };
  const indexIn = (key: string, end: number) =>
    /^(0|[1-9]\d*)$/.test(key) && Number(key) < end ? Number(key) : refuse();
  const step = (whole: Json, key: string): Json => {
    if (Array.isArray(whole)) return whole[indexIn(key, whole.length)];
    return typeof whole === 'object' && whole !== null && Object.hasOwn(whole, key) ? whole[key] : refuse();
  };
  const read = (pointer: string) => keysOf(pointer).reduce<Json>(step, holder);
  const around = (pointer: string): [Json, string] => {
    const keys = keysOf(pointer);
    return [keys.slice(0, -1).reduce<Json>(step, holder), keys[keys.length - 1]];
  };
  const add = (pointer: string, value: Json) => {
    const [whole, key] = around(pointer);
    if (Array.isArray(whole)) {
      whole.splice(key === '-' ? whole.length : indexIn(key, whole.length + 1), 0, value);
    } else if (typeof whole === 'object' && whole !== null) whole[key] = value;
    else refuse();
  };
  const remove = (pointer: string) => {
    const [whole, key] = around(pointer);
    const value = step(whole, key);
    if (Array.isArray(whole)) whole.splice(Number(key), 1);
    else delete (whole as { [key: string]: Json })[key];
    return value;
  };
  for (const operation of patch) {
    const { path } = operation;
    if (operation.op === 'add') add(path, structuredClone(operation.value) as Json);
    else if (operation.op === 'remove') remove(path);
    else if (operation.op === 'copy') add(path, structuredClone(read(operation.from)));
    else if (operation.op === 'move') {
      read(operation.from);
      if (operation.from !== path) add(path, remove(operation.from));
    } else if (operation.op === 'test') {
      if (!isDeepStrictEqual(read(path), operation.value)) refuse();
    } else {
      const [whole, key] = around(path);
      step(whole, key);
      (whole as { [key: string]: Json })[key] = structuredClone(operation.value) as Json;
    }
  }
  return holder['root'];
}

describe('patches of others', () => {
  const anyPointer = fc
    .array(
      fc.oneof(
        anyKey.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')),
        fc.nat(3).map(String),
      ),
      { maxLength: 4 },
    )
    .map((keys) => keys.map((key) => `/${key}`).join(''));
  const anyOperation: fc.Arbitrary<JsonPatch[number]> = fc.oneof(
    fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: anyPointer, value: anyJson }),
    fc.record({ op: fc.constant('remove'), path: anyPointer.filter((path) => path !== '') }),
    fc
      .record({ op: fc.constantFrom('move', 'copy'), from: anyPointer, path: anyPointer })
      .filter(({ op, from, path }) => op === 'copy' || !path.startsWith(`${from}/`)),
  );

  /** The pointers to all that is in a state, and to where something could be added. */
  function pointersIn(state: Json, pointer = ''): string[] {
    if (typeof state !== 'object' || state === null) return [pointer];
    const keys = Array.isArray(state) ? [...state.keys(), '-'] : [...Object.keys(state), 'new'];
    return [
      pointer,
      ...keys.flatMap((key) => {
        const inside = `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const value = (state as Record<string, Json>)[key];
        return value === undefined ? [inside] : pointersIn(value, inside);
      }),
    ];
  }

  test('are done, or refused, as the standard says', { timeout: 60_000 }, () => {
    let [done, refused] = [0, 0];
    const store = createStore<unknown>(null);
    const choices = fc.array(fc.tuple(anyOperation, fc.nat(), fc.nat(), fc.boolean()), { maxLength: 5 });
    fc.assert(
      fc.property(anyJson, choices, (state, chosen) => {
        // Most pointers lead somewhere; after the first operations not all of them still do.
        const pointers = pointersIn(state);
        const patch = chosen.map(([operation, path, from, isAsItIs]) => {
          if (isAsItIs) return operation;
          const changed = { ...operation, path: pointers[path % pointers.length] };
          return 'from' in changed ? { ...changed, from: pointers[from % pointers.length] } : changed;
        }) as JsonPatch;
        fc.pre(!patch.some((each) => each.op === 'move' && each.path.startsWith(`${each.from}/`)));
        fc.pre(!patch.some(({ op, path }) => op === 'remove' && path === ''));
        let expected: unknown;
        let isRefused = false;
        try {
          expected = naively(state, patch);
        } catch {
          isRefused = true;
        }
        store.set(state);
        const { version } = store;
        try {
          applyJSONPatch(store, patch);
          expect(isRefused).toBe(false);
          expect(store.get()).toEqual(expected);
          done++;
        } catch (error) {
          if (!(error instanceof GaesupError)) throw error;
          expect(isRefused, error.message).toBe(true);
          expect(store.get()).toEqual(state);
          expect(store.version).toBe(version);
          refused++;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(done, refused)).toBeGreaterThan(500);
  });
});
