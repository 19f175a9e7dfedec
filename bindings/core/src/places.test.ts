/** What is no place has no cursor, and what is created where there is nothing. */
import { expect, test } from 'vitest';
import { createStore, current, GaesupError } from './index.ts';

const storeOf = () =>
  createStore({
    list: [1, 2, 3],
    text: 'abc',
    n: 3,
    when: new Date(0),
    map: new Map([['size', 5]]),
    named: { length: 7, size: 8, map: 9 } as Record<string, number>,
    rec: {} as Record<string, { tags?: string[]; n?: number }>,
    nothing: null as { length: number } | null,
  });

test('what a value has without its being stored has no cursor', () => {
  const store = storeOf();
  for (const run of [
    () => store.at((s) => s.list.length),
    () => store.at((s) => s.list.map),
    () => store.at((s) => s.text.length),
    () => store.at((s) => s.n.toFixed),
    () => store.at((s) => s.when.getTime),
    () => store.at((s) => (s.map as unknown as { size: number }).size as never),
    () => store.at('list').at((list) => list.length),
    () => store.at('list', 'length' as never),
    () => store.batch(() => store.at((s) => s.list.length)),
  ])
    expect(run).toThrow(TypeError);
  expect(() => store.at((s) => s.list.length)).toThrow('select(s => s.list.length)');
});

test('a key with the name of something that other values have is a key', () => {
  const store = storeOf();
  expect(store.at('named', 'length').get()).toBe(7);
  expect(store.at((s) => s.named['map']).get()).toBe(9);
  expect(store.at((s) => s.map.get('size')).get()).toBe(5);
  expect(store.at('map', 'size').get()).toBe(5);
  expect(store.at((s) => s.nothing?.length).get()).toBe(undefined);
  store.at('nothing').set({ length: 2 });
  expect(store.at((s) => s.nothing?.length).get()).toBe(2);
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof GaesupError ? error.code : String(error);
  }
  return 'done';
}

test('only set adds what is missing, and only the last key, in and out of a batch', () => {
  const writes: [string, (store: ReturnType<typeof storeOf>) => void][] = [
    ['PATH_NOT_FOUND', (store) => store.at('rec', 'x').merge({ n: 1 })],
    ['PATH_NOT_FOUND', (store) => store.at('rec', 'x').at('tags').push('a')],
    ['PATH_NOT_FOUND', (store) => store.at('rec', 'x', 'tags').set(['a'])],
    ['PATH_NOT_FOUND', (store) => store.at('rec', 'x', 'n').increment()],
    ['PATH_NOT_FOUND', (store) => store.at('rec', 'x').delete()],
    ['done', (store) => store.at('rec', 'x').set({ n: 1 })],
  ];
  for (const [expected, write] of writes) {
    const [alone, inBatch] = [storeOf(), storeOf()];
    expect(codeOf(() => write(alone))).toBe(expected);
    expect(codeOf(() => inBatch.batch(() => write(inBatch)))).toBe(expected);
    expect(inBatch.get()).toEqual(alone.get());
  }
});

test('a list in a selector finds a value that was read elsewhere', () => {
  const store = createStore({ rows: Array.from({ length: 300 }, (_, id) => ({ id, title: 'a' })), n: 0 });
  const selected = store.at('rows', 200).get();
  const found = store.select((s) => [
    s.rows.includes(selected as never),
    s.rows.indexOf(selected as never),
    s.rows.lastIndexOf(selected as never),
    s.rows.indexOf({ id: 200, title: 'a' }),
    s.rows.findIndex((row) => current(row) === selected),
  ]);
  found.subscribe(() => {}, { schedule: 'sync' });
  expect(found.get()).toEqual([true, 200, 200, -1, 200]);
  store.at('rows', 200, 'title').set('b');
  expect(found.get()).toEqual([false, -1, -1, -1, -1]);
});

test('current gives the value of what a selector is given', () => {
  const store = createStore({ rows: Array.from({ length: 100 }, (_, id) => ({ id, done: id % 2 === 0 })) });
  const selected = store.at('rows', 4).get();
  const picked = store.select((s) => s.rows.filter((row) => row.id === 4 && current(row) === selected));
  const copied = store.select((s) => structuredClone(current(s.rows).slice(0, 2)));
  expect(picked.get()).toEqual([selected]);
  expect(picked.get()[0]).toBe(selected);
  expect(copied.get()).toEqual([
    { id: 0, done: true },
    { id: 1, done: false },
  ]);
  let runs = 0;
  const whole = store.select((s) => {
    runs++;
    return new Set([current(s.rows[0])]).has(selected as never);
  });
  whole.subscribe(() => {}, { schedule: 'sync' });
  store.at('rows', 1, 'done').set(true);
  expect(runs).toBe(1);
  store.at('rows', 0, 'done').set(false);
  expect(runs).toBe(2);
  expect(() => current({ id: 1 })).toThrow(TypeError);
});
