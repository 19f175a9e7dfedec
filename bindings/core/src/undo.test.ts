/** What undo does about changes of others, and that `canUndo` and `undo()` say what will happen. */
import { expect, test } from 'vitest';
import { sealed, writeDelta } from '../../../tests/support/deltaWriter.ts';
import { createStore, type HistoryOptions, type Initial, type Store, toJSONPatch } from './index.ts';

function open<S>(initial: Initial<S>, history: true | HistoryOptions = true): Store<S> {
  return createStore<S>(initial, { history });
}

/** Somebody else changes the store. */
function elsewhere(store: Pick<Store<unknown>, 'batch'>, work: () => void): void {
  store.batch(work, { origin: 'feed', undo: false });
}

test('undo of an addition subtracts, whatever others have made of the number', () => {
  const store = open({ n: 0, m: 0 });
  store.at('n').increment();
  elsewhere(store, () => store.at('n').increment());
  expect([store.get().n, store.history.canUndo, store.history.undo()]).toEqual([2, true, true]);
  expect([store.get().n, store.history.redo(), store.get().n]).toEqual([1, true, 2]);
  elsewhere(store, () => store.at('n').set(10));
  store.history.undo();
  expect(store.get().n).toBe(9);
});

test('additions of one step are subtracted together', () => {
  for (const history of [{ coalesce: 1e9 }, true] as const) {
    const store = open({ n: 0 }, history);
    store.history.group(() => {
      for (let time = 0; time < 3; time++) store.at('n').increment(2);
    });
    elsewhere(store, () => store.at('n').increment(10));
    store.history.undo();
    expect(store.get().n).toBe(10);
  }
});

test('an addition to what is no number any more is left alone', () => {
  const store = open<{ n?: unknown }>({ n: 0 });
  store.at('n').increment();
  for (const value of ['text', null, {}]) {
    elsewhere(store, () => store.at('n').set(value));
    expect([store.history.canUndo, store.history.undo(), store.get()]).toEqual([false, false, { n: value }]);
  }
  elsewhere(store, () => store.at('n').delete());
  expect([store.history.canUndo, store.history.undo(), store.get()]).toEqual([false, false, {}]);
});

test('what was added to infinity cannot be taken off again', () => {
  const store = open({ n: 0 });
  store.at('n').increment();
  elsewhere(store, () => store.at('n').set(Number.POSITIVE_INFINITY));
  expect([store.history.canUndo, store.history.undo()]).toEqual([false, false]);
});

test('where others have left nothing of any step, undo cannot and does not', () => {
  const store = open({ a: 0, b: 0 });
  store.at('a').set(1);
  elsewhere(store, () => store.at('a').set(5));
  const { history } = store;
  expect([history.canUndo, history.undo(), history.position, store.version]).toEqual([false, false, 1, 2]);
  elsewhere(store, () => store.at('a').set(1));
  expect([history.canUndo, history.undo(), store.get().a]).toEqual([true, true, 0]);
  expect([history.canRedo, history.redo(), store.get().a]).toEqual([true, true, 1]);
});

test('redo cannot where others have left nothing of what was undone', () => {
  const store = open({ a: 0 });
  store.at('a').set(1);
  store.history.undo();
  elsewhere(store, () => store.at('a').set(5));
  expect([store.history.canRedo, store.history.redo(), store.get()]).toEqual([false, false, { a: 5 }]);
  elsewhere(store, () => store.at('a').set(0));
  expect([store.history.canRedo, store.history.redo(), store.get()]).toEqual([true, true, { a: 1 }]);
});

test('a step of which nothing is left is passed over, and the one below undone', () => {
  const store = open({ a: 0, b: 0 });
  store.at('b').set(1);
  store.at('a').set(1);
  elsewhere(store, () => store.at('a').set(5));
  expect([store.history.canUndo, store.history.undo(), store.get()]).toEqual([true, true, { a: 5, b: 0 }]);
});

test('an open step that has come to nothing cannot be undone', () => {
  const store = open({ a: 0 });
  const session = store.history.group('drag');
  store.at('a').set(1);
  expect(store.history.canUndo).toBe(true);
  store.at('a').set(0);
  expect([store.history.canUndo, store.history.undo()]).toEqual([false, false]);
  session.end();
});

test('who listens to a history is told when others take a step away, and give it back', () => {
  const store = open({ a: 0 });
  const heard: boolean[] = [];
  store.at('a').set(1);
  store.history.subscribe(({ canUndo }) => heard.push(canUndo), { schedule: 'sync' });
  elsewhere(store, () => store.at('a').set(5));
  elsewhere(store, () => store.at('a').set(1));
  expect(heard).toEqual([false, true]);
});

test('asking whether a step can be undone changes nothing', () => {
  const store = open({ rows: [{ id: 1, n: 0 }], n: 0 });
  store.at('rows', 0, 'n').set(1);
  elsewhere(store, () => store.at('rows').insert(0, { id: 2, n: 5 }));
  const effect = store.optimistic(() => store.at('rows', 1, 'n').set(7));
  const view = store.get();
  let told = 0;
  store.subscribe(() => (told += 1), { schedule: 'sync' });
  expect([store.history.canUndo, store.history.canRedo, store.version, told]).toEqual([true, false, 2, 0]);
  expect(store.get()).toBe(view);
  effect.rollback();
  expect(store.get().rows[1]).toEqual({ id: 1, n: 1 });
});

test('a feed is one commit that undo leaves alone, and own writes to its fields are undone', () => {
  const store = open({ prices: Array.from({ length: 3_000 }, () => 0), note: '' });
  const commits: (string | undefined)[] = [];
  store.onCommit(({ origin }) => commits.push(origin));
  store.at('note').set('mine');
  elsewhere(store, () => {
    for (let row = 0; row < 3_000; row++) store.at('prices', row).set(row + 1);
  });
  store.at('prices', 7).set(-1);
  expect([commits, store.version]).toEqual([[undefined, 'feed', undefined], 3]);
  expect(store.history.steps).toHaveLength(2);
  store.history.undo();
  expect(store.get().prices[7]).toBe(8);
  store.history.undo();
  expect([store.get().note, store.get().prices[2_999], store.history.canUndo]).toEqual(['', 3_000, false]);
});

test('merge, ingest, restore and reconcile in such a batch belong to it', () => {
  const store = open<{ a: number; rows: readonly { id: number }[]; m: unknown }>({ a: 0, rows: [], m: 0 });
  const bytes = createStore(5).snapshot();
  const origins: (string | undefined)[] = [];
  store.onCommit(({ origin }) => origins.push(origin));
  elsewhere(store, () => {
    store.merge({ a: 1 });
    store.at('rows').ingest('[{"id":1}]', { key: 'id', origin: 'feed' });
    store.at('rows').reconcile([{ id: 1 }, { id: 2 }], { key: 'id' });
    store.at('m').restore(bytes);
  });
  expect(store.get()).toEqual({ a: 1, rows: [{ id: 1 }, { id: 2 }], m: 5 });
  expect([origins, store.history.canUndo, store.history.position]).toEqual([['feed'], false, 0]);
});

test('a batch with an origin alone cannot be undone; one says so itself if it can', () => {
  const store = open({ a: 0 });
  const origins: (string | undefined)[] = [];
  store.onCommit(({ origin }) => origins.push(origin));
  store.batch(() => store.at('a').set(1), { origin: 'feed' });
  expect(store.history.canUndo).toBe(false);
  store.batch(() => store.at('a').set(2), { undo: false });
  expect(store.history.canUndo).toBe(false);
  store.batch(() => store.at('a').set(3), { origin: 'macro', undo: true });
  expect([store.history.undo(), store.get().a]).toEqual([true, 2]);
  expect(origins).toEqual(['feed', undefined, 'macro', 'history']);
});

test('what is part of a batch has its origin', () => {
  const store = open({ a: 0 });
  const wrong = [
    () => store.batch(() => {}, { origin: 'other' }),
    () => store.batch(() => {}, { undo: true }),
    () => store.at('a').ingest('1', { origin: 'other' }),
  ];
  for (const call of wrong) {
    expect(() => elsewhere(store, call)).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
  }
  expect(() => store.batch(() => elsewhere(store, () => {}))).toThrow(
    expect.objectContaining({ code: 'INVALID_CALL' }),
  );
  elsewhere(store, () => elsewhere(store, () => store.batch(() => store.at('a').set(1))));
  expect([store.get(), store.history.canUndo]).toEqual([{ a: 1 }, false]);
  for (const options of [{ origin: 5 }, { undo: 1 }]) {
    expect(() => store.batch(() => {}, options as never)).toThrow(TypeError);
  }
});

test('a batch of others that throws leaves the next commit the own one it is', () => {
  const store = open({ a: 0 });
  const origins: (string | undefined)[] = [];
  store.onCommit(({ origin }) => origins.push(origin));
  const fails = () =>
    elsewhere(store, () => {
      store.at('a').set(1);
      throw new RangeError('no');
    });
  expect(fails).toThrow(RangeError);
  store.at('a').set(2);
  expect([store.history.undo(), store.get()]).toEqual([true, { a: 0 }]);
  expect(origins).toEqual([undefined, 'history']);
});

test('changes of others keep their origin, and stay no steps, while something waits', () => {
  const store = open<{ a: number; b: { n: number } | number }>({ a: 0, b: { n: 0 } });
  const origins: (string | undefined)[] = [];
  store.onCommit(({ origin }) => origins.push(origin));
  const effect = store.optimistic(() => store.at('b').set(7));
  elsewhere(store, () => store.at('b').set(8));
  store.at('b').ingest('9', { origin: 'server', under: false });
  elsewhere(store, () => store.at('a').set(1));
  effect.commit();
  expect(store.get()).toEqual({ a: 1, b: 9 });
  expect([...origins].sort()).toEqual(['feed', 'feed', 'server', undefined]);
  expect([store.history.position, store.version]).toEqual([1, 4]);
});

test('moving along a full history drops no step', () => {
  for (const bytes of [1_000, 2_000, 5_000]) {
    const store = open({ text: '', n: 0 }, { bytes });
    for (let step = 0; step < 60; step++) store.at('text').set(`step ${step} of ${Math.sin(step)}`);
    const { length } = store.history.get();
    const last = store.get();
    store.history.jumpTo(0);
    const first = store.get();
    for (let round = 0; round < 3; round++) {
      while (store.history.redo());
      expect([store.history.get().length, store.get()]).toEqual([length, last]);
      for (let step = 0; step < length / 2; step++) store.history.undo();
      store.history.jumpTo(0);
      expect([store.history.get().length, store.get()]).toEqual([length, first]);
    }
    while (store.history.redo());
    store.at('n').set(1);
    expect(store.history.bytes).toBeLessThanOrEqual(bytes);
  }
});

test('reading the steps of a full history, and ending a group, drops none', () => {
  const store = open({ rows: Array.from({ length: 50 }, () => 0.5) }, { bytes: 2_500 });
  for (let step = 0; step < 40; step++) store.at('rows', step).set(Math.sin(step));
  const group = store.history.group('drag');
  for (let row = 0; row < 20; row++) store.at('rows', row).set(Math.cos(row));
  const { length } = store.history.get();
  expect(store.history.steps).toHaveLength(length);
  group.end();
  store.history.undo();
  expect(store.history.get().length).toBe(length);
});

test('a key that the history leaves out is that key, however often its text is a value', () => {
  const store = open(
    { a: 1, filter: '', rows: { filter: 1, b: 1 }, tags: ['filter', 'filter'] },
    { exclude: [['filter'], ['rows', '*']] },
  );
  store.at('a').set(2);
  expect(store.history.canUndo).toBe(true);
  store.at('filter').set('x');
  store.at('rows', 'b').set(2);
  expect(store.history.position).toBe(1);
  store.history.undo();
  expect(store.get()).toEqual({ a: 1, filter: 'x', rows: { filter: 1, b: 2 }, tags: ['filter', 'filter'] });
});

test('a uuid that the history leaves out is that key', () => {
  const id = '0b0e8a3c-6f53-4b2e-9d0a-1f2e3d4c5b6a';
  const store = createStore<Record<string, unknown>>(
    { a: 1, [id]: 0, tags: [id, id] },
    { history: { exclude: [[id]] } },
  );
  store.at(id).set(1);
  expect(store.history.canUndo).toBe(false);
  store.at('a').set(2);
  expect(store.history.canUndo).toBe(true);
});

test('a delta cannot hold a date that no date can be', () => {
  const store = createStore<{ at: unknown }>({ at: null });
  const at = (time: number): Uint8Array => {
    const delta = writeDelta({
      ops: [{ kind: 'replace', path: [], key: 'at', old: null, next: new Date(0) }],
    });
    return withTime(delta, time);
  };
  for (const time of [0.5, -0, 8.64e15 + 2, Number.POSITIVE_INFINITY]) {
    for (const read of [() => store.apply(at(time)), () => toJSONPatch(at(time))]) {
      expect(read).toThrow(expect.objectContaining({ code: 'CORRUPT_DATA' }));
    }
  }
  store.apply(at(86_400_000));
  expect(store.get().at).toEqual(new Date(86_400_000));
});

/** A delta whose one date, 1970, has another time. */
function withTime(delta: Uint8Array, time: number): Uint8Array {
  const body = delta.slice(0, -4);
  const view = new DataView(body.buffer);
  for (let at = 0; at + 9 <= body.length; at++) {
    if (body[at] !== 7 || body.subarray(at + 1, at + 9).some((byte) => byte !== 0)) continue;
    view.setFloat64(at + 1, time, true);
    return sealed(body);
  }
  throw new Error('there is no date');
}

test('a group of which a part is too large to be kept is not undone in part', () => {
  const store = open({ text: '', n: 0 }, { bytes: 2_000 });
  store.at('n').set(1);
  store.history.group(() => {
    store.at('text').set(Array.from({ length: 3_000 }, (_, index) => index % 10).join(''));
    store.at('n').set(2);
    store.at('n').set(3);
  });
  expect([store.history.canUndo, store.history.undo()]).toEqual([false, false]);
  expect(store.at('n').get()).toBe(3);
  store.at('n').set(4);
  expect(store.history.undo()).toBe(true);
  expect(store.at('n').get()).toBe(3);
});
