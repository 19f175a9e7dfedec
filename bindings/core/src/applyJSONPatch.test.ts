import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { applyJSONPatch } from './applyJSONPatch.ts';
import { GaesupError } from './errors.ts';
import { createStore } from './index.ts';
import type { JsonPatch } from './jsonPatch.ts';

interface Case {
  readonly comment?: string;
  readonly doc: unknown;
  readonly patch: JsonPatch;
  readonly expected?: unknown;
  readonly error?: string;
  readonly disabled?: boolean;
}

function officialCases(file: string): Case[] {
  const path = createRequire(import.meta.url).resolve(`json-patch-test-suite/${file}`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

function errorOf(run: () => void): GaesupError {
  try {
    run();
  } catch (error) {
    if (error instanceof GaesupError) return error;
    throw error;
  }
  throw new Error('It was expected to throw.');
}

/** What is wrong with a patch in the state: the code and the path. */
function refusal(state: unknown, patch: unknown): [code: string, path: readonly (string | number)[]] {
  const store = createStore(state);
  const before = store.get();
  const { code, path } = errorOf(() => applyJSONPatch(store, patch as JsonPatch));
  expect(store.get()).toBe(before);
  expect(store.version).toBe(0);
  return [code, path];
}

function applied(state: unknown, ...patch: JsonPatch): unknown {
  const store = createStore(state);
  applyJSONPatch(store, patch);
  return store.get();
}

describe.each(['tests.json', 'spec_tests.json'])('the official suite, %s', (file) => {
  const cases = officialCases(file).filter(({ disabled }) => disabled !== true);

  test('is there', () => {
    expect(cases.length).toBe(file === 'tests.json' ? 75 : 16);
  });

  test.each(cases.map((each, number) => [number, each.comment ?? each.error ?? '', each] as const))(
    '%i %s',
    (_, __, { doc, patch, expected, error }) => {
      const store = createStore(doc);
      if (error !== undefined) {
        const { code } = errorOf(() => applyJSONPatch(store, patch));
        expect(code).toMatch(/^(?:PATH_NOT_FOUND|TYPE_MISMATCH|PATCH_TEST_FAILED|CORRUPT_DATA)$/);
        expect(store.get()).toEqual(doc);
      } else {
        applyJSONPatch(store, patch);
        expect(store.get()).toEqual(expected ?? doc);
      }
      expect(store.version).toBeLessThanOrEqual(1);
    },
  );
});

test('a root may be any value', () => {
  expect(applied('a', { op: 'test', path: '', value: 'a' }, { op: 'replace', path: '', value: 'b' })).toBe(
    'b',
  );
  expect(applied(1, { op: 'add', path: '', value: [2] }, { op: 'add', path: '/-', value: 3 })).toEqual([
    2, 3,
  ]);
  expect(applied({ a: [1] }, { op: 'move', from: '/a', path: '' })).toEqual([1]);
  expect(applied({ a: { b: 1 } }, { op: 'copy', from: '/a/b', path: '' })).toBe(1);
  expect(applied([1], { op: 'move', from: '', path: '' })).toEqual([1]);
  expect(applied({ a: 1 }, { op: 'copy', from: '', path: '/b' })).toEqual({ a: 1, b: { a: 1 } });
});

test.each<[patch: unknown, code: string, path: (string | number)[]]>([
  ['no array', 'CORRUPT_DATA', []],
  [[null], 'CORRUPT_DATA', []],
  [[{ path: '' }], 'CORRUPT_DATA', []],
  [[{ op: 'toString', path: '' }], 'CORRUPT_DATA', []],
  [[{ op: 'remove' }], 'CORRUPT_DATA', []],
  [[{ op: 'remove', path: '' }], 'CORRUPT_DATA', []],
  [[{ op: 'remove', path: 'list' }], 'CORRUPT_DATA', []],
  [[{ op: 'remove', path: '/~2' }], 'CORRUPT_DATA', []],
  [[{ op: 'remove', path: '/list~' }], 'CORRUPT_DATA', []],
  [[{ op: 'add', path: '/a' }], 'CORRUPT_DATA', []],
  [[{ op: 'copy', path: '/a' }], 'CORRUPT_DATA', []],
  [[{ op: 'move', from: 7, path: '/a' }], 'CORRUPT_DATA', []],
  [[{ op: 'move', from: '', path: '/a' }], 'CORRUPT_DATA', []],
  [[{ op: 'move', from: '/list/0', path: '/list/0/title' }], 'CORRUPT_DATA', []],
  [[{ op: 'test', path: '/list/01', value: 1 }], 'CORRUPT_DATA', ['list']],
  [[{ op: 'test', path: '/list/1e0', value: 1 }], 'CORRUPT_DATA', ['list']],
  [[{ op: 'remove', path: '/list/-1' }], 'CORRUPT_DATA', ['list']],
  [[{ op: 'add', path: '/list/+1', value: 1 }], 'CORRUPT_DATA', ['list']],
  [[{ op: 'add', path: '/list/title', value: 1 }], 'TYPE_MISMATCH', ['list']],
  [[{ op: 'add', path: '/list/0/title/x', value: 1 }], 'TYPE_MISMATCH', ['list', 0, 'title']],
  [[{ op: 'replace', path: '/when/x', value: 1 }], 'TYPE_MISMATCH', ['when']],
  [[{ op: 'add', path: '/list/3', value: 1 }], 'PATH_NOT_FOUND', ['list', 3]],
  [[{ op: 'add', path: '/list/99999999999', value: 1 }], 'PATH_NOT_FOUND', ['list', '99999999999']],
  [[{ op: 'remove', path: '/list/2' }], 'PATH_NOT_FOUND', ['list', 2]],
  [[{ op: 'remove', path: '/list/-' }], 'PATH_NOT_FOUND', ['list', '-']],
  [[{ op: 'replace', path: '/list/-', value: 1 }], 'PATH_NOT_FOUND', ['list', '-']],
  [[{ op: 'add', path: '/list/-/title', value: 1 }], 'PATH_NOT_FOUND', ['list', '-']],
  [[{ op: 'replace', path: '/b', value: 1 }], 'PATH_NOT_FOUND', ['b']],
  [[{ op: 'remove', path: '/toString' }], 'PATH_NOT_FOUND', ['toString']],
  [[{ op: 'remove', path: '/__proto__' }], 'PATH_NOT_FOUND', ['__proto__']],
  [[{ op: 'add', path: '/b/c', value: 1 }], 'PATH_NOT_FOUND', ['b']],
  [[{ op: 'add', path: '/nothing/c', value: 1 }], 'PATH_NOT_FOUND', ['nothing', 'c']],
  [[{ op: 'move', from: '/b', path: '/c' }], 'PATH_NOT_FOUND', ['b']],
  [[{ op: 'move', from: '/b', path: '/b' }], 'PATH_NOT_FOUND', ['b']],
  [[{ op: 'move', from: '/list/0', path: '/list/2' }], 'PATH_NOT_FOUND', ['list', 2]],
  [[{ op: 'copy', from: '/list/5', path: '/c' }], 'PATH_NOT_FOUND', ['list', 5]],
  [[{ op: 'test', path: '/list', value: [] }], 'PATCH_TEST_FAILED', ['list']],
  [[{ op: 'test', path: '/when', value: new Date(2) }], 'PATCH_TEST_FAILED', ['when']],
  [[{ op: 'add', path: '/b', value: () => {} }], 'UNSUPPORTED_VALUE', ['b']],
])('%j is refused with %s', (patch, code, path) => {
  const state = { list: [{ title: 'milk' }, { title: 'bread' }], when: new Date(1), nothing: undefined };
  expect(refusal(state, patch)).toEqual([code, path]);
});

test('what fails is named, and what was done before it is taken back', () => {
  const store = createStore({ a: { n: 1 } });
  const before = store.get();
  const patch: JsonPatch = [
    { op: 'replace', path: '/a/n', value: 2 },
    { op: 'test', path: '/a/n', value: 3 },
  ];
  expect(errorOf(() => applyJSONPatch(store, patch)).message).toBe(
    'Operation 1 of the patch (test): a.n has another value.',
  );
  expect(store.get()).toBe(before);
});

test('it is one commit, told once, and none when nothing changes', () => {
  const store = createStore({ list: [1, 2, 3], n: 0 });
  let told = 0;
  store.subscribe(() => told++, { schedule: 'sync' });
  applyJSONPatch(store, [
    { op: 'move', from: '/list/0', path: '/list/-' },
    { op: 'add', path: '/n', value: 7 },
  ]);
  expect([store.get(), store.version, told]).toEqual([{ list: [2, 3, 1], n: 7 }, 1, 1]);
  applyJSONPatch(store, []);
  applyJSONPatch(store, [
    { op: 'add', path: '/x', value: 1 },
    { op: 'remove', path: '/x' },
    { op: 'move', from: '/list', path: '/list' },
  ]);
  expect([store.version, told]).toEqual([1, 1]);
});

test('pointers start at the cursor, and paths of errors at the root', () => {
  const store = createStore({ lists: [{ items: ['a'] }, { items: ['b'] }] });
  const second = store.at('lists', 1);
  applyJSONPatch(second, [{ op: 'add', path: '/items/0', value: 'x' }]);
  applyJSONPatch(second.at('items', 0), [{ op: 'replace', path: '', value: 'y' }]);
  expect(store.get()).toEqual({ lists: [{ items: ['a'] }, { items: ['y', 'b'] }] });
  expect(errorOf(() => applyJSONPatch(second, [{ op: 'remove', path: '/x' }])).path).toEqual([
    'lists',
    1,
    'x',
  ]);
  expect(() => applyJSONPatch({} as typeof store, [])).toThrow(TypeError);
});

test('in a batch it is a part of it that fails on its own', () => {
  const store = createStore<{ n: number; list: number[] }>({ n: 1, list: [] });
  store.batch(() => {
    store.at('n').set(2);
    applyJSONPatch(store, [
      { op: 'test', path: '/n', value: 2 },
      { op: 'add', path: '/list/0', value: 1 },
    ]);
    errorOf(() =>
      applyJSONPatch(store, [
        { op: 'replace', path: '/n', value: 3 },
        { op: 'remove', path: '/list/1' },
      ]),
    );
    store.at('list').push(5);
  });
  expect([store.get(), store.version]).toEqual([{ n: 2, list: [1, 5] }, 1]);
});

test('what moves stays what it is', () => {
  const store = createStore<{ list: { id: number }[]; other: { id: number }[] }>({
    list: [{ id: 0 }, { id: 1 }, { id: 2 }],
    other: [],
  });
  const [zero, one, two] = store.get().list;
  applyJSONPatch(store, [
    { op: 'move', from: '/list/0', path: '/list/2' },
    { op: 'move', from: '/list/0', path: '/other/0' },
  ]);
  const { list, other } = store.get();
  expect(list[0]).toBe(two);
  expect(list[1]).toBe(zero);
  expect(other[0]).toBe(one);
  // The path it goes to is one in what is left.
  expect(applied([[0], [1], [2]], { op: 'move', from: '/0', path: '/1/0' })).toEqual([[1], [[0], 2]]);
});

test('a value is copied, and what is copied changes on its own', () => {
  const value = { n: 1 };
  const patch: JsonPatch = [
    { op: 'add', path: '/a', value },
    { op: 'copy', from: '/a', path: '/b' },
    { op: 'replace', path: '/a/n', value: 2 },
    { op: 'copy', from: '/a', path: '/a/a' },
  ];
  expect(applied({}, ...patch)).toEqual({ a: { n: 2, a: { n: 2 } }, b: { n: 1 } });
  expect(Object.isFrozen(value)).toBe(false);
});

test('keys of objects are strings, whatever they look like', () => {
  expect(
    applied(
      { '0': 'a', list: {} },
      { op: 'add', path: '/1', value: 'b' },
      { op: 'add', path: '/-', value: 'c' },
      { op: 'add', path: '/01', value: 'd' },
      { op: 'replace', path: '/0', value: 'e' },
      { op: 'add', path: '/list/~0~1', value: 1 },
      { op: 'add', path: '/~01', value: 2 },
    ),
  ).toEqual({ '0': 'e', '1': 'b', '-': 'c', '01': 'd', list: { '~/': 1 }, '~1': 2 });
  const state = applied(
    {},
    { op: 'add', path: '/__proto__', value: { polluted: true } },
    { op: 'add', path: '/__proto__/more', value: 1 },
    { op: 'test', path: '', value: JSON.parse('{"__proto__":{"more":1,"polluted":true}}') },
  ) as object;
  expect(Object.getPrototypeOf(state)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('maps, dates and the like are there for patches that are not JSON', () => {
  const bytes = Uint8Array.of(1, 2);
  const state = { map: new Map([['a', 1]]), when: new Date(5), big: 1n, bytes, nan: Number.NaN, zero: -0 };
  expect(
    applied(
      state,
      { op: 'test', path: '', value: { ...state, when: new Date(5), bytes: bytes.slice(), zero: 0 } },
      { op: 'add', path: '/map/b', value: undefined },
      {
        op: 'test',
        path: '/map',
        value: new Map([
          ['b', undefined],
          ['a', 1],
        ] as [string, unknown][]),
      },
      { op: 'remove', path: '/map/a' },
      { op: 'copy', from: '/when', path: '/map/when' },
    ),
  ).toEqual({
    ...state,
    map: new Map<string, unknown>([
      ['b', undefined],
      ['when', new Date(5)],
    ]),
  });
});

test('a patch costs what it changes, not what is around it', () => {
  const store = createStore({ rows: Array.from({ length: 100_000 }, (_, id) => ({ id, n: 0 })) });
  const built = store.stats().views.built;
  const patch = Array.from({ length: 100 }, (_, row) => ({
    op: 'replace' as const,
    path: `/rows/${row * 7}/n`,
    value: 1,
  }));
  applyJSONPatch(store, patch);
  expect(store.stats().views.built).toBe(built);
  expect(store.get((state) => state.rows[693].n)).toBe(1);
});
