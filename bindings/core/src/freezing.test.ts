/** What readers get cannot be changed by them, as far as the store's option says. */
import { expect, test } from 'vitest';
import { createStore, openStore } from './index.ts';
import type { StoreOptions } from './storeOptions.ts';

const initial = () => ({
  n: 1,
  rows: [
    { id: 1, on: true, tags: ['a'] },
    { id: 2, on: false, tags: [] as string[] },
  ],
  map: new Map([['k', { v: 1 }]]),
  at: new Date(1_000),
  record: { a: 1 } as Record<string, number>,
});
type State = ReturnType<typeof initial>;

/** Ways to change what was read, each given the state as a reader has it. */
const writes: Record<string, (state: State) => void> = {
  'an object': (s) => {
    s.n = 99;
  },
  'an item': (s) => {
    s.rows[0]!.on = false;
  },
  'an array': (s) => void s.rows.reverse(),
  'a short array': (s) => void s.rows[0]!.tags.push('b'),
  'a map': (s) => void s.map.set('l', { v: 2 }),
  'an entry': (s) => {
    s.map.get('k')!.v = 2;
  },
  'a date': (s) => void s.at.setFullYear(1999),
  'a dictionary': (s) => {
    s.record.b = 2;
  },
};

for (const [name, write] of Object.entries(writes)) {
  test(`frozen: ${name} that was read cannot be changed`, () => {
    for (const options of [{ freeze: 'always' }, { freeze: 'development' }, {}] as const) {
      const store = createStore(initial(), options);
      expect(() => write(store.get() as State)).toThrow(TypeError);
      expect(store.get()).toEqual(initial());
      // Also of what was built again after a change, and of a store that was opened.
      store.at('n').set(5);
      store.at('rows', 1, 'id').set(7);
      store.at('map', 'l').set({ v: 3 });
      expect(() => write(store.get() as State)).toThrow(TypeError);
      expect(() => write(openStore<State>(store.snapshot(), options).get() as State)).toThrow(TypeError);
    }
  });

  test(`'never': ${name} that was read is a plain one`, () => {
    const store = createStore(initial(), { freeze: 'never' });
    expect(() => write(store.get() as State)).not.toThrow();
    store.at('n').set(5);
    expect(() => write(store.get() as State)).not.toThrow();
  });
}

/** What selectors make, and how a reader would spoil it for the others. */
const made: Record<string, readonly [select: (s: State) => unknown, spoil: (value: never) => void]> = {
  'a filtered list': [(s) => s.rows.filter((row) => row.on), (rows: unknown[]) => void rows.pop()],
  'fresh items': [
    (s) => s.rows.map((row) => ({ value: row.id })),
    (rows: { value: number }[]) => {
      rows[0]!.value = 9;
    },
  ],
  'an object': [
    (s) => ({ n: s.n, rows: s.rows }),
    (value: { n: number }) => {
      value.n = 9;
    },
  ],
  'a list in a group': [
    (s) => ({ on: [s.rows[0]!.id] }),
    (groups: { on: number[] }) => void groups.on.push(1),
  ],
  'a Map': [(s) => new Map(s.rows.map((row) => [row.id, row])), (map: Map<number, unknown>) => map.clear()],
  'a Set': [(s) => new Set(s.rows.map((row) => row.id)), (set: Set<number>) => void set.add(9)],
  'a date': [(s) => ({ at: new Date(s.n) }), (value: { at: Date }) => void value.at.setTime(9)],
  entries: [
    (s) => Object.entries(s.record),
    (entries: [string, number][]) => {
      entries[0]![1] = 9;
    },
  ],
};

for (const [name, [select, spoil]] of Object.entries(made)) {
  test(`what a selector made is frozen: ${name}`, () => {
    const store = createStore(initial());
    const selection = store.select(select as never);
    const check = () => {
      const before = structuredClone(selection.get());
      expect(() => spoil(selection.get() as never)).toThrow(TypeError);
      expect(selection.get()).toEqual(before);
    };
    check();
    const stop = selection.subscribe(() => {}, { schedule: 'sync' });
    check();
    store.batch(() => {
      store.at('n').set(2);
      store.at('rows', 0, 'id').set(3);
      check();
    });
    check();
    stop();
    check();
    const free = createStore(initial(), { freeze: 'never' }).select(select as never);
    expect(() => spoil(free.get() as never)).not.toThrow();
    // What is asked for once belongs to who asks.
    expect(() => spoil(store.get(select as never) as never)).not.toThrow();
  });
}

test('a sorted result cannot hide the next change', () => {
  const store = createStore({ rows: [3, 1, 2] });
  const large = store.select((s) => s.rows.filter((n) => n > 1));
  const told: unknown[] = [];
  large.subscribe((rows) => void told.push(rows), { schedule: 'sync' });
  expect(() => (large.get() as number[]).sort()).toThrow(TypeError);
  store.at('rows').set([2, 1, 3]);
  expect(told).toEqual([[2, 3]]);
});

test('what a selector returns of a class is left alone, and what other readables gave is theirs', () => {
  class Total {
    sum = 0;
  }
  const total = new Total();
  const store = createStore(initial());
  const free = createStore({ list: [1] }, { freeze: 'never' });
  const selection = store.select((s) => ({ n: s.n, total, list: free.at('list').get() }));
  const value = selection.get();
  expect([value, value.total, value.list].map(Object.isFrozen)).toEqual([true, false, false]);
});

test('anything else is refused', () => {
  for (const freeze of [true, 'sometimes', null, 1])
    expect(() => createStore({}, { freeze } as unknown as StoreOptions)).toThrow(
      "freeze is 'development', 'always' or 'never'",
    );
});
