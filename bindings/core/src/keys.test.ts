import { expect, test } from 'vitest';
import { formatPath } from './errors.ts';
import { normalizeKey } from './keys.ts';
import { recordPath } from './recorder.ts';

test('digits that are an array index are a number, all else is text', () => {
  const cases: [unknown, unknown][] = [
    ['0', 0],
    ['17', 17],
    [17, 17],
    ['4294967294', 4294967294],
    ['4294967295', '4294967295'],
    ['01', '01'],
    ['-1', '-1'],
    ['1e3', '1e3'],
    ['', ''],
    [-1, '-1'],
    [1.5, '1.5'],
    [-0, 0],
    [Number.NaN, 'NaN'],
  ];
  for (const [key, expected] of cases) expect(normalizeKey(key)).toBe(expected);
  expect(() => normalizeKey(Symbol('s'))).toThrow(TypeError);
});

test('a path reads as one would write it', () => {
  expect(formatPath([])).toBe('the root');
  expect(formatPath(['cities', 3, 'name'])).toBe('cities[3].name');
  expect(formatPath(['by id', 'größe', '1x', '__proto__'])).toBe('["by id"].größe["1x"].__proto__');
});

test('a function names the place it walks to', () => {
  interface State {
    todos: { title: string }[];
    byName: Map<string, { get: number }>;
    maybe?: { x: number };
  }
  const record = (place: (state: State) => unknown) => recordPath(place as (state: never) => unknown).path;
  expect(record((s) => s.todos[3]?.title)).toEqual(['todos', '3', 'title']);
  expect(record((s) => s.byName.get('a')?.get)).toEqual(['byName', 'a', 'get']);
  expect(record((s) => s.maybe?.x)).toEqual(['maybe', 'x']);
  expect(record((s) => s)).toEqual([]);
});

test('a function that does more than walk is refused', () => {
  const record = (place: (state: never[]) => unknown) => () => recordPath(place as (state: never) => unknown);
  expect(record(() => 3)).toThrow('returns a place');
  expect(record((s) => s.map((x) => x))).toThrow('cannot follow a call of map()');
  expect(record((s) => [...s])).toThrow('only walks');
});
