/** With nothing changed, a selection's value is the same before, during and after a subscription. */
import { expect, test } from 'vitest';
import { createStore } from './index.ts';
import type { Readable, Schedule } from './types.ts';

const initial = () => ({
  rows: [
    { id: 1, kind: 'a' },
    { id: 2, kind: 'b' },
  ],
  record: { a: 1, b: 2 } as Record<string, number>,
  map: new Map([['k', 1]]),
  ts: 1_000,
  other: 0,
});
const elsewhere = () => ({ n: 1, list: [{ x: 1 }] });

const stores = () => ({ store: createStore(initial()), other: createStore(elsewhere()) });
type Stores = ReturnType<typeof stores>;
/** A selection, whatever it gives. */
type Selected = Readable<unknown>;
/** Counts a run and passes its result on. */
type Ran = <R>(result: R) => R;

/** Selections whose results are fresh each time their function runs, and how to change them. */
const fresh: Record<string, (stores: Stores, ran: Ran) => readonly [Selected, () => void]> = {
  'objects in an array': ({ store }, ran) => [
    store.select((s) => ran(s.rows.map((row) => ({ value: row.id })))),
    () => store.at('rows', 0, 'id').set(7),
  ],
  'Object.entries': ({ store }, ran) => [
    store.select((s) => ran(Object.entries(s.record))),
    () => store.at('record', 'a').set(7),
  ],
  'a map spread': ({ store }, ran) => [
    store.select((s) => ran([...s.map])),
    () => store.at('map', 'k').set(7),
  ],
  'a date': ({ store }, ran) => [store.select((s) => ran(new Date(s.ts))), () => store.at('ts').set(7)],
  'a date in an object': ({ store }, ran) => [
    store.select((s) => ran({ at: new Date(s.ts) })),
    () => store.at('ts').set(7),
  ],
  groups: ({ store }, ran) => [
    store.select((s) => {
      const groups: Record<string, number[]> = {};
      for (const row of s.rows) groups[row.kind] = [...(groups[row.kind] ?? []), row.id];
      return ran(groups);
    }),
    () => store.at('rows', 0, 'id').set(7),
  ],
  'a cursor read inside': ({ store }, ran) => [
    store.select(() => ran({ rows: [store.at('rows').get().length], at: [store.at('ts').get()] })),
    () => store.at('ts').set(7),
  ],
  'a cursor of another store': ({ store, other }, ran) => [
    store.select((s) => ran({ n: { both: s.ts + other.at('n').get() } })),
    () => other.at('n').set(7),
  ],
  'a fresh selection of another store': ({ store, other }, ran) => {
    const inner = other.select((s) => s.list.map((item) => ({ ...item })));
    return [
      store.select((s) => ran([{ ts: s.ts, items: inner.get() }])),
      () => other.at('list', 0, 'x').set(7),
    ];
  },
  'a selection of a selection': ({ store }, ran) => {
    const inner = store.select((s) => s.rows.map((row) => ({ id: row.id })));
    return [
      store.select(() => ran(inner.get().map((item) => ({ item })))),
      () => store.at('rows', 0, 'id').set(7),
    ];
  },
  'its own equality': ({ store }, ran) => [
    store.select((s) => ran(s.rows.map((row) => ({ value: row.id }))), { equals: () => false }),
    () => store.at('rows', 0, 'id').set(7),
  ],
};

const schedules: readonly Schedule[] = [
  'sync',
  'microtask',
  'frame',
  'adaptive',
  { debounce: 1 },
  { throttle: 1 },
];

for (const [name, made] of Object.entries(fresh)) {
  test(`${name}: the value is the same before, during and after a subscription, and one run is enough`, () => {
    for (const schedule of schedules) {
      for (const lazy of [false, true]) {
        let runs = 0;
        const both = stores();
        const [selection, change] = made(both, (result) => {
          runs++;
          return result;
        });
        const first = selection.get();
        const look = () => [schedule, lazy, selection.get() === first, runs];
        const same = [schedule, lazy, true, 1];
        expect(look()).toEqual(same);
        const stop = lazy
          ? selection.subscribe(() => {}, { schedule, lazy: true })
          : selection.subscribe(() => {}, { schedule });
        expect(look()).toEqual(same);
        const second = selection.subscribe(() => {}, { schedule: 'sync' });
        expect(look()).toEqual(same);
        stop();
        expect(look()).toEqual(same);
        second();
        expect(look()).toEqual(same);
        selection.subscribe(() => {}, { schedule })();
        expect(look()).toEqual(same);
        // And it is no mere memory: each change is seen, by one run.
        const listening = selection.subscribe(() => {}, { schedule: 'sync' });
        change();
        const next = selection.get();
        expect([next === first, runs]).toEqual([false, 2]);
        listening();
        expect([selection.get() === next, runs]).toEqual([true, 2]);
        expect([both.store.stats().watchers, both.other.stats().watchers]).toEqual([0, 0]);
      }
    }
  });

  test(`${name}: a change that comes while nobody subscribes is seen by who subscribes then`, () => {
    let runs = 0;
    const both = stores();
    const [selection, change] = made(both, (result) => {
      runs++;
      return result;
    });
    const first = selection.get();
    change();
    const stop = selection.subscribe(() => {}, { schedule: 'sync' });
    const second = selection.get();
    expect([second === first, runs]).toEqual([false, 2]);
    stop();
    change();
    expect([selection.get() === second, runs]).toEqual([true, 2]);
  });
}

test('a write that changes nothing leaves the value as it is, also one that brings new texts', () => {
  const state = () => ({ rows: [{ id: 'one' }, { id: 'two' }], other: 'x' });
  const store = createStore(state());
  const selection = store.select((s) => s.rows.map((row) => ({ value: row.id })));
  const value = selection.get();
  for (const write of [
    () => store.set(state()),
    () => store.at('rows').set(state().rows),
    () => store.at('rows', 0).merge({ id: 'one' }),
    () => store.at('rows').update((draft) => void draft.reverse().reverse()),
  ]) {
    write();
    write();
    expect([store.version, selection.get() === value]).toEqual([0, true]);
  }
});

test('a function that names a place has what a cursor has there, also while nobody subscribes', () => {
  const state = (n: number) => ({ n, box: { list: [1] } });
  const store = createStore(state(0));
  const selection = store.select((s) => s.box.list);
  selection.get();
  // An equal list, but another one.
  store.set(state(1));
  const value = selection.get();
  expect(value).toBe(store.at('box', 'list').get());
  const stop = selection.subscribe(() => {});
  expect(selection.get()).toBe(value);
  stop();
  expect(selection.get()).toBe(value);
});
