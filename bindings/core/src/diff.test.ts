/** What the documentation promises of differences between two states and of their equality. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { difference } from '../../../tests/conformance/check.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { everyKind } from '../../../tests/support/valueKinds.ts';
import { Engine } from './engine.ts';
import {
  compose,
  createStore,
  diff,
  equals,
  invert,
  type ReconcileOptions,
  type Store,
  toJSONPatch,
} from './index.ts';
import { Transfer } from './transfer.ts';

afterEach(() => void vi.restoreAllMocks());

interface Row {
  id: number;
  name: string;
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `name ${id}` }));

/** A state in each form in which it can be handed over. */
function formsOf(state: unknown): (Uint8Array | Store<unknown>)[] {
  const store = createStore<unknown>(state);
  return [store, store.snapshot({ compression: 'none' }), store.snapshot({ compression: 'lz4' })];
}

/** The delta between two states, however they are handed over; it leads there and back. */
function check(a: unknown, b: unknown, options?: ReconcileOptions): Uint8Array {
  const deltas = formsOf(a).flatMap((one) => formsOf(b).map((other) => diff(one, other, options)));
  const [delta] = deltas as [Uint8Array];
  for (const each of deltas) expect(Buffer.compare(each, delta)).toBe(0);
  const store = createStore<unknown>(a, { version: 7 });
  store.apply(delta);
  expect(difference(store.get(), b)).toBe(undefined);
  store.apply(invert(delta));
  expect(difference(store.get(), a)).toBe(undefined);
  return delta;
}

describe('a difference', () => {
  const kinds = Object.entries(everyKind());
  for (const [at, [kind, state]] of kinds.entries()) {
    test(`of ${kind} and another state leads there and back`, () => {
      const [, other] = kinds[(at + 1) % kinds.length] as [string, unknown];
      check(state, other);
      check({ deep: [state] }, { deep: [other, state] });
      expect(toJSONPatch(diff(createStore(state), createStore(state)))).toEqual([]);
    });
  }

  test('is made of what differs, with a key and without', () => {
    const a = { rows: rowsOf(40), n: 1 };
    const b = { rows: rowsOf(41).reverse(), n: 1 };
    (b.rows[5] as Row).name = 'new';
    b.rows.splice(20, 2);
    const byKey = check(a, b, { key: 'id' });
    check(a, b);
    const small = check(a, { ...a, n: 2 }, { key: 'id' });
    expect(toJSONPatch(small)).toEqual([{ op: 'replace', path: '/n', value: 2 }]);
    const renamed = rowsOf(40);
    (renamed[3] as Row).name = 'x';
    expect(toJSONPatch(check(a, { ...a, rows: renamed }))).toEqual([
      { op: 'replace', path: '/rows/3/name', value: 'x' },
    ]);
    // Items that only moved are not sent again.
    expect(new TextDecoder('latin1').decode(byKey).includes('name 30')).toBe(false);
  });

  test('tells moved records by their key, where others look the same', () => {
    const a = rowsOf(10).map((row) => ({ ...row, name: 'same' }));
    const b = [...a.slice(1), { ...(a[0] as Row), name: 'changed' }];
    const patch = toJSONPatch(check(a, b, { key: 'id' }));
    expect(patch).toContainEqual({ op: 'move', from: '/0', path: '/9' });
    expect(patch).toContainEqual({ op: 'replace', path: '/9/name', value: 'changed' });
    expect(patch.length).toBe(2);
  });

  test('of equal states is one that does nothing', () => {
    const state = { rows: rowsOf(5), map: new Map([['k', 1n]]) };
    const delta = check(state, { rows: rowsOf(5), map: new Map([['k', 1n]]) });
    expect(toJSONPatch(delta)).toEqual([]);
    const store = createStore<unknown>(state);
    store.onCommit(() => expect.unreachable());
    const before = store.get();
    expect(diff(store, store)).toEqual(delta);
    expect(store.get()).toBe(before);
  });

  test('does not say from which version it leads on, and can be composed', () => {
    const [a, b, c] = [{ rows: rowsOf(5) }, { rows: rowsOf(6) }, { rows: rowsOf(7).reverse(), n: 1 }].map(
      (state) => createStore<unknown>(state),
    ) as [Store<unknown>, Store<unknown>, Store<unknown>];
    const whole = compose(diff(a, b), diff(b, c, { key: 'id' }));
    const store = createStore<unknown>(a.get(), { version: 1_000, history: true });
    store.apply(whole);
    expect(difference(store.get(), c.get())).toBe(undefined);
    expect(store.version).toBe(1_001);
    store.history.undo();
    expect(difference(store.get(), a.get())).toBe(undefined);
  });

  test('fits no other state', () => {
    const store = createStore<unknown>({ n: 3 });
    expect(refusal(() => store.apply(diff(createStore({ n: 1 }), createStore({ n: 2 })))).code).toBe(
      'CONFLICT',
    );
    expect(store.get()).toEqual({ n: 3 });
  });

  test('of stores with limits, history and things that wait changes neither', () => {
    const a = createStore<Record<string, unknown>>(
      { n: 1 },
      { limits: { bytes: 2_000_000, depth: 500 }, history: true },
    );
    const b = createStore<Record<string, unknown>>({ n: 1 }, { schema: { version: 9 } });
    const deep = Array.from({ length: 400 }).reduce<unknown>((inner) => [inner], 1);
    a.at('deep').set(deep);
    const update = b.optimistic(() => b.at('n').set(2));
    const befores = [a, b].map((store) => [store.get(), store.version]);
    const store = createStore<unknown>(a.get(), { limits: { depth: 500 } });
    store.apply(diff(a, b));
    expect(store.get()).toEqual({ n: 2 });
    store.apply(diff(b, a));
    expect(difference(store.get(), a.get())).toBe(undefined);
    expect([a, b].map((each) => [each.get(), each.version])).toEqual(befores);
    update.rollback();
    expect(b.get()).toEqual({ n: 1 });
  });
});

describe('equality', () => {
  const kinds = Object.entries(everyKind());

  test('holds for the same state, however it is handed over', () => {
    for (const [kind, state] of kinds) {
      for (const one of formsOf(state)) {
        for (const other of formsOf(everyKind()[kind]))
          expect([kind, equals(one, other)]).toEqual([kind, true]);
      }
    }
  });

  test('and for no other', () => {
    for (const [at, [kind, state]] of kinds.entries()) {
      const [, next] = kinds[(at + 1) % kinds.length] as [string, unknown];
      for (const one of formsOf(state)) {
        for (const other of formsOf(next)) expect([kind, equals(one, other)]).toEqual([kind, false]);
      }
    }
  });

  test('looks at the smallest things, and at the order of keys', () => {
    const start = () => ({
      rows: rowsOf(2_000),
      map: new Map([
        ['a', 1],
        ['b', 2],
      ]),
      n: 0,
    });
    const others: readonly ((next: ReturnType<typeof start>) => unknown)[] = [
      (next) => ({ ...next, n: -0 }),
      (next) => ({ n: 0, rows: next.rows, map: next.map }),
      (next) => ({
        ...next,
        map: new Map([
          ['b', 2],
          ['a', 1],
        ]),
      }),
      (next) => ({ ...next, map: { a: 1, b: 2 } }),
      (next) => ({ ...next, more: undefined }),
      (next) => ({ ...next, rows: [...next.rows.slice(0, -1), { id: 1_999, name: 'name 1998' }] }),
      (next) => ({ ...next, rows: next.rows.with(1_500, { name: 'name 1500', id: 1_500 } as Row) }),
    ];
    for (const one of formsOf(start())) {
      for (const change of others) {
        for (const other of formsOf(change(start()))) {
          expect(equals(one, other)).toBe(false);
          expect(equals(other, one)).toBe(false);
        }
      }
    }
  });

  test('looks into long lists, maps and numbers that are not what they seem', () => {
    const start = () => ({
      list: Array.from({ length: 3_000 }, (_, at) =>
        at % 3 === 0 ? { at, not: Number.NaN } : at,
      ) as unknown[],
      map: new Map<string, unknown>(Array.from({ length: 100 }, (_, at) => [`key ${at}`, [at, 'x']])),
      wide: Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`key ${at}`, at / 2])) as object,
    });
    const others: readonly ((next: ReturnType<typeof start>) => void)[] = [
      ({ list }) => list.splice(2_998, 1, -2_998),
      ({ list }) => list.splice(2_997, 1, { at: 2_997, not: undefined }),
      ({ list }) => list.splice(0, 1, { at: -0, not: Number.NaN }),
      ({ list }) => list.splice(0, 1, { not: Number.NaN, at: 0 }),
      ({ list }) => list.splice(1, 0, list.splice(2, 1)[0]),
      ({ map }) => map.set('key 50', [50, 'y']),
      ({ map }) => map.set('key 0', ['x', 0]),
      ({ map }) => map.delete('key 0') && map.set('key 0', [0, 'x']),
      ({ wide }) => Object.assign(wide, { 'key 69': 0 }),
      ({ wide }) => Object.assign(wide, { more: 0 }),
    ];
    for (const one of formsOf(start())) {
      for (const other of formsOf(start())) expect(equals(one, other)).toBe(true);
      for (const change of others) {
        const next = start();
        change(next);
        const [, , other] = formsOf(next);
        expect(equals(one, other as Uint8Array)).toBe(false);
        expect(equals(other as Uint8Array, one)).toBe(false);
      }
    }
  });

  test('reads nothing of snapshots that say how different they are', () => {
    const load = vi.spyOn(Transfer.prototype, 'load');
    const [few, many] = [rowsOf(50), rowsOf(51)].map((rows) => createStore({ rows }).snapshot()) as [
      Uint8Array,
      Uint8Array,
    ];
    expect(equals(few, many)).toBe(false);
    expect(equals(createStore({ rows: rowsOf(51) }), few)).toBe(false);
    expect(load).not.toHaveBeenCalled();
    const turned = rowsOf(51).map(({ id, name }) => ({ name, id }));
    expect(equals(many, createStore({ rows: turned }).snapshot())).toBe(false);
    expect(load).toHaveBeenCalled();
  });

  test('is about states, not about what else stores and snapshots have', () => {
    const plain = createStore<unknown>({ n: 1 });
    const versioned = createStore<unknown>(
      { n: 1 },
      { schema: { version: 2 }, version: 50, name: 'other', history: true },
    );
    for (const [one, other] of [
      [plain, versioned],
      [plain.snapshot(), versioned],
      [plain, versioned.snapshot()],
      [plain.snapshot(), versioned.snapshot({ compression: 'lz4' })],
    ] as const) {
      expect(equals(one, other)).toBe(true);
      expect(equals(other, one)).toBe(true);
      expect(toJSONPatch(diff(one, other))).toEqual([]);
    }
    versioned.at('n' as never).set(2 as never);
    expect(equals(plain, versioned)).toBe(false);
    expect(equals(versioned, versioned)).toBe(true);
  });

  test('of bytes that do not begin at a multiple of four', () => {
    const bytes = createStore({ rows: rowsOf(9) }).snapshot();
    for (let at = 0; at < 4; at++) {
      const around = new Uint8Array(bytes.length + at);
      around.set(bytes, at);
      expect(equals(around.subarray(at), bytes)).toBe(true);
    }
  });
});

describe('snapshots of one structure', () => {
  const start = () => ({
    rows: Array.from({ length: 1_100 }, (_, id) => ({
      id,
      title: `title ${id}`,
      status: `status ${id % 3}`,
      score: id / 8,
      at: new Date(id),
      size: { x: id, y: [id, 1] },
    })),
    map: new Map<string, unknown>([
      ['a', 1],
      ['b', 2n],
    ]),
    wide: Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`key ${at}`, at as unknown])),
    n: 0,
  });
  type State = ReturnType<typeof start>;
  const others: Record<string, (next: State) => void> = {
    numbers: ({ rows }) => {
      for (const row of rows.filter(({ id }) => id % 100 === 0)) row.score = -row.id - 1;
    },
    'new strings': ({ rows }) => {
      for (const row of rows.filter(({ id }) => id % 100 === 3)) row.title = `new ${row.id}`;
    },
    'strings that others have': ({ rows }) =>
      Object.assign(rows[7] as object, { status: 'title 9', title: 'title 8' }),
    'dates and what is deeper': ({ rows }) => {
      Object.assign(rows[1_099] as object, { at: new Date(-5) });
      (rows[5] as State['rows'][0]).size.y[1] = 2;
      (rows[5] as State['rows'][0]).size.x = Number.NaN;
    },
    'entries of maps and of wide objects': ({ map, wide }) => {
      map.set('b', '\ud800');
      wide['key 69'] = undefined;
    },
    'a number to what is none': (next) => Object.assign(next, { n: new Uint8Array(3) }),
  };

  for (const [what, change] of Object.entries(others)) {
    test(`are compared without being loaded: ${what}`, () => {
      const load = vi.spyOn(Transfer.prototype, 'load');
      const next = start();
      change(next);
      check(start(), next, { key: 'id' });
      check(next, start());
      const [[one, ...forms], others] = [formsOf(start()), formsOf(next)] as const;
      for (const other of others) expect(equals(one as Store<unknown>, other)).toBe(false);
      for (const same of forms) expect(equals(same, one as Store<unknown>)).toBe(true);
      expect(load).not.toHaveBeenCalled();
    });
  }

  test('are loaded where items or keys may have come, gone or moved', () => {
    const load = vi.spyOn(Transfer.prototype, 'load');
    const changes: readonly ((next: State) => void)[] = [
      ({ rows }) => void rows.pop(),
      ({ rows }) => void rows.push(rows.shift() as State['rows'][0]),
      ({ rows }) => void rows.splice(5, 2, rows[6] as State['rows'][0], rows[5] as State['rows'][0]),
      ({ wide }) => Object.assign(wide, { more: 1 }),
      ({ rows }) => Object.assign(rows[5] as object, { size: [] }),
    ];
    for (const [count, change] of changes.entries()) {
      const next = start();
      change(next);
      const [one, other] = [start(), next].map((state) => createStore(state).snapshot()) as [
        Uint8Array,
        Uint8Array,
      ];
      diff(one, other);
      expect(load).toHaveBeenCalledTimes(2 * (count + 1));
    }
    const renamed = start();
    (renamed.rows[5] as State['rows'][0]).id = -1;
    check(start(), renamed, { key: 'id' });
    expect(load.mock.calls.length).toBeGreaterThan(2 * changes.length);
  });

  test('leave an engine behind for the next comparison, and not for long', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const disposed = vi.spyOn(Engine.prototype, 'dispose');
      const [one, other] = [start(), { ...start(), n: 1 }].map((state) => createStore(state).snapshot()) as [
        Uint8Array,
        Uint8Array,
      ];
      vi.runAllTimers();
      disposed.mockClear();
      for (let round = 0; round < 3; round++) diff(one, other);
      expect(equals(one, other)).toBe(false);
      expect(disposed).not.toHaveBeenCalled();
      expect(vi.getTimerCount()).toBe(1);
      vi.runAllTimers();
      expect(disposed).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what cannot be read', () => {
  test('is refused with a code, whichever side it is on, and leaves nothing behind', () => {
    const store = createStore<unknown>({ rows: rowsOf(50) });
    const bytes = store.snapshot();
    const later = bytes.slice();
    later[17] = 9;
    const damaged = bytes.slice();
    damaged[bytes.length - 1] ^= 1;
    const disposed = vi.spyOn(Engine.prototype, 'dispose');
    let count = 0;
    for (const [wrong, code] of [
      [bytes.slice(0, -1), 'CORRUPT_DATA'],
      [damaged, 'CORRUPT_DATA'],
      [new Uint8Array(), 'CORRUPT_DATA'],
      [later, 'UNSUPPORTED_VERSION'],
    ] as const) {
      for (const run of [
        () => diff(wrong, store),
        () => diff(store, wrong),
        () => equals(wrong, store),
        () => equals(store, wrong),
      ]) {
        expect(refusal(run).code).toBe(code);
        expect(disposed).toHaveBeenCalledTimes(++count);
      }
    }
  });

  test('is also what is no state', () => {
    const store = createStore({ n: 1 });
    for (const other of [undefined, null, 5, 'text', {}, [1]]) {
      expect(() => diff(store, other as never)).toThrow(TypeError);
      expect(() => diff(other as never, store)).toThrow(TypeError);
      expect(() => equals(store, other as never)).toThrow(TypeError);
    }
    expect(() => diff(store, store, { key: 5 as never })).toThrow(TypeError);
    const gone = createStore({ n: 1 });
    gone.dispose();
    expect(refusal(() => diff(store, gone)).code).toBe('DISPOSED');
    expect(refusal(() => equals(gone, store)).code).toBe('DISPOSED');
    store.batch(() => {
      expect(refusal(() => diff(store, createStore(1))).code).toBe('INVALID_CALL');
    });
  });
});
