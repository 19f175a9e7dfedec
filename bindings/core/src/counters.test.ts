import { expect, test } from 'vitest';
import type { Core } from './core.ts';
import { createStore } from './index.ts';
import { holder, Place, Remembered } from './place.ts';

/** What no user sees: the counters that all cursors of a store share. */
function coreOf(store: object): Core {
  return (store as { core: Core }).core;
}

/** So many containers were moved before: 2^23 of them lost the precision of a count in steps of 2^30. */
const MANY = 2 ** 52;

test('an index shift is noticed when many containers have been moved before', () => {
  const store = createStore({ rows: [{ n: 1 }, { n: 2 }, { n: 3 }] });
  const core = coreOf(store);
  core.shifts = MANY;
  core.moved = MANY;
  const second = store.at('rows', 1, 'n');
  expect(second.get()).toBe(2);
  store.at('rows').remove(0);
  expect(core.shifts).toBe(MANY + 1);
  second.set(30);
  expect(store.get().rows).toEqual([{ n: 2 }, { n: 30 }]);
});

test('a move of containers counts as one shift', () => {
  const store = createStore<Record<string, unknown>>({ a: { x: 1 } });
  const core = coreOf(store);
  const before = core.shifts;
  for (let round = 0; round < 100; round++) {
    store.at('a').set({ x: round });
    store.update((draft) => {
      draft['b'] = draft['a'];
      delete draft['a'];
    });
    store.update((draft) => {
      draft['a'] = draft['b'];
      delete draft['b'];
    });
    expect(store.get()).toEqual({ a: { x: round } });
  }
  expect(core.shifts - before).toBeLessThan(2_000);
});

test('numbers of groups and of optimistic updates start again where the engine has no greater ones', () => {
  const store = createStore({ n: 0 }, { history: true });
  Object.assign(store.history, { groups: 0xffff_fffe });
  for (let n = 1; n <= 3; n++) {
    store.history.group(() => {
      store.at('n').set(n * 10);
      store.at('n').set(n);
    });
  }
  expect(store.history.steps).toHaveLength(3);
  Object.assign(coreOf(store).timeline as object, { parts: 0xffff_fffe });
  const updates = [1, 2, 3].map((by) => store.optimistic(() => store.at('n').increment(by)));
  for (const update of updates) update.rollback();
  expect(store.get()).toEqual({ n: 3 });
});

test('path nodes under a kept path node are let go with all others', () => {
  const remembered = new Remembered(100);
  const kept = holder();
  const inner = kept.kid('rows', remembered);
  for (let key = 0; key < 1_000; key++) inner.kid(`k${key}`, remembered);
  const known = Array.from({ length: 1_000 }, (_, key) => inner.known(`k${key}`)).filter((at) => at);
  expect(known.length).toBeLessThanOrEqual(100);
  expect(known.every((at) => at instanceof Place)).toBe(true);
});

test('a cursor that is kept goes on where its path nodes were let go', () => {
  const store = createStore({
    rows: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`r${n}`, { n }])),
  });
  Object.assign(coreOf(store), { remembered: new Remembered(4) });
  const rows = store.at('rows');
  const cursors = Array.from({ length: 9 }, (_, n) => rows.at(`r${n}`, 'n'));
  for (const [n, cursor] of cursors.entries()) cursor.set(n * 2);
  expect(cursors.map((cursor) => cursor.get())).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
});

test('a value written between two reads is read, whoever looked it up', () => {
  const store = createStore<Record<string, string>>({ a: 'one' });
  const cursor = store.at('a');
  expect(cursor.get()).toBe('one');
  store.set({ b: 'x', a: 'two' });
  store.at('a').set('three');
  // Writing makes the cursor look the cell up without reading its value.
  expect(() => cursor.push(1 as never)).toThrow();
  expect(cursor.get()).toBe('three');
});
