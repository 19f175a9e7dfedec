/** The rules of transactions that a random program would seldom meet. */
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { type Cursor, createStore, GaesupError, type Store } from './index.ts';

afterEach(() => void vi.unstubAllGlobals());

const SYNC = { schedule: 'sync' } as const;

interface State {
  n: number;
  text: string;
  rows: { v: number; tags?: string[] }[];
  map: Map<string, number>;
}

const storeOf = (): Store<State> =>
  createStore<State>({ n: 0, text: 'a', rows: [{ v: 1 }, { v: 2 }], map: new Map([['k', 1]]) });

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Runs something that has to fail in a batch, and checks that nothing has happened. */
function check(change: (store: Store<State>) => unknown, expected: (error: unknown) => void): void {
  const store = storeOf();
  const { rows, map } = { rows: store.at('rows').get(), map: store.at('map').get() };
  const before = store.get();
  const calls: unknown[] = [];
  store.subscribe((value) => void calls.push(value), SYNC);
  expected(errorOf(() => change(store)));
  expect(store.get()).toBe(before);
  expect([store.at('rows').get(), store.at('map').get()]).toEqual([rows, map]);
  expect(store.at('rows').get()).toBe(rows);
  expect([calls, store.version]).toEqual([[], 0]);
  // It is ready for the next one.
  store.batch(() => store.at('n').increment());
  expect([store.at('n').get(), store.version, calls.length]).toEqual([1, 1, 1]);
  store.dispose();
}

const withCode =
  (code: string, ...path: (string | number)[]) =>
  (error: unknown): void => {
    expect(error).toBeInstanceOf(GaesupError);
    expect([(error as GaesupError).code, (error as GaesupError).path]).toEqual([code, path]);
  };

const boom = new Error('boom');
const isBoom = (error: unknown): void => expect(error).toBe(boom);
const isTypeError = (error: unknown): void => expect(error).toBeInstanceOf(TypeError);
const write = (store: Store<State>): void => {
  store.at('n').set(5);
  store.at('rows').push({ v: 3 });
  store.at('rows', 0).merge({ tags: ['x'] });
  store.at('map', 'k').delete();
};

const failures: Record<string, [(store: Store<State>) => unknown, (error: unknown) => void]> = {
  'a throw': [
    (store) =>
      store.batch(() => {
        write(store);
        throw boom;
      }),
    isBoom,
  ],
  'a throw of nothing': [
    (store) =>
      store.batch(() => {
        write(store);
        throw undefined;
      }),
    (error) => expect(error).toBeUndefined(),
  ],
  'a write that cannot be done': [
    (store) =>
      store.batch(() => {
        write(store);
        store.at('rows', 9, 'v').set(1);
      }),
    withCode('PATH_NOT_FOUND', 'rows', 9, 'v'),
  ],
  'such a write, and more behind it': [
    (store) =>
      store.batch(() => {
        write(store);
        (store.at('text') as Cursor<unknown>).increment();
        write(store);
      }),
    withCode('TYPE_MISMATCH', 'text'),
  ],
  'such a write that is caught': [
    (store) =>
      store.batch(() => {
        store.at('rows', 9).delete();
        errorOf(() => store.get());
        errorOf(() => store.at('n').set(1));
        errorOf(() => store.batch(() => {}));
      }),
    withCode('PATH_NOT_FOUND', 'rows', 9),
  ],
  'a value that is not supported': [
    (store) =>
      store.batch(() => {
        write(store);
        store.at('rows', 0).set({ v: (() => {}) as unknown as number });
      }),
    withCode('UNSUPPORTED_VALUE', 'rows', 0, 'v'),
  ],
  'such a value that is caught': [
    (store) =>
      store.batch(() => {
        write(store);
        errorOf(() => store.at('n').set(Symbol('no') as unknown as number));
      }),
    withCode('UNSUPPORTED_VALUE', 'n'),
  ],
  'a getter that throws in a value': [
    (store) =>
      store.batch(() => {
        write(store);
        store.at('rows').push({
          get v(): number {
            throw boom;
          },
        });
      }),
    isBoom,
  ],
  'a getter that writes the store': [
    (store) =>
      store.batch(() =>
        store.at('rows').push({
          get v(): number {
            store.at('n').set(9);
            return 1;
          },
        }),
      ),
    withCode('INVALID_CALL'),
  ],
  'an async function': [(store) => store.batch(async () => write(store)), withCode('INVALID_CALL')],
  'an async function of another realm': [
    (store) => store.batch(runInNewContext('(async () => {})') as () => Promise<void>),
    withCode('INVALID_CALL'),
  ],
  'a promise': [
    (store) =>
      store.batch(() => {
        write(store);
        return Promise.reject(boom);
      }),
    withCode('INVALID_CALL'),
  ],
  'a thenable': [
    (store) =>
      store.batch(() => {
        write(store);
        // biome-ignore lint/suspicious/noThenProperty: this is what is refused
        return { then: () => {} };
      }),
    withCode('INVALID_CALL'),
  ],
  'an async function in a batch': [
    (store) =>
      store.batch(() => {
        write(store);
        store.batch(async () => {});
      }),
    withCode('INVALID_CALL'),
  ],
  'no function': [(store) => store.batch(5 as unknown as () => void), isTypeError],
  'a throw in the outer one after an inner one that went well': [
    (store) =>
      store.batch(() => {
        store.batch(() => write(store));
        throw boom;
      }),
    isBoom,
  ],
  'a write of the outer one that shows in the inner one': [
    (store) =>
      store.batch(() => {
        store.at('rows', 9).delete();
        errorOf(() => store.batch(() => store.at('n').set(1)));
      }),
    withCode('PATH_NOT_FOUND', 'rows', 9),
  ],
  'a batch in a selector': [
    (store) => store.get(() => store.batch(() => write(store))),
    withCode('INVALID_CALL'),
  ],
};

for (const [name, [change, expected]] of Object.entries(failures)) test(name, () => check(change, expected));

test('an async function is not even called', () => {
  const store = storeOf();
  let calls = 0;
  expect(() =>
    store.batch(async () => {
      calls++;
    }),
  ).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
  expect(calls).toBe(0);
});

test('it gives back what the function does, undefined and functions too', () => {
  const store = storeOf();
  const result = { a: 1 };
  expect(store.batch(() => result)).toBe(result);
  expect(store.batch(() => undefined)).toBeUndefined();
  expect(store.batch(() => storeOf)).toBe(storeOf);
  expect(store.version).toBe(0);
});

test('an inner one that fails takes back its own writes only', () => {
  const store = storeOf();
  store.batch(() => {
    store.at('n').set(1);
    const error = errorOf(() =>
      store.batch(() => {
        write(store);
        expect(store.at('n').get()).toBe(5);
        throw boom;
      }),
    );
    expect(error).toBe(boom);
    expect(store.get()).toEqual({ n: 1, text: 'a', rows: [{ v: 1 }, { v: 2 }], map: new Map([['k', 1]]) });
    const refused = errorOf(() =>
      store.batch(() => {
        store.at('n').set(7);
        store.at('rows', 9, 'v').increment();
      }),
    );
    expect((refused as GaesupError).code).toBe('PATH_NOT_FOUND');
    expect(store.at('n').get()).toBe(1);
    store.at('text').set('b');
  });
  expect([store.at('n').get(), store.at('text').get(), store.version]).toEqual([1, 'b', 1]);
});

test('views read inside stay what they were, whatever becomes of the batch', () => {
  const store = storeOf();
  const before = store.at('rows').get();
  const seen: unknown[] = [];
  errorOf(() =>
    store.batch(() => {
      store.at('rows', 0, 'v').set(10);
      seen.push(store.at('rows').get());
      store.at('rows').remove(0);
      seen.push(store.at('rows').get());
      throw boom;
    }),
  );
  expect(seen).toEqual([[{ v: 10 }, { v: 2 }], [{ v: 2 }]]);
  expect(store.at('rows').get()).toBe(before);
  // The one that has not changed is the same object all the time.
  expect((seen[1] as unknown[])[0]).toBe(before[1]);
});

test('nothing is told to those who subscribe inside, but what comes later', () => {
  const store = storeOf();
  const calls: unknown[] = [];
  store.batch(() => {
    store.at('n').set(1);
    store.at('n').subscribe((value, previous) => void calls.push([value, previous]), SYNC);
    store.select((s) => s.n * 2).subscribe((value, previous) => void calls.push([value, previous]), SYNC);
    store.at('n').set(2);
  });
  expect(calls).toEqual([
    [2, 1],
    [4, 2],
  ]);
});

test('who subscribed inside one that failed watches what is there', () => {
  const store = storeOf();
  const calls: unknown[] = [];
  errorOf(() =>
    store.batch(() => {
      store.at('rows').insert(0, { v: 9 });
      store.at('rows', 0, 'v').subscribe((value) => void calls.push(value), SYNC);
      store.select((s) => s.rows.map((row) => row.v)).subscribe((value) => void calls.push(value), SYNC);
      throw boom;
    }),
  );
  // They were told 9 when they began, and that is gone.
  calls.length = 0;
  store.at('rows', 0, 'v').set(4);
  expect(calls).toEqual([4, [4, 2]]);
});

test('a store may be disposed inside', () => {
  const store = storeOf();
  const error = errorOf(() =>
    store.batch(() => {
      write(store);
      store.dispose();
    }),
  );
  expect((error as GaesupError).code).toBe('DISPOSED');
  expect((errorOf(() => store.get()) as GaesupError).code).toBe('DISPOSED');
});

test('batches of two stores may cross', () => {
  const [left, right] = [storeOf(), storeOf()];
  errorOf(() =>
    left.batch(() => {
      left.at('n').set(1);
      right.batch(() => {
        right.at('n').set(1);
        left.at('n').increment();
      });
      throw boom;
    }),
  );
  expect([left.at('n').get(), right.at('n').get()]).toEqual([0, 1]);
});

test('values larger than the input buffer go through in pieces, and back', () => {
  const store = createStore<{ rows: { id: number; name: string }[] }>({ rows: [] });
  const rows = Array.from({ length: 60_000 }, (_, id) => ({ id, name: `${'n'.repeat(id % 40)}${id}` }));
  const error = errorOf(() =>
    store.batch(() => {
      store.at('rows').set(rows);
      expect(store.at('rows', 59_999).get()).toEqual(rows[59_999]);
      throw boom;
    }),
  );
  expect(error).toBe(boom);
  expect(store.at('rows').get()).toEqual([]);
  store.batch(() => {
    for (const row of rows) store.at('rows').push(row);
  });
  expect(store.at('rows').get()).toEqual(rows);
  expect(store.version).toBe(1);
});
