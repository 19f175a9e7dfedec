/** One small test for each mistake that was made once. */
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { refusal } from '../../../tests/support/refusal.ts';
import { createStore, equals, GaesupError, type IngestStreamOptions } from './index.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

test("a cursor that read a string does not read it again under an id that is another's now", async () => {
  const store = createStore({ a: 'x' });
  const writer = store.at('a');
  const cursors = Array.from({ length: 12_000 }, (_, index) => {
    writer.set(`value ${index}`);
    const cursor = store.at('a');
    cursor.get();
    return cursor;
  });
  await idle();
  for (let index = 0; index < 50; index++) {
    writer.set(`fresh ${index}`);
    expect(new Set(cursors.map((cursor) => cursor.get()))).toEqual(new Set([`fresh ${index}`]));
  }
});

test('a merge larger than the input buffer is sent in pieces between commands', () => {
  for (const length of [1, 7, 20, 33]) {
    const keys = Array.from({ length: 5_000 }, (_, index) => `${'k'.repeat(length)}${index}`);
    const store = createStore<Record<string, { name: string }>>({});
    const partial = Object.fromEntries(keys.map((key) => [key, { name: key }]));
    store.merge(partial);
    expect(store.get()).toEqual(partial);
    expect(store.version).toBe(1);
  }
});

test('an exception in equals or in a listener is reported, and the others are called', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const store = createStore({ a: 0, b: 0 });
  const fail = (): never => {
    throw new Error('no');
  };
  let calls = 0;
  store.at('a').subscribe(() => {}, { schedule: 'sync', equals: fail });
  store.at('a').subscribe(fail, { schedule: 'sync' });
  store.at('b').subscribe(() => calls++, { schedule: 'sync' });
  for (let index = 1; index <= 5; index++) store.merge({ a: index, b: index });
  expect(calls).toBe(5);
  expect(reported).toHaveBeenCalledTimes(10);
});

test('listeners that keep writing what they listen to are stopped and reported', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  for (const schedule of ['sync', 'microtask'] as const) {
    const store = createStore({ n: 0 });
    const n = store.at('n');
    const end = n.subscribe(() => n.increment(), { schedule });
    n.increment();
    await idle();
    expect(n.get()).toBeGreaterThan(100);
    expect(n.get()).toBeLessThan(110);
    expect(reported).toHaveBeenCalledOnce();
    expect(reported.mock.calls[0]?.[0]).toMatchObject({ code: 'LISTENER_LOOP' });
    reported.mockClear();
    end();
    n.set(0);
    expect(n.get()).toBe(0);
  }
});

test('in development a date that was read cannot be changed', () => {
  const store = createStore({ a: new Date(0), b: new Date(0) });
  expect(() => store.get().a.setTime(5)).toThrow('read-only');
  expect(store.at('b').get().getTime()).toBe(0);
});

test('a refused item of a push is named by the index it would have', () => {
  const store = createStore({ list: [1, 2] as unknown[] });
  const error = refusal(() => store.at('list').push(3, () => {}));
  expect([error.code, error.path]).toEqual(['UNSUPPORTED_VALUE', ['list', 3]]);
});

test('a store that is full can be emptied', () => {
  const store = createStore<{ rows: Record<string, Record<string, boolean>>; pairs: number[][] }>(
    { rows: {}, pairs: [] },
    { limits: { bytes: 2 ** 20 } },
  );
  let rows = 0;
  const error = refusal(() => {
    for (; ; rows++) store.at('rows', `row ${rows}`).set({ a: true, b: rows % 2 === 0 });
  });
  expect(error.code).toBe('LIMIT_EXCEEDED');
  for (let row = 0; row < rows; row++) {
    store.at('rows', `row ${row}`, 'a').delete();
    store.at('rows', `row ${row}`).delete();
  }
  expect(store.get()).toEqual({ rows: {}, pairs: [] });
});

test('text beyond the limit is refused before there is a copy of it', () => {
  const store = createStore({ text: '', bytes: new Uint8Array() }, { limits: { bytes: 2 ** 20 } });
  const { total } = store.stats().bytes;
  expect(refusal(() => store.at('text').set('x'.repeat(50_000_000))).path).toEqual(['text']);
  expect(refusal(() => store.at('bytes').set(new Uint8Array(50_000_000))).code).toBe('LIMIT_EXCEEDED');
  expect(store.stats().bytes.total).toBe(total);
});

test('text of removed rows is given back while their neighbours live', async () => {
  const rows = Array.from({ length: 12_000 }, (_, index) => ({ text: `${index} ${'x'.repeat(200)}` }));
  const store = createStore({ rows });
  store.at('rows').remove(1, rows.length - 1);
  await idle();
  store.at('rows', 0, 'text').set('short');
  await idle();
  expect(store.stats().strings).toBeLessThan(10);
});

test('builtins of another realm are what they are, and what derives from them is refused', () => {
  const foreign: unknown = runInNewContext(
    '({ map: new Map([["k", 1]]), date: new Date(5), list: [1], o: {} })',
  );
  const store = createStore(foreign);
  expect(store.get()).toEqual({ map: new Map([['k', 1]]), date: new Date(5), list: [1], o: {} });
  for (const value of [
    new (class extends Map {})(),
    new (class extends Array {})(),
    new (class extends Date {})(),
  ]) {
    expect(refusal(() => createStore({ a: [value] })).path).toEqual(['a', 0]);
  }
  const pretender = { [Symbol.toStringTag]: 'Map' };
  Object.setPrototypeOf(pretender, Object.create(Object.prototype) as object);
  expect(refusal(() => createStore(pretender)).code).toBe('UNSUPPORTED_VALUE');
});

test('a map that says other than it is counts for what it is', () => {
  const map = new Map([['a', 1]]);
  Object.defineProperty(map, 'size', { value: 7 });
  expect(createStore({ map }).get()).toEqual({ map: new Map([['a', 1]]) });
  const store = createStore<Record<string, unknown>>({});
  const wrong = new Map<unknown, unknown>([
    ['a', 1],
    [2, 3],
  ]) as unknown as Record<string, unknown>;
  expect(refusal(() => store.merge(wrong)).code).toBe('UNSUPPORTED_VALUE');
  expect(store.get()).toEqual({});
});

test('minus zero is the first index', () => {
  expect(
    createStore({ list: ['first'] })
      .at('list', -0)
      .get(),
  ).toBe('first');
});

test('errors of the engine name the place', () => {
  const store = createStore<{ a: { b: unknown }[] }>({ a: [{ b: 'text' }] });
  const number = store.at('a', 0, 'b');
  expect(refusal(() => (number as unknown as { increment(): void }).increment()).message).toBe(
    'a[0].b: expected a number.',
  );
});

test('two subscriptions to one place are one watcher', () => {
  const store = createStore({ a: 1 });
  const ends = [store.at('a').subscribe(() => {}), store.at((s) => s.a).subscribe(() => {})];
  expect(store.stats().watchers).toBe(1);
  for (const end of ends) end();
  expect(store.stats().watchers).toBe(0);
});

test('a subscription can be ended after its store is gone', () => {
  const store = createStore({ a: 1 });
  const end = store.at('a').subscribe(() => {});
  store.dispose();
  expect(end).not.toThrow();
});

test('a key longer than the limit on bytes is a key that is not there', () => {
  const store = createStore<Record<string, number>>({ a: 1 }, { limits: { bytes: 2 ** 20 } });
  const long = 'k'.repeat(2_000_000);
  expect(store.at(long).get()).toBeUndefined();
  expect(refusal(() => store.at(long).set(1)).code).toBe('LIMIT_EXCEEDED');
  expect(store.get()).toEqual({ a: 1 });
});

test('a frozen stand-in or draft leaves all others as they are', () => {
  const store = createStore({ a: { x: 1 } as { readonly x: number } });
  expect(() => store.get((s) => Object.freeze(s.a))).toThrow(TypeError);
  expect(() => store.get((s) => Object.setPrototypeOf(s, { evil: 1 }))).toThrow(TypeError);
  expect(() => store.update((draft) => void Object.freeze(draft.a))).toThrow(TypeError);
  expect(createStore({ b: 2 }).get((s) => Object.keys(s))).toEqual(['b']);
});

test('what is changed after it was assigned to a draft is not lost', () => {
  const store = createStore({ groups: {} as Record<string, number[]> });
  store.update((draft) => {
    const items: number[] = [];
    draft.groups['a'] = items;
    items.push(1);
  });
  expect(store.get()).toEqual({ groups: { a: [1] } });
});

test('places that only passing selections read are not kept', () => {
  const store = createStore({ rows: {} as Record<string, number> });
  const core = (store as unknown as { core: { watching: { inUse: Set<unknown> } } }).core;
  for (let row = 0; row < 100; row++) {
    const place = store.at('rows', `r${row}`);
    store.select(() => place.get()).get();
  }
  expect(core.watching.inUse.size).toBe(0);
});

test('a reportError that throws stops no other listener', () => {
  vi.stubGlobal('reportError', () => {
    throw new Error('from the stub');
  });
  vi.useFakeTimers();
  const store = createStore({ n: 0 });
  const told: number[] = [];
  store.at('n').subscribe(
    () => {
      throw new Error('from the listener');
    },
    { schedule: 'sync' },
  );
  store.at('n').subscribe((n) => told.push(n), { schedule: 'sync' });
  store.at('n').set(1);
  store.at('n').set(2);
  expect(told).toEqual([1, 2]);
  expect(() => vi.runAllTimers()).toThrow('from the listener');
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a selection over two stores never keeps the middle of a batch', () => {
  const [left, right] = [createStore({ x: 1 }), createStore({ y: 1 })];
  const y = right.at('y');
  const sum = left.select((s) => s.x * 10 + y.get());
  const told: number[] = [];
  sum.subscribe((value) => told.push(value), { schedule: 'sync' });
  expect(() =>
    right.batch(() => {
      y.set(5);
      expect(sum.get()).toBe(15);
      left.at('x').set(2);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect([sum.get(), told]).toEqual([21, [21]]);
});

test('a container that an equal one has replaced in a recipe is replaced all the same', () => {
  const store = createStore({ a: [] as number[], o: { x: 1 } as { x: number; y?: number } });
  store.update((draft) => {
    const { a, o } = draft;
    draft.a = [];
    draft.o = { x: 1 };
    a.push(1);
    o.y = 2;
  });
  expect([store.get(), store.version]).toEqual([{ a: [], o: { x: 1 } }, 0]);
});

test('what a selector makes of stand-ins may be spread, made of getters, or of the parts of another', () => {
  const store = createStore({ m: new Map([['k', 1]]), n: { v: 1 }, a: { b: 1 } as unknown });
  expect(store.get((s) => ({ ...s.m, a: 1 }))).toEqual({ a: 1 });
  store.update((draft) => {
    draft.a = { ...draft.m, b: 2 };
  });
  expect(store.at('a').get()).toEqual({ b: 2 });
  const made = store.get((s) => ({
    get v() {
      return s.n;
    },
  }));
  expect(made).toEqual({ v: { v: 1 } });
  const place = store.select((s) => (s.a as { b?: number }).b);
  const seen: unknown[] = [];
  place.subscribe((value) => seen.push(value), { schedule: 'sync' });
  store.at('a').set(new Map([['b', 7]]));
  expect([place.get(), seen]).toEqual([undefined, [undefined]]);
});

test('a place remembered in a batch is looked for again after a draft has put items elsewhere', () => {
  const store = createStore<unknown>([null, { x: 1 }, [7], null]);
  store.batch(() => {
    store.at(1, 'x').set(2);
    store.update((draft) => void (draft as unknown[]).reverse());
    store.at(1, 0).delete();
  });
  expect(store.get()).toEqual([null, [], { x: 2 }, null]);
});

test('a copy that was never placed does not bring back what it was made of', () => {
  const store = createStore<{ a?: unknown; new?: unknown }>({ a: 1, new: 2 });
  store.set({ a: [2, 'a'] });
  store.update((draft) => {
    store.at('new').set(draft.a);
    store.at('new').set(5);
    store.at('a').delete();
  });
  expect(store.get()).toEqual({ new: 5 });
});

test('a place means its path also after a recipe has moved the container that was there', () => {
  const store = createStore<Record<string, unknown>>({ a: { x: 0, y: { z: 0 } } });
  store.onCommit(() => {});
  store.at('a', 'x').set(1);
  store.at('a', 'y', 'z').set(1);
  store.update((draft) => {
    draft.a = { inside: draft.a };
  });
  store.at('a').merge({ id: 1 });
  expect(() => store.at('a', 'y', 'z').set(2)).toThrow(GaesupError);
  expect(store.get()).toEqual({ a: { inside: { x: 1, y: { z: 1 } }, id: 1 } });
});

test('what bytes have changed is told to those who watch it', () => {
  const store = createStore({ rows: [{ n: 1 }, { n: 2 }] });
  const before = store.snapshot();
  const seen: unknown[] = [];
  const options = { schedule: 'sync' } as const;
  store.at('rows', 0).subscribe((row) => seen.push(row), options);
  store.at('rows', 1, 'n').subscribe((n) => seen.push(n), options);
  expect(store.at('rows').ingest('[{"n":1},{"n":3}]').updated).toBe(1);
  expect(seen).toEqual([3]);
  store.restore(before);
  expect(seen).toEqual([3, 2]);
});

test('a reconciliation answers with its own changes, whatever a listener reconciles meanwhile', () => {
  const store = createStore({ a: { n: 1 }, log: [] as string[] });
  store.at('a', 'n').subscribe((n) => store.at('log').reconcile([`${n}`]), { schedule: 'sync' });
  expect(store.at('a').reconcile({ n: 2 })).toEqual({ added: 0, removed: 0, updated: 1, moved: 0 });
  expect(store.at('a').ingest('{"n":3}')).toEqual({ added: 0, removed: 0, updated: 1, moved: 0 });
});

test('states are equal whatever version of the application they are of', () => {
  const one = createStore({ n: 1 }, { schema: { version: 1 } });
  const other = createStore({ n: 1 }, { schema: { version: 300 } });
  expect(equals(one, other)).toBe(true);
  expect(equals(one.at('n'), createStore(1))).toBe(true);
  other.at('n').set(2);
  expect(equals(one, other)).toBe(false);
});

test('a deep snapshot is migrated by a store that holds as much', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const limits = { depth: 500 };
  const old = createStore(nested(400), { limits });
  const store = createStore<unknown>(0, { limits, schema: { version: 1, migrate: (state) => [state] } });
  store.restore(old.snapshot());
  expect(store.get()).toEqual([old.get()]);
});

test('lone surrogates in a text that is taken in stay what they are', () => {
  const store = createStore<unknown>(null);
  for (const text of ['"\ud800x"', '{"\udc00":"\ud83d\ude00\ud83d"}', '["\udbff","\udfff\udfff"]']) {
    store.ingest(text);
    expect(store.get()).toEqual(JSON.parse(text));
  }
  store.ingest('"\\\\\ud800"');
  expect(store.get()).toBe('\\\ud800');
  expect(refusal(() => store.ingest('"\\\ud800"')).code).toBe('CORRUPT_DATA');
});

describe('data that came as bytes', () => {
  const payload = (round: number) =>
    JSON.stringify(Array.from({ length: 3_000 }, (_, id) => ({ id, tag: `tag ${round}, ${id}` })));

  test('leaves texts that are collected when nothing refers to them any more', () => {
    vi.useFakeTimers();
    const store = createStore({ rows: [] as unknown[] });
    for (let round = 0; round < 10; round++) {
      store.at('rows').ingest(payload(round), { key: 'id' });
      vi.runAllTimers();
    }
    expect(store.stats().strings).toBeLessThan(15_000);
    for (let round = 10; round < 20; round++) {
      expect(() => store.at('rows').ingest(`${payload(round)}]`)).toThrow(GaesupError);
      vi.runAllTimers();
    }
    expect(store.stats().strings).toBeLessThan(15_000);
    expect(store.get()).toEqual({ rows: JSON.parse(payload(9)) });
  });

  test('has no origin within a batch, which is a commit as a whole', () => {
    const store = createStore({ rows: [1] });
    expect(() => store.batch(() => store.at('rows').ingest('[2]', { origin: 'server' }))).toThrow(/origin/);
    expect(store.get()).toEqual({ rows: [1] });
  });

  test('is not taken in when its signal was aborted before', () => {
    const store = createStore({ rows: [1] });
    const signal = AbortSignal.abort(new Error('too late'));
    const options: IngestStreamOptions = { signal };
    expect(() => store.at('rows').ingest('[2]', options)).toThrow('too late');
    expect(store.get()).toEqual({ rows: [1] });
  });
});

test('a snapshot is nothing that a selector can depend on', () => {
  const store = createStore({ a: { v: 1 }, b: { v: 1 } });
  expect(() => store.select(() => equals(store.at('a'), store.at('b'))).get()).toThrow(/only reads/);
});

test('a listener that is told without the value is told again after its path has led elsewhere', () => {
  const store = createStore({ marks: {} as Record<string, boolean> });
  const second = store.at('marks', 'second');
  const seen: unknown[] = [];
  second.subscribe(() => seen.push(second.get()), { schedule: 'sync', lazy: true });
  store.at('marks', 'first').set(true);
  store.at('marks').merge({ second: true, third: true });
  expect(seen.at(-1)).toBe(true);
  second.delete();
  expect(seen.at(-1)).toBe(undefined);
});

test('a snapshot in slices needs neither setImmediate nor MessageChannel', async () => {
  const store = createStore({ a: 1 });
  for (const name of ['setImmediate', 'MessageChannel']) vi.stubGlobal(name, undefined);
  expect(await store.snapshotAsync()).toEqual(store.snapshot());
});
