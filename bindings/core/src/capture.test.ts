/** What the documentation promises of snapshots that are written bit by bit. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Engine } from './engine.ts';
import { createStore, GaesupError, openStore, type SnapshotAsyncOptions, type Store } from './index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

interface Row {
  id: number;
  name: string;
}

/** So many that it takes some slices. */
const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `a name ${id}` }));
const LARGE = 30_000;

/** Each look at the clock takes a millisecond: so there are always some slices, however quick the machine is. */
beforeEach(() => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now++);
});

/** Compares bytes; item by item it would take seconds. */
function expectSame(bytes: Uint8Array, expected: Uint8Array): void {
  expect(bytes.length).toBe(expected.length);
  expect(Buffer.compare(bytes, expected)).toBe(0);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise);
  if (error instanceof GaesupError) return error.code;
  throw error;
}

describe('a snapshot that is written bit by bit', () => {
  test('has the bytes of one that is written at once', async () => {
    const store = createStore(
      { rows: rowsOf(LARGE), map: new Map([['k', new Date(5)]]) },
      { schema: { version: 3 } },
    );
    for (const compression of ['none', 'lz4', 'auto'] as const) {
      expectSame(await store.snapshotAsync({ compression }), store.snapshot({ compression }));
    }
    expectSame(await store.snapshotAsync(), store.snapshot());
    expectSame(await store.at('rows', 7).snapshotAsync(), store.at('rows', 7).snapshot());
  });

  test('holds the moment it was asked for, whatever is written meanwhile', async () => {
    const store = createStore<Record<string, unknown>>({ rows: rowsOf(LARGE), n: 0 });
    const expected = store.snapshot();
    let turns = 0;
    const coming = store.snapshotAsync({ onProgress: () => turns++ });
    store.at('n').set(1);
    store.at('rows', 3, 'name').set('written right behind');
    const disturbing = (async () => {
      for (let round = 0; round < 20; round++) {
        await new Promise((then) => setImmediate(then));
        store.at('rows', LARGE - 1 - round).set({ id: -1, name: `written meanwhile ${round}` });
        store.at('rows').move(0, 500);
        store.at(`new ${round}`).set(rowsOf(100));
      }
      store.at('rows').set('all gone');
    })();
    const [bytes] = await Promise.all([coming, disturbing]);
    expect(turns).toBeGreaterThan(1);
    expectSame(bytes, expected);
    expect(openStore<{ rows: Row[] }>(bytes).at('rows', 3).get()).toEqual(rowsOf(4)[3]);
    expect(store.at('rows').get()).toBe('all gone');
  });

  test('holds that moment also when everything is written to while memory is copied', async () => {
    const store = createStore<{ rows: Row[]; list: number[] }>({
      rows: rowsOf(LARGE),
      list: Array.from({ length: LARGE }, (_, at) => at / 3),
    });
    const expected = store.snapshot();
    let dice = 1;
    const below = (limit: number) => {
      dice = (Math.imul(dice, 1_103_515_245) + 12_345) >>> 0;
      return (dice >>> 8) % limit;
    };
    let isDone = false;
    const coming = store.snapshotAsync().finally(() => {
      isDone = true;
    });
    let rounds = 0;
    for (; !isDone; rounds++) {
      await new Promise((then) => setImmediate(then));
      store.batch(() => {
        for (let count = 0; count < 50; count++) {
          store.at('rows', below(LARGE), 'id').set(-below(1_000_000));
          store.at('list', below(LARGE)).set(below(9) / 7);
          store.at('list').remove(below(1_000));
          store.at('list').insert(below(1_000), 0.25);
          store.at('rows', below(LARGE), 'name').set(`written ${rounds} ${count}`);
        }
      });
    }
    expect(rounds).toBeGreaterThan(5);
    expectSame(await coming, expected);
  });

  test('copies no pages when it is called, and none that nobody has written to when somebody writes', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    const copied = vi.spyOn(Uint8Array.prototype, 'slice');
    const coming = store.snapshotAsync();
    const bytes = copied.mock.results.reduce((sum, { value }) => sum + (value as Uint8Array).length, 0);
    copied.mockRestore();
    const { total, reserved } = store.stats().bytes;
    expect(bytes).toBe(total - reserved);
    store.at('rows', 5, 'name').set('x');
    // Of a few segments: the row's, the text's, and those of what finds it.
    expect(store.stats().bytes.total - total).toBeLessThan(8 * 65_536);
    await coming;
  });

  test('can be one of several', async () => {
    const store = createStore({ n: 0, rows: rowsOf(20_000) });
    const expected: Uint8Array[] = [];
    const coming: Promise<Uint8Array>[] = [];
    for (let n = 0; n < 4; n++) {
      store.at('n').set(n);
      expected.push(store.snapshot());
      coming.push(store.snapshotAsync());
    }
    for (const [at, bytes] of (await Promise.all(coming)).entries())
      expectSame(bytes, expected[at] as Uint8Array);
  });

  test('lets others have their turn', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    let turns = 0;
    let isDone = false;
    const coming = store.snapshotAsync({ compression: 'lz4' }).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((then) => setImmediate(then));
      turns++;
    }
    await coming;
    expect(turns).toBeGreaterThan(2);
  });

  test('needs no setImmediate for that', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    const expected = store.snapshot();
    vi.stubGlobal('setImmediate', undefined);
    expectSame(await store.snapshotAsync(), expected);
  });

  test('says how far it is, rising to 1', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    const told: number[] = [];
    await store.snapshotAsync({ onProgress: (done) => void told.push(done) });
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]).toBeLessThan(1);
    expect(told).toEqual([...told].sort((one, other) => one - other));
    expect(told.every((done) => done >= 0 && done <= 1)).toBe(true);
    expect(told.filter((done) => done === 1)).toEqual([1]);
    const small: number[] = [];
    await createStore(1).snapshotAsync({ onProgress: (done) => void small.push(done) });
    expect(small).toEqual([1]);
  });
});

describe('a signal', () => {
  test('that has been aborted before ends it at once', async () => {
    const store = createStore({ n: 1 });
    const reason = new Error('enough');
    const onProgress = vi.fn();
    const copied = vi.spyOn(Engine, 'withoutState');
    expect(await rejection(store.snapshotAsync({ signal: AbortSignal.abort(reason), onProgress }))).toBe(
      reason,
    );
    expect(onProgress).not.toHaveBeenCalled();
    expect(copied).not.toHaveBeenCalled();
    expect(store.snapshot()).toEqual(createStore({ n: 1 }).snapshot());
  });

  test('that is aborted meanwhile gives it up, and its memory back', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    const made = vi.spyOn(Engine, 'withoutState');
    const disposed = vi.spyOn(Engine.prototype, 'dispose');
    for (const when of ['before it begins', 'in the middle'] as const) {
      const controller = new AbortController();
      let told = 0;
      const coming = store.snapshotAsync({
        signal: controller.signal,
        onProgress: () => {
          told++;
          controller.abort();
        },
      });
      if (when === 'before it begins') controller.abort();
      expect(await rejection(coming)).toMatchObject({ name: 'AbortError' });
      expect(told).toBe(when === 'before it begins' ? 0 : 1);
    }
    expect([made, disposed].map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
    const controller = new AbortController();
    const bytes = await store.snapshotAsync({ signal: controller.signal });
    controller.abort();
    expectSame(bytes, store.snapshot());
  });
});

describe('it fails', () => {
  const failing = (store: Store<{ n: number }>, options?: SnapshotAsyncOptions) =>
    store.snapshotAsync(options);

  test('by rejecting, never by throwing', async () => {
    const store = createStore({ n: 1 });
    expect(await rejection(failing(store, { compression: 'gzip' as never }))).toBeInstanceOf(TypeError);
    expect(await codeOf(store.at('x' as 'n').snapshotAsync())).toBe('PATH_NOT_FOUND');
    let coming: Promise<unknown> = Promise.resolve();
    store.batch(() => {
      coming = failing(store);
    });
    expect(await codeOf(coming)).toBe('INVALID_CALL');
    store.dispose();
    expect(await codeOf(failing(store))).toBe('DISPOSED');
  });

  test('with what onProgress throws, and gives its memory back', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    const boom = new Error('boom');
    const disposed = vi.spyOn(Engine.prototype, 'dispose');
    const onProgress = () => {
      throw boom;
    };
    expect(await rejection(store.snapshotAsync({ onProgress }))).toBe(boom);
    expect(disposed).toHaveBeenCalledOnce();
  });

  test('not because the store is disposed meanwhile', async () => {
    const store = createStore({ rows: rowsOf(LARGE) });
    const expected = store.snapshot();
    const coming = store.snapshotAsync();
    store.dispose();
    expectSame(await coming, expected);
  });
});

test('nothing of it is left in the store', async () => {
  const store = createStore({ rows: rowsOf(LARGE) });
  store.snapshot();
  const { total, reserved } = store.stats().bytes;
  for (let round = 0; round < 3; round++) await store.snapshotAsync();
  expect([store.stats().bytes.total, store.stats().bytes.reserved]).toEqual([total, reserved]);
  expect(store.version).toBe(0);
});
