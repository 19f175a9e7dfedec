/** What selections promise beyond values: who runs when, what is refused, what is shared. */
import { afterEach, expect, test, vi } from 'vitest';
import { createStore, GaesupError, type Readable, type Store } from './index.ts';

afterEach(() => void vi.unstubAllGlobals());

const SYNC = { schedule: 'sync' } as const;

interface State {
  n: number;
  flag: boolean;
  rows: { id: number; on: boolean; name?: string }[];
  byKey: Record<string, number>;
  map: Map<string, { v: number }>;
}

/** More than a short array holds, so that adding some does not move all. */
const ROWS = Array.from({ length: 12 }, (_, id) => ({ id, on: id < 3 && id !== 1 }));

const storeOf = (): Store<State> =>
  createStore<State>({
    n: 1,
    flag: true,
    rows: ROWS.map((row) => ({ ...row })),
    byKey: { a: 1, b: 2 },
    map: new Map([['k', { v: 1 }]]),
  });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof GaesupError ? error.code : String(error);
  }
  return 'nothing was thrown';
}

/** How often a selector runs for each of some changes. */
function check(
  select: (state: State) => unknown,
  changes: readonly (readonly [runs: number, change: (store: Store<State>) => void])[],
): void {
  const store = storeOf();
  let runs = 0;
  const selection = store.select((s) => {
    runs++;
    return select(s as State);
  });
  const stop = selection.subscribe(() => {}, SYNC);
  expect(runs).toBe(1);
  for (const [index, [expected, change]] of changes.entries()) {
    runs = 0;
    change(store);
    expect([index, runs]).toEqual([index, expected]);
    expect(selection.get()).toEqual(store.get(select as never));
  }
  runs = 0;
  stop();
  store.at('n').set(-1);
  expect([runs, store.stats().watchers]).toEqual([0, 0]);
  store.dispose();
}

const bump = (store: Store<State>): void => store.at('n').increment();

/** What is read decides what a selector runs for. */
const runs: Record<string, Parameters<typeof check>> = {
  'a field': [
    (s) => s.n + 1,
    [
      [1, bump],
      [0, (store) => store.at('flag').set(false)],
      [0, (store) => store.at('rows').push({ id: 9, on: true })],
    ],
  ],
  'an item and a field of it': [
    (s) => [s.rows[1]?.on],
    [
      [1, (store) => store.at('rows', 1, 'on').set(true)],
      [0, (store) => store.at('rows', 0, 'on').set(false)],
      [0, (store) => store.at('rows', 1, 'id').set(7)],
      [1, (store) => store.at('rows').insert(0, { id: 8, on: false })],
      [0, (store) => store.at('rows').push({ id: 99, on: false })],
    ],
  ],
  length: [
    (s) => s.rows.length * 2,
    [
      [1, (store) => store.at('rows').push({ id: 9, on: false })],
      [0, (store) => store.at('rows', 1, 'on').set(true)],
      [1, (store) => store.at('rows').remove(0)],
    ],
  ],
  keys: [
    (s) => Object.keys(s.byKey).join(),
    [
      [0, (store) => store.at('byKey', 'a').set(5)],
      [1, (store) => store.at('byKey', 'c').set(5)],
      [1, (store) => store.at('byKey', 'a').delete()],
    ],
  ],
  'whether a key is there': [
    (s) => ['b' in s.byKey],
    [
      [0, (store) => store.at('byKey', 'a').set(9)],
      [1, (store) => store.at('byKey', 'b').delete()],
      [1, (store) => store.at('byKey', 'b').set(3)],
    ],
  ],
  'until the first that fits': [
    (s) => [s.rows.find((row) => row.on)?.id],
    [
      [0, (store) => store.at('rows', 2, 'on').set(false)],
      [1, (store) => store.at('rows', 0, 'on').set(false)],
      // Now it has looked at all of them.
      [1, (store) => store.at('rows', 2, 'on').set(true)],
    ],
  ],
  'one branch or the other': [
    (s) => (s.flag ? [s.n] : [s.byKey['a']]),
    [
      [1, bump],
      [0, (store) => store.at('byKey', 'a').set(7)],
      [1, (store) => store.at('flag').set(false)],
      [0, bump],
      [1, (store) => store.at('byKey', 'a').set(8)],
    ],
  ],
  'an entry of a Map': [
    (s) => [s.map.get('k')?.v],
    [
      [1, (store) => store.at('map', 'k', 'v').set(2)],
      [0, (store) => store.at('map', 'l').set({ v: 1 })],
      [1, (store) => store.at('map', 'k').delete()],
    ],
  ],
  'a key that is not there': [
    (s) => [s.rows[0]?.name],
    [
      [0, (store) => store.at('rows', 1, 'name').set('x')],
      [1, (store) => store.at('rows', 0, 'name').set('x')],
      [1, (store) => store.at('rows', 0, 'name').delete()],
    ],
  ],
  'everything in what is returned': [
    (s) => [s.rows],
    [
      [1, (store) => store.at('rows', 1, 'on').set(true)],
      [0, bump],
    ],
  ],
  'once for a batch': [
    (s) => s.rows.filter((row) => row.on).length,
    [
      [
        1,
        (store) =>
          store.batch(() => {
            for (const index of [0, 1, 2]) store.at('rows', index, 'on').set(index === 1);
            store.at('rows').push({ id: 3, on: true });
          }),
      ],
      [
        0,
        (store) =>
          store.batch(() => {
            store.at('rows', 1, 'on').set(false);
            store.at('rows', 1, 'on').set(true);
          }),
      ],
    ],
  ],
};

for (const [name, [select, changes]] of Object.entries(runs))
  test(`runs for ${name}`, () => check(select, changes));

test('a function that only names a place does not run again', () => {
  const store = storeOf();
  const index = 1;
  const told: unknown[] = [];
  store.select((s) => s.rows[index]).subscribe((row) => void told.push(row), SYNC);
  const before = store.stats().selectorRuns;
  store.at('rows', 1, 'on').set(true);
  store.at('rows').insert(0, { id: 7, on: false });
  expect(told).toEqual([
    { id: 1, on: true },
    { id: 0, on: true },
  ]);
  expect(told[1]).toBe(store.at('rows', 1).get());
  expect(store.stats().selectorRuns).toBe(before);
});

test('the same function is the same selection and one watcher', () => {
  const store = storeOf();
  let ran = 0;
  const select = (s: { readonly n: number }): number => {
    ran++;
    return s.n * 2;
  };
  for (let index = 0; index < 50; index++) store.select(select).subscribe(() => {}, SYNC);
  expect([ran, store.stats().watchers]).toEqual([1, 1]);
  bump(store);
  expect(ran).toBe(2);
});

test('a diamond is computed once per commit, in order, and never from a mix', () => {
  const store = storeOf();
  const log: string[] = [];
  const logged = <T>(name: string, value: T): T => {
    log.push(name);
    return value;
  };
  const left = store.select((s) => logged('left', s.n * 2));
  const right = store.select((s) => logged('right', s.n * 3));
  const middle = store.select(() => logged('middle', [left.get(), right.get()]));
  const sums: number[] = [];
  const sum = store.select(() => logged('sum', left.get() + right.get() + (middle.get()[0] ?? 0)));
  sum.subscribe((value) => void sums.push(value), SYNC);
  middle.subscribe(([a, b]) => expect((a ?? 0) * 3).toBe((b ?? 0) * 2), SYNC);
  log.length = 0;
  for (let n = 2; n < 7; n++) {
    store.at('n').set(n);
    expect([...log].sort()).toEqual(['left', 'middle', 'right', 'sum']);
    expect(log.indexOf('left')).toBeLessThan(log.indexOf('middle'));
    log.length = 0;
  }
  expect(sums).toEqual([14, 21, 28, 35, 42]);
  store.at('flag').set(false);
  expect(log).toEqual([]);
});

test('what depends on an equal value is not computed again', () => {
  const store = storeOf();
  let ran = 0;
  const open = store.select((s) => s.rows.filter((row) => row.on).map((row) => row.id));
  const text = store.select(() => {
    ran++;
    return open.get().join();
  });
  const told: string[] = [];
  text.subscribe((value) => void told.push(value), SYNC);
  store.at('rows', 0, 'name').set('x');
  store.at('rows').push({ id: 5, on: false });
  expect([ran, told]).toEqual([1, []]);
  store.at('rows', 1, 'on').set(true);
  expect([ran, told]).toEqual([2, ['0,1,2']]);
});

test('selections read cursors, and selections and cursors of other stores', () => {
  const [left, right] = [storeOf(), storeOf()];
  const inner = right.select((s) => s.n * 10);
  const all = left.select(
    (s) => s.n + inner.get() + right.at('byKey', 'a').get() + left.at('byKey', 'b').get(),
  );
  const told: number[] = [];
  expect(all.get()).toBe(14);
  const stop = all.subscribe((value) => void told.push(value), SYNC);
  right.at('n').set(2);
  right.at('byKey', 'a').set(5);
  left.at('byKey', 'b').set(0);
  left.at('n').set(0);
  expect(told).toEqual([24, 28, 26, 25]);
  stop();
  expect([left.stats().watchers, right.stats().watchers]).toEqual([0, 0]);
  // While nobody listens nothing is remembered that could be old.
  right.at('n').set(3);
  expect(all.get()).toBe(35);
});

test('equals decides what is the same, and what is kept', () => {
  const store = storeOf();
  const byLength = (a: unknown, b: unknown): boolean => (a as unknown[]).length === (b as unknown[]).length;
  const open = store.select((s) => s.rows.filter((row) => row.on), { equals: byLength });
  const told: unknown[] = [];
  open.subscribe((rows) => void told.push(rows.length), SYNC);
  const before = open.get();
  store.at('rows', 0, 'name').set('x');
  expect([open.get() === before, told]).toEqual([true, []]);
  store.at('rows', 1, 'on').set(true);
  expect(told).toEqual([3]);
});

const refused: Record<string, (store: Store<State>) => unknown> = {
  set: (store) => store.at('n').set(2),
  merge: (store) => store.at('byKey').merge({ c: 1 }),
  delete: (store) => store.at('byKey', 'a').delete(),
  increment: (store) => store.at('n').increment(),
  push: (store) => store.at('rows').push({ id: 4, on: true }),
  batch: (store) => store.batch(() => store.at('n').set(2)),
};

for (const [name, write] of Object.entries(refused)) {
  test(`a selector that calls ${name} gets INVALID_CALL`, () => {
    const store = storeOf();
    const selection = store.select((s) => [s.n, write(store)]);
    expect(codeOf(() => selection.get())).toBe('INVALID_CALL');
    expect(codeOf(() => selection.subscribe(() => {}))).toBe('INVALID_CALL');
    expect([store.version, store.stats().watchers]).toEqual([0, 0]);
    bump(store);
    expect(store.version).toBe(1);
  });
}

test('a selection that depends on itself gets INVALID_CALL, directly and around', () => {
  const store = storeOf();
  const direct = store.select((s): number => s.n + direct.get());
  const left = store.select((s): number => s.n + right.get());
  const right = store.select((s): number => s.n + left.get());
  for (const selection of [direct, left, right]) expect(codeOf(() => selection.get())).toBe('INVALID_CALL');
  expect(store.get((s) => s.n)).toBe(1);
});

test('what a selector is given cannot be changed, nor read when it has ended', () => {
  const store = storeOf();
  const kept: State[] = [];
  const leak = store.select((s) => kept.push(s as State));
  leak.get();
  expect(codeOf(() => kept[0]?.n)).toBe('INVALID_CALL');
  for (const change of [
    (s: State) => (s.n = 2),
    (s: State) => s.rows.push({ id: 1, on: true }),
    (s: State) => s.rows.sort(),
    (s: State) => delete s.byKey['a'],
    (s: State) => Object.defineProperty(s, 'n', { value: 2 }),
    (s: State) => s.map.set('x', { v: 1 }),
    (s: State) => s.map.clear(),
  ])
    expect(() => store.get((s) => change(s as State))).toThrow(TypeError);
  expect(store.version).toBe(0);
});

test('a selector that throws is told when asked, reported to its listeners, and may go well again', () => {
  const errors: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => void errors.push(error));
  const store = storeOf();
  const boom = new Error('boom');
  const selection = store.select((s) => {
    if (s.n === 2) throw boom;
    return s.n * 10;
  });
  const told: number[] = [];
  selection.subscribe((value) => void told.push(value), SYNC);
  store.at('n').set(2);
  expect([told, errors]).toEqual([[], [boom]]);
  expect(() => selection.get()).toThrow(boom);
  store.at('n').set(3);
  expect([told, errors.length]).toEqual([[30], 1]);
  store.at('n').set(2);
  expect(() => store.select(() => selection.get()).get()).toThrow(boom);
});

test('one that throws at first cannot be subscribed to, and leaves nothing behind', () => {
  const store = storeOf();
  const selection = store.select((s) => (s as unknown as { none: { deep: number } }).none.deep);
  expect(() => selection.subscribe(() => {})).toThrow(TypeError);
  expect(store.stats().watchers).toBe(0);
});

test('what is returned are the views, also inside fresh objects, and nothing of the stand-ins', () => {
  const store = storeOf();
  const result = store.get((s) => ({
    rows: s.rows,
    list: [s.rows[0], new Map([['first', s.rows[0]]])],
    set: new Set([s.rows[1]]),
  }));
  expect(result.rows).toBe(store.at('rows').get());
  expect(result.list[0]).toBe(store.at('rows', 0).get());
  expect((result.list[1] as Map<string, unknown>).get('first')).toBe(store.at('rows', 0).get());
  expect([...result.set][0]).toBe(store.at('rows', 1).get());
});

test('inside a batch everybody sees the writes so far, and nothing of it stays when it fails', () => {
  const store = storeOf();
  const told: unknown[] = [];
  const path = store.select((s) => s.n);
  const computed = store.select((s) => [s.n, s.rows.length]);
  const derived = store.select(() => computed.get().concat(path.get()));
  const readables: Readable<unknown>[] = [path, computed, derived];
  for (const readable of readables) readable.subscribe((value) => void told.push(value), SYNC);
  const before = [path.get(), computed.get(), derived.get()];
  const readAll = (): unknown => [path.get(), computed.get(), derived.get(), store.get((s) => s.n)];
  expect(() =>
    store.batch(() => {
      store.at('n').set(2);
      expect(readAll()).toEqual([2, [2, 12], [2, 12, 2], 2]);
      store.at('rows').remove(0);
      expect(readAll()).toEqual([2, [2, 11], [2, 11, 2], 2]);
      throw new RangeError('taken back');
    }),
  ).toThrow(RangeError);
  expect([path.get(), computed.get(), derived.get()]).toEqual(before);
  expect(computed.get()).toBe(before[1]);
  store.batch(() => {
    store.at('n').set(2);
    expect(readAll()).toEqual([2, [2, 12], [2, 12, 2], 2]);
    store.at('n').set(1);
  });
  expect(computed.get()).toBe(before[1]);
  expect([told, store.version]).toEqual([[], 0]);
});
