/** What the documentation promises of reconciling, rule by rule. */
import { describe, expect, test } from 'vitest';
import { difference } from '../../../tests/conformance/check.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { everyKind } from '../../../tests/support/valueKinds.ts';
import { type Changes, type Commit, createStore, GaesupError, type ReconcileOptions } from './index.ts';

const SYNC = { schedule: 'sync' } as const;
const NONE: Changes = { added: 0, removed: 0, updated: 0, moved: 0 };

interface Row {
  id: number;
  name: string;
  tags?: string[];
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `name ${id}`, tags: ['x', `${id}`] }));

/** Reconciles one value with another, both ways of taking it, and answers what that changed. */
function check(from: unknown, to: unknown, options?: ReconcileOptions): Changes {
  const store = createStore<{ v: unknown }>({ v: from }, { history: true });
  const changes = store.at('v').reconcile(to, options);
  expect(difference(store.get(), { v: to })).toBe(undefined);
  expect(store.version).toBe(difference(from, to) === undefined ? 0 : 1);
  store.history.undo();
  expect(difference(store.get(), { v: from })).toBe(undefined);
  const batched = createStore<{ v: unknown }>({ v: from });
  expect(batched.batch(() => batched.at('v').reconcile(to, options))).toEqual(changes);
  expect(difference(batched.get(), { v: to })).toBe(undefined);
  const restored = createStore<{ v: unknown }>({ v: from });
  expect(restored.at('v').restore(createStore(to).snapshot(), options)).toEqual(changes);
  expect(difference(restored.get(), { v: to })).toBe(undefined);
  for (const each of [store, batched, restored]) each.dispose();
  return changes;
}

describe('a value becomes what another is', () => {
  const kinds = Object.entries(everyKind());
  for (const [at, [kind, state]] of kinds.entries()) {
    test(`${kind}: equal, it stays as it is`, () => {
      expect(check(state, Object.values(everyKind())[at])).toEqual(NONE);
    });
    test(`${kind}: another`, () => {
      const [, other] = kinds[(at + 1) % kinds.length] as [string, unknown];
      check(state, other);
      check(other, state);
    });
  }
});

describe('what it changed is counted', () => {
  const counts = (added: number, removed: number, updated: number, moved: number): Changes => ({
    added,
    removed,
    updated,
    moved,
  });
  const cases: readonly (readonly [string, unknown, unknown, Changes, ReconcileOptions?])[] = [
    ['a scalar', 1, 2, counts(0, 0, 1, 0)],
    ['a zero of another sign', 0, -0, counts(0, 0, 1, 0)],
    ['a kind of container', { a: 1 }, [1], counts(0, 0, 1, 0)],
    ['an object for a map of the same', { a: 1 }, new Map([['a', 1]]), counts(0, 0, 1, 0)],
    ['a date for its number', new Date(5), 5, counts(0, 0, 1, 0)],
    ['a date', new Date(5), new Date(6), counts(0, 0, 1, 0)],
    ['keys', { a: 1, b: 2 }, { a: 3, c: 4, d: 5 }, counts(2, 1, 1, 0)],
    ['undefined for a key that is not there', {}, { a: undefined }, counts(1, 0, 0, 0)],
    ['entries', new Map([['a', 1]]), new Map([['b', 1]]), counts(1, 1, 0, 0)],
    [
      'parts of parts',
      { a: { b: { c: [1, { d: 1 }] } } },
      { a: { b: { c: [1, { d: 2 }] } } },
      counts(0, 0, 1, 0),
    ],
    ['items at the end', [1, 2], [1, 2, 3, 4], counts(2, 0, 0, 0)],
    ['items in front', [1, 2], [0, 1, 2], counts(1, 0, 0, 0)],
    ['items in the middle', [1, 2, 3, 4], [1, 4], counts(0, 2, 0, 0)],
    ['an item elsewhere', [1, 2, 3, 4, 5], [5, 1, 2, 3, 4], counts(0, 0, 0, 1)],
    [
      'a record elsewhere',
      rowsOf(12),
      [...rowsOf(12).slice(1), ...rowsOf(1)],
      counts(0, 0, 0, 1),
      { key: 'id' },
    ],
    [
      'a record elsewhere, and a field of it',
      rowsOf(12),
      [...rowsOf(12).slice(1), { ...rowsOf(1)[0], name: 'new' }],
      counts(0, 0, 1, 1),
      { key: 'id' },
    ],
    ['records that came and went', rowsOf(5), [...rowsOf(8).slice(2)], counts(3, 2, 0, 0), { key: 'id' }],
  ];
  for (const [what, from, to, changes, options] of cases) {
    test(what, () => expect(check(from, to, options)).toEqual(changes));
  }

  test('also when a listener reconciles something else at once', () => {
    const store = createStore({ a: 1, b: [0] });
    store.at('a').subscribe(() => void store.at('b').reconcile([0, 1, 2]), SYNC);
    expect(store.at('a').reconcile(2)).toEqual(counts(0, 0, 1, 0));
    store.at('b').reconcile([0]);
    expect(store.at('a').ingest('3')).toEqual(counts(0, 0, 1, 0));
    expect(store.get()).toEqual({ a: 3, b: [0, 1, 2] });
  });
});

describe('what is equal keeps its identity', () => {
  test('with a key, wherever it stands', () => {
    const store = createStore({ rows: rowsOf(50) });
    const before = store.get().rows;
    const next = rowsOf(52).reverse();
    next.splice(5, 3);
    (next[7] as Row).name = 'changed';
    store.at('rows').reconcile(next, { key: 'id' });
    const after = store.get().rows;
    expect(difference(after, next)).toBe(undefined);
    for (const row of after) {
      const old = before[row.id];
      if (old === undefined) continue;
      if (row.name === 'changed') {
        expect(row).not.toBe(old);
        expect(row.tags).toBe(old.tags);
      } else {
        expect(row).toBe(old);
      }
    }
  });

  test('without one, where equal items are the same ones', () => {
    const store = createStore<unknown[]>([{ a: 1 }, { b: [2] }, { c: 3 }, { d: 4 }]);
    const before = store.get();
    store.reconcile([{ d: 4 }, { new: 0 }, { b: [2] }, { c: 3 }]);
    const after = store.get();
    expect(after).toEqual([{ d: 4 }, { new: 0 }, { b: [2] }, { c: 3 }]);
    expect([after[0] === before[3], after[2] === before[1], after[3] === before[2]]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('without one, what is left between those is paired in order', () => {
    const store = createStore([
      { id: 1, deep: { a: 1 } },
      { id: 2, deep: { a: 2 } },
    ]);
    const { deep } = store.at(1).get();
    store.reconcile([
      { id: 1, deep: { a: 1 } },
      { id: 9, deep: { a: 2 } },
    ]);
    expect(store.at(1).get()).toEqual({ id: 9, deep: { a: 2 } });
    expect(store.at(1, 'deep').get()).toBe(deep);
  });

  test('in arrays inside of arrays and of other keys as well', () => {
    interface Group {
      id: string;
      members: Row[];
    }
    const groupsOf = (): Group[] => ['a', 'b', 'c'].map((id) => ({ id, members: rowsOf(10) }));
    const store = createStore({ groups: groupsOf() });
    const before = store.get().groups;
    const next = groupsOf().reverse();
    (next[0] as Group).members.reverse();
    ((next[0] as Group).members[4] as Row).name = 'changed';
    expect(store.at('groups').reconcile(next, { key: 'id' }).updated).toBe(1);
    const after = store.get().groups;
    expect(difference(after, next)).toBe(undefined);
    expect([after[1] === before[1], after[2] === before[0], after[0] === before[2]]).toEqual([
      true,
      true,
      false,
    ]);
    const kept = after[0]?.members.filter((member) => member === before[2]?.members[member.id]);
    expect(kept?.length).toBe(9);
  });

  test('also when other items have no such key, and some the same', () => {
    const from = [{ id: 1, n: 1 }, 'text', { id: 1, n: 2 }, { n: 3 }, [4], null, { id: '1', n: 5 }];
    const to = [{ id: '1', n: 5 }, null, { n: 3 }, { id: 1, n: 1 }, { id: 1, n: 7 }, 'text', [4, 5]];
    const store = createStore<unknown>(from);
    const before = store.get() as unknown[];
    store.reconcile(to, { key: 'id' });
    expect(difference(store.get(), to)).toBe(undefined);
    expect((store.get() as unknown[])[0]).toBe(before[6]);
    check(from, to, { key: 'id' });
    check(to, from, { key: 'id' });
    check(from, to);
  });

  test('at the store when nothing differs', () => {
    const store = createStore({ rows: rowsOf(2_000), map: new Map([['k', { v: 1 }]]) }, { history: true });
    const before = store.get();
    store.onCommit(() => expect.unreachable());
    store.subscribe(() => expect.unreachable(), SYNC);
    expect(store.reconcile({ rows: rowsOf(2_000), map: new Map([['k', { v: 1 }]]) })).toEqual(NONE);
    expect(store.reconcile(before, { key: 'id' })).toEqual(NONE);
    expect(store.get()).toBe(before);
    expect([store.version, store.history.canUndo, store.stats().views.built]).toEqual([
      0,
      false,
      store.stats().views.live,
    ]);
  });
});

describe('the order of keys', () => {
  const keys = (value: unknown): string[] =>
    value instanceof Map ? [...value.keys()] : Object.keys(value as object);

  test('becomes that of what came', () => {
    for (const [from, to] of [
      [
        { a: 1, b: 2, c: 3 },
        { c: 3, a: 1, b: 2 },
      ],
      [
        { a: 1, b: 2, c: 3 },
        { new: 0, b: 2, a: 1 },
      ],
      [
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ],
      [
        { z: 0, 2: 'b', 1: 'a' },
        { 3: 'c', z: 0, y: 1, 1: 'a' },
      ],
    ]) {
      const store = createStore<unknown>(from);
      store.reconcile(to);
      expect(keys(store.get())).toEqual(keys(to));
      check(from, to);
    }
  });

  test('of many keys as well', () => {
    const from = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`k${at}`, { at }]));
    const to = Object.fromEntries(Object.entries(from).reverse().slice(3));
    const store = createStore<Record<string, unknown>>(from);
    store.reconcile(to);
    expect(keys(store.get())).toEqual(keys(to));
    check(from, to);
    check(new Map(Object.entries(from)), new Map(Object.entries(to)));
  });
});

describe('who is told', () => {
  test('is who watches what differs, once', () => {
    const store = createStore({ rows: rowsOf(100), n: 1 });
    const told: string[] = [];
    for (let at = 0; at < 100; at++) store.at('rows', at).subscribe(() => void told.push(`row ${at}`), SYNC);
    for (const key of ['name', 'tags'] as const)
      store.at('rows', 5, key).subscribe(() => void told.push(key), SYNC);
    store.at('n').subscribe(() => void told.push('n'), SYNC);
    store.at('rows').subscribe(() => void told.push('rows'), SYNC);
    const next = rowsOf(100);
    (next[5] as Row).name = 'other';
    (next[70] as Row).tags = [];
    store.reconcile({ rows: next, n: 1 });
    expect(told.sort()).toEqual(['name', 'row 5', 'row 70', 'rows']);
  });

  test('gets one commit, whose delta does the same elsewhere', () => {
    const store = createStore({ rows: rowsOf(30) }, { history: true });
    const replica = createStore({ rows: rowsOf(30) });
    const commits: Commit[] = [];
    store.onCommit((commit) => {
      commits.push(commit);
      replica.apply(commit.delta);
    });
    const next = rowsOf(33).reverse();
    store.at('rows').reconcile(next, { key: 'id' });
    expect([commits.length, store.version, store.history.steps.length]).toEqual([1, 1, 1]);
    expect(commits[0]).toMatchObject({ version: 1, origin: undefined });
    expect(difference(replica.get(), { rows: next })).toBe(undefined);
    store.history.undo();
    expect(store.get()).toEqual({ rows: rowsOf(30) });
    expect(difference(replica.get(), store.get())).toBe(undefined);
  });
});

describe('in a batch', () => {
  test('it is part of it: reads see it, and what comes next builds on it', () => {
    const store = createStore({ rows: rowsOf(10), n: 0 }, { history: true });
    store.batch(() => {
      store.at('n').set(1);
      store.at('rows', 3, 'name').set('first');
      store.at('rows').reconcile(rowsOf(11).reverse(), { key: 'id' });
      expect(difference(store.get(), { rows: rowsOf(11).reverse(), n: 1 })).toBe(undefined);
      expect(store.at('rows', 0, 'id').get()).toBe(10);
      store.at('rows', 0, 'name').set('later');
      store.at('rows').push({ id: 99, name: 'pushed' });
      store.at('rows').reconcile(store.at('rows').get().slice(0, 5), { key: 'id' });
      store.at('n').increment();
    });
    expect(store.get()).toEqual({
      rows: [{ ...(rowsOf(11)[10] as Row), name: 'later' }, ...rowsOf(10).reverse().slice(0, 4)],
      n: 2,
    });
    expect([store.version, store.history.steps.length]).toEqual([1, 1]);
    store.history.undo();
    expect(store.get()).toEqual({ rows: rowsOf(10), n: 0 });
  });

  test('that comes to nothing it is no commit', () => {
    const store = createStore({ rows: rowsOf(10) });
    const before = store.get();
    store.batch(() => {
      store.at('rows').reconcile([]);
      store.at('rows').reconcile(rowsOf(10));
    });
    expect(store.version).toBe(0);
    expect(store.get()).toEqual(before);
  });

  test('that fails it has not happened', () => {
    const store = createStore({ rows: rowsOf(10), n: 0 }, { history: true });
    const before = store.get();
    const boom = new Error('boom');
    store.subscribe(() => expect.unreachable(), SYNC);
    const fail = () => {
      store.at('rows').reconcile(rowsOf(20).reverse(), { key: 'id' });
      throw boom;
    };
    expect(() => store.batch(fail)).toThrow(boom);
    expect(() => store.batch(() => expect(() => store.batch(fail)).toThrow(boom))).not.toThrow();
    expect(store.get()).toBe(before);
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
  });

  test('it can be in a recipe', () => {
    const store = createStore({ rows: rowsOf(3), n: 0 });
    store.update((draft) => {
      draft.n = 5;
      store.at('rows').reconcile(rowsOf(5));
      draft.n += draft.rows.length;
    });
    expect([store.get().n, store.version]).toEqual([10, 1]);
  });

  test('where there is nothing yet', () => {
    const store = createStore<Record<string, unknown>>({ map: new Map() });
    store.batch(() => {
      expect(store.at('new').reconcile([1])).toEqual({ ...NONE, added: 1 });
      expect(store.at('new').reconcile([1, 2], { key: 'id' })).toEqual({ ...NONE, added: 1 });
      expect(store.at('map', 'k').reconcile({})).toEqual({ ...NONE, added: 1 });
    });
    expect(store.get()).toEqual({ map: new Map([['k', {}]]), new: [1, 2] });
  });
});

describe('while optimistic updates wait', () => {
  test('what is reconciled elsewhere commits at once and stays', () => {
    const store = createStore({ n: 0, rows: rowsOf(5) });
    const update = store.optimistic(() => store.at('n').set(1));
    store.at('rows').reconcile(rowsOf(6), { key: 'id' });
    expect([store.version, store.get()]).toEqual([1, { n: 1, rows: rowsOf(6) }]);
    update.rollback();
    expect(store.get()).toEqual({ n: 0, rows: rowsOf(6) });
  });

  test('what is reconciled over them comes last', () => {
    const store = createStore({ n: 0, rows: rowsOf(5) });
    const update = store.optimistic(() => store.at('n').set(1));
    store.reconcile({ n: 2, rows: rowsOf(4) }, { key: 'id' });
    expect(store.get()).toEqual({ n: 2, rows: rowsOf(4) });
    update.rollback();
    expect(store.get()).toEqual({ n: 2, rows: rowsOf(4) });
  });

  test('it can be one', () => {
    const store = createStore({ rows: rowsOf(5) });
    const before = store.get();
    const update = store.optimistic(
      () => void store.at('rows').reconcile(rowsOf(7).reverse(), { key: 'id' }),
    );
    expect([store.version, store.get().rows.length]).toEqual([0, 7]);
    update.rollback();
    expect(store.get()).toEqual(before);
    const again = store.optimistic(() => void store.at('rows').reconcile(rowsOf(7).reverse(), { key: 'id' }));
    again.commit();
    expect([store.version, store.get()]).toEqual([1, { rows: rowsOf(7).reverse() }]);
  });
});

describe('it cannot be done', () => {
  test('with what cannot be stored, and then nothing has changed', () => {
    const store = createStore<{ a: unknown; rows: unknown }>({ a: 1, rows: rowsOf(5) }, { history: true });
    const before = store.get();
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    for (const [value, path] of [
      [{ a: 2, rows: [{ id: 1, f: () => 0 }] }, ['rows', 0, 'f']],
      [{ a: 2, rows: [Symbol('s')] }, ['rows', 0]],
      [{ a: 2, rows: cyclic }, ['rows', 'self']],
      [{ a: 2, rows: new Set([1]) }, ['rows']],
    ] as const) {
      const error = refusal(() => store.reconcile(value, { key: 'id' }));
      expect([error.code, error.path]).toEqual(['UNSUPPORTED_VALUE', path]);
      expect(store.get()).toBe(before);
    }
    const { path } = refusal(() => store.at('rows').reconcile([{ f: () => 0 }]));
    expect(path).toEqual(['rows', 0, 'f']);
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
  });

  test('where there is no place for it', () => {
    const store = createStore<{ a: unknown; list: unknown[] }>({ a: 1, list: [1] });
    for (const place of [store.at('none' as 'a', 'deeper'), store.at('list', 3), store.at('a', 'x')]) {
      expect(refusal(() => place.reconcile({})).code).toMatch(/PATH_NOT_FOUND|TYPE_MISMATCH/);
      expect(() => store.batch(() => place.reconcile({}))).toThrow(GaesupError);
    }
    expect([store.get(), store.version]).toEqual([{ a: 1, list: [1] }, 0]);
  });

  test('beyond the limits', () => {
    const store = createStore<unknown>({ mine: [1] }, { limits: { bytes: 1_000_000, depth: 4 } });
    const before = store.get();
    const big = Array.from({ length: 60_000 }, (_, at) => `text ${at}`);
    expect(refusal(() => store.reconcile(big)).code).toBe('LIMIT_EXCEEDED');
    expect(refusal(() => store.reconcile([[[[[]]]]])).code).toBe('LIMIT_EXCEEDED');
    expect(refusal(() => store.batch(() => store.reconcile(big))).code).toBe('LIMIT_EXCEEDED');
    expect(store.get()).toBe(before);
    store.reconcile([[[[]]]]);
    expect(store.get()).toEqual([[[[]]]]);
  });

  test('with a key that is no name', () => {
    const store = createStore<unknown>({ a: 1 });
    for (const key of [5, null, ['id'], Symbol('id')]) {
      expect(() => store.reconcile({ a: 2 }, { key: key as never })).toThrow(TypeError);
      expect(() => store.batch(() => store.reconcile({ a: 2 }, { key: key as never }))).toThrow(TypeError);
    }
    expect(store.get()).toEqual({ a: 1 });
    store.reconcile([{ '': 1 }], { key: '' });
    store.reconcile([{ '': 2 }, { '': 1 }], { key: '__proto__' });
    expect(store.get()).toEqual([{ '': 2 }, { '': 1 }]);
  });

  test('while something is selected or written', () => {
    const store = createStore<{ n: unknown }>({ n: 1 });
    expect(refusal(() => store.get(() => store.reconcile({ n: 2 }))).code).toBe('INVALID_CALL');
    const value = {
      get part() {
        return store.at('n').reconcile(3);
      },
    };
    expect(refusal(() => store.reconcile({ n: value })).code).toBe('INVALID_CALL');
    expect(store.get()).toEqual({ n: 1 });
  });

  test('when the store is disposed', () => {
    const store = createStore({ n: 1 });
    store.dispose();
    expect(refusal(() => store.reconcile({ n: 2 })).code).toBe('DISPOSED');
    expect(refusal(() => store.at('n').ingest('2')).code).toBe('DISPOSED');
  });
});
