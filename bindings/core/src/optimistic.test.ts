/** What the documentation promises of optimistic updates, rule by rule. */
import { expect, test } from 'vitest';
import { type WrittenOp, writeDelta } from '../../../tests/support/deltaWriter.ts';
import { type Conflict, createStore, GaesupError, type Store } from './index.ts';

/** Something comes from elsewhere. */
function receive(store: Pick<Store<unknown>, 'apply'>, ...ops: WrittenOp[]): void {
  store.apply(writeDelta({ ops }), { origin: 'server' });
}

const replace = (key: string, old: unknown, next: unknown): WrittenOp => ({
  kind: 'replace',
  path: [],
  key,
  old,
  next,
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof GaesupError ? error.code : String((error as Error).name);
  }
  return 'nothing was thrown';
}

test('it is visible at once, and no commit until it is confirmed', () => {
  const store = createStore({ likes: 1 }, { history: true });
  const versions: number[] = [];
  store.onCommit(({ version }) => versions.push(version));
  const like = store.optimistic(() => store.at('likes').increment());
  expect([like.state, store.get(), store.version, versions]).toEqual(['pending', { likes: 2 }, 0, []]);
  expect(store.history.canUndo).toBe(false);
  const view = store.get();
  like.commit();
  expect([like.state, store.version, versions]).toEqual(['committed', 1, [1]]);
  expect(store.get()).toBe(view);
  store.history.undo();
  expect(store.get()).toEqual({ likes: 1 });
});

test('rolled back, it never happened', () => {
  const store = createStore({ likes: 1, rows: [{ a: 1 }] }, { history: true });
  const before = store.get();
  const like = store.optimistic(() => {
    store.at('likes').increment();
    store.at('rows').push({ a: 2 });
  });
  like.rollback();
  expect([like.state, store.version, store.history.canUndo]).toEqual(['rolled back', 0, false]);
  expect(store.get()).toEqual(before);
  expect(store.get().rows[0]).toBe(before.rows[0]);
});

test('it leaves what came after it', () => {
  const store = createStore({ n: 1, other: 0 });
  const effect = store.optimistic(() => store.at('n').set(0));
  store.at('n').set(7);
  store.at('other').set(1);
  expect(store.get()).toEqual({ n: 7, other: 1 });
  effect.rollback();
  expect([store.get(), store.version]).toEqual([{ n: 7, other: 1 }, 2]);
});

test('increments add to what came from elsewhere, and other values are set', () => {
  const store = createStore({ n: 10, text: 'a' });
  const effect = store.optimistic(() => {
    store.at('n').increment(5);
    store.at('text').set('mine');
  });
  receive(store, replace('n', 10, 100), replace('text', 'a', 'theirs'));
  expect([store.get(), store.version]).toEqual([{ n: 105, text: 'mine' }, 1]);
  effect.rollback();
  expect(store.get()).toEqual({ n: 100, text: 'theirs' });
});

test('an item is found where it is now', () => {
  const store = createStore({
    rows: [
      { id: 1, n: 0 },
      { id: 2, n: 0 },
    ],
  });
  const effect = store.optimistic(() => store.at('rows', 1, 'n').set(7));
  const inserted = {
    kind: 'splice',
    path: ['rows'],
    index: 0,
    removed: [],
    inserted: [{ id: 3, n: 0 }],
  } as const;
  receive(store, inserted);
  expect(store.get().rows).toEqual([
    { id: 3, n: 0 },
    { id: 1, n: 0 },
    { id: 2, n: 7 },
  ]);
  effect.commit();
  expect(store.get().rows[2]).toEqual({ id: 2, n: 7 });
});

test('what no longer fits is told with both sides and dropped', () => {
  const store = createStore<Record<string, unknown>>({ a: { x: 1 }, b: 1 });
  const conflicts: Conflict[] = [];
  const effect = store.optimistic(
    () => {
      store.at('a', 'x').set(2);
      store.at('b').set(2);
    },
    { onConflict: (conflict) => conflicts.push(conflict) },
  );
  receive(store, { kind: 'remove', path: [], key: 'a', old: { x: 1 }, before: 'b' });
  expect(conflicts).toEqual([
    { path: ['a', 'x'], code: 'PATH_NOT_FOUND', of: 'update', base: 1, ours: 2, theirs: undefined },
  ]);
  expect(store.get()).toEqual({ b: 2 });
  effect.commit();
  expect([store.get(), store.version]).toEqual([{ b: 2 }, 2]);
});

test('an increment of what is no number any more is a conflict', () => {
  const store = createStore<Record<string, unknown>>({ n: 1 });
  const conflicts: Conflict[] = [];
  store.optimistic(() => (store.at('n') as never as { increment(): void }).increment(), {
    onConflict: (conflict) => conflicts.push(conflict),
  });
  receive(store, replace('n', 1, 'one'));
  expect(conflicts).toMatchObject([{ path: ['n'], code: 'TYPE_MISMATCH', theirs: 'one' }]);
  expect(store.get()).toEqual({ n: 'one' });
});

test('what onConflict writes is part of the update', () => {
  const store = createStore<Record<string, unknown>>({ a: { x: 1 }, note: '' });
  const effect = store.optimistic(() => store.at('a', 'x').set(2), {
    onConflict: ({ ours }) => store.at('note').set(`lost: ${ours}`),
  });
  receive(store, replace('a', { x: 1 }, 5));
  expect(store.get()).toEqual({ a: 5, note: 'lost: 2' });
  effect.rollback();
  expect(store.get()).toEqual({ a: 5, note: '' });
});

test('several updates are settled in any order', () => {
  const store = createStore({ n: 0, list: [] as number[] });
  const effects = [1, 2, 3].map((value) =>
    store.optimistic(() => {
      store.at('n').increment(value);
      store.at('list').push(value);
    }),
  );
  effects[1].commit();
  effects[0].rollback();
  effects[2].commit();
  expect([store.get(), store.version]).toEqual([{ n: 5, list: [2, 3] }, 2]);
});

test('listeners hear of what changes, once, and of nothing else', () => {
  const store = createStore({ mine: 0, theirs: 0, other: { x: 0 } });
  const told: string[] = [];
  for (const key of ['mine', 'theirs', 'other'] as const) {
    store.at(key).subscribe(() => told.push(key), { schedule: 'sync' });
  }
  const effect = store.optimistic(() => store.at('mine').increment());
  receive(store, replace('theirs', 0, 1));
  effect.commit();
  expect(told).toEqual(['mine', 'theirs']);
});

test('a function that throws leaves nothing, and nothing waits', () => {
  const store = createStore({ n: 0 });
  const run = () =>
    store.optimistic(() => {
      store.at('n').set(1);
      throw new RangeError('no');
    });
  expect(run).toThrow(RangeError);
  store.at('n').set(2);
  expect([store.get(), store.version]).toEqual([{ n: 2 }, 1]);
});

test('it is settled once, and not within a batch', () => {
  const store = createStore({ n: 0 });
  const effect = store.optimistic(() => store.at('n').set(1));
  expect(codeOf(() => store.batch(() => effect.commit()))).toBe('INVALID_CALL');
  expect(codeOf(() => store.batch(() => effect.rollback()))).toBe('INVALID_CALL');
  expect(codeOf(() => store.batch(() => store.optimistic(() => {})))).toBe('INVALID_CALL');
  expect(effect.state).toBe('pending');
  effect.commit();
  expect(codeOf(() => effect.commit())).toBe('INVALID_CALL');
  expect(codeOf(() => effect.rollback())).toBe('INVALID_CALL');
  expect(store.get()).toEqual({ n: 1 });
});

test('an async function is refused', () => {
  const store = createStore({ n: 0 });
  expect(codeOf(() => store.optimistic((async () => {}) as () => void))).toBe('INVALID_CALL');
  expect(() => store.optimistic(() => {}, { onConflict: 1 as never })).toThrow(TypeError);
});
