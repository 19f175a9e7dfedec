/** What subscriptions promise, and what listeners may do while others wait. */
import { afterEach, expect, test, vi } from 'vitest';
import { createStore, GaesupError, type Store } from './index.ts';
import type { SubscribeOptions } from './types.ts';

afterEach(() => void vi.unstubAllGlobals());

const SYNC = { schedule: 'sync' } as const;

interface State {
  a: number;
  b: number;
  rows: { v: number }[];
}

const storeOf = (): Store<State> => createStore({ a: 0, b: 0, rows: [{ v: 1 }, { v: 2 }] });

/** Errors that were reported as uncaught while the test ran. */
function reports(): unknown[] {
  const errors: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => void errors.push(error));
  return errors;
}

const rounds = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Watches `a` by a cursor and by selections; they must behave alike. */
const ways: Record<string, (store: Store<State>) => Pick<Store<number>, 'subscribe'>> = {
  cursor: (store) => store.at('a'),
  'path selection': (store) => store.select((s) => s.a),
  'computed selection': (store) => store.select((s) => s.a + 0),
  'derived selection': (store) => {
    const inner = store.select((s) => s.a * 2);
    return store.select(() => inner.get() / 2);
  },
};

/** Subscribes, changes things, and compares the calls. */
function check(
  way: (store: Store<State>) => Pick<Store<number>, 'subscribe'>,
  options: SubscribeOptions,
  change: (store: Store<State>) => void,
  expected: readonly (readonly [number, number])[],
): void {
  const store = storeOf();
  const calls: [number, number][] = [];
  way(store).subscribe((value, previous) => void calls.push([value, previous]), { ...SYNC, ...options });
  change(store);
  expect(calls).toEqual(expected);
  store.dispose();
}

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: immediate`, () =>
    check(way, { immediate: true }, (store) => store.at('a').set(3), [
      [0, 0],
      [3, 0],
    ]));

  test(`${name}: equals compares with the value told last`, () =>
    check(
      way,
      { equals: (a, b) => Math.abs(Number(a) - Number(b)) < 3 },
      (store) => {
        for (let a = 1; a <= 7; a++) store.at('a').set(a);
      },
      [
        [3, 0],
        [6, 3],
      ],
    ));

  test(`${name}: a signal ends it`, () => {
    const controller = new AbortController();
    check(
      way,
      { signal: controller.signal },
      (store) => {
        store.at('a').set(1);
        controller.abort();
        store.at('a').set(2);
        expect(store.stats().watchers).toBe(0);
      },
      [[1, 0]],
    );
  });

  test(`${name}: a signal that has aborted lets nothing begin`, () =>
    check(way, { signal: AbortSignal.abort(), immediate: true }, (store) => store.at('a').set(1), []));

  test(`${name}: unsubscribing twice ends one subscription`, () => {
    const store = storeOf();
    let calls = 0;
    const readable = way(store);
    const stop = readable.subscribe(() => calls++, SYNC);
    readable.subscribe(() => calls++, SYNC);
    stop();
    stop();
    store.at('a').set(1);
    expect(calls).toBe(1);
  });

  test(`${name}: one function subscribed twice is called twice`, () => {
    const store = storeOf();
    let calls = 0;
    const listener = (): void => void calls++;
    const readable = way(store);
    readable.subscribe(listener, SYNC);
    const stop = readable.subscribe(listener, SYNC);
    store.at('a').set(1);
    stop();
    store.at('a').set(2);
    expect(calls).toBe(3);
  });

  test(`${name}: an exception is reported, the others are called`, () => {
    const errors = reports();
    const store = storeOf();
    const boom = new Error('boom');
    const seen: number[] = [];
    const readable = way(store);
    readable.subscribe((value) => void seen.push(value), SYNC);
    readable.subscribe(() => {
      throw boom;
    }, SYNC);
    readable.subscribe((value) => void seen.push(value), SYNC);
    store.at('a').set(1);
    store.at('a').set(2);
    expect([seen, errors]).toEqual([
      [1, 1, 2, 2],
      [boom, boom],
    ]);
  });

  test(`${name}: a listener may write, and sees what it wrote once`, () => {
    const store = storeOf();
    const calls: string[] = [];
    way(store).subscribe((value) => {
      calls.push(`first ${value}`);
      if (value < 3) store.at('a').set(value + 1);
    }, SYNC);
    way(store).subscribe((value) => void calls.push(`second ${value}`), SYNC);
    store.at('a').set(1);
    expect(store.at('a').get()).toBe(3);
    expect(calls.filter((call) => call.startsWith('first'))).toEqual(['first 1', 'first 2', 'first 3']);
    // Whoever waited is told the value of then, and never the same twice.
    const second = calls.filter((call) => call.startsWith('second'));
    expect(second.at(-1)).toBe('second 3');
    expect(new Set(second).size).toBe(second.length);
  });

  test(`${name}: a listener may subscribe; the new one is told later changes only`, () => {
    const store = storeOf();
    const calls: number[] = [];
    let began = false;
    way(store).subscribe(() => {
      if (began) return;
      began = true;
      way(store).subscribe((value) => void calls.push(value), SYNC);
    }, SYNC);
    store.at('a').set(1);
    store.at('a').set(2);
    expect(calls).toEqual([2]);
  });

  test(`${name}: a listener may unsubscribe itself and others`, () => {
    const store = storeOf();
    const calls: string[] = [];
    const readable = way(store);
    const stops = ['a', 'b', 'c'].map((each) =>
      readable.subscribe(() => {
        calls.push(each);
        if (each === 'b') for (const stop of stops) stop();
      }, SYNC),
    );
    store.at('a').set(1);
    store.at('a').set(2);
    expect(calls).toEqual(['a', 'b']);
    expect(store.stats().watchers).toBe(0);
  });

  test(`${name}: a listener may dispose the store; nobody is called after that`, () => {
    const errors = reports();
    const store = storeOf();
    const calls: string[] = [];
    way(store).subscribe(() => {
      calls.push('first');
      store.dispose();
    }, SYNC);
    way(store).subscribe(() => void calls.push('second'), SYNC);
    store.at('a').set(1);
    expect([calls, errors]).toEqual([['first'], []]);
    expect(() => store.get()).toThrow(GaesupError);
  });
}

/** Two listeners that answer each other; in one store or in two. */
const pairs: Record<string, () => [left: Store<State>, right: Store<State>]> = {
  'one store': () => {
    const store = storeOf();
    return [store, store];
  },
  'two stores': () => [storeOf(), storeOf()],
};

for (const schedule of ['sync', 'microtask'] as const) {
  for (const [name, make] of Object.entries(pairs)) {
    test(`${schedule}: ping-pong in ${name} stops after 100 rounds`, async () => {
      const errors = reports();
      const [left, right] = make();
      let calls = 0;
      left.at('a').subscribe(
        (value) => {
          calls++;
          right.at('b').set(value + 1);
        },
        { schedule },
      );
      right.at('b').subscribe(
        (value) => {
          calls++;
          left.at('a').set(value + 1);
        },
        { schedule },
      );
      left.at('a').set(1);
      await rounds();
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        expect(error).toBeInstanceOf(GaesupError);
        expect((error as GaesupError).code).toBe('LISTENER_LOOP');
        expect((error as GaesupError).message).toContain('100');
      }
      expect(calls).toBeGreaterThanOrEqual(99);
      expect(calls).toBeLessThanOrEqual(201);
      // They are not broken for good.
      const before = calls;
      left.at('rows', 0, 'v').set(-1);
      right.at('a').set(-5);
      await rounds();
      expect(calls).toBeGreaterThan(left === right ? before : before - 1);
      expect(left.at('rows', 0, 'v').get()).toBe(-1);
    });
  }
}

test('99 rounds are no error', () => {
  const errors = reports();
  const store = storeOf();
  store.at('a').subscribe((value) => {
    if (value < 99) store.at('a').set(value + 1);
  }, SYNC);
  store.at('a').set(1);
  expect([store.at('a').get(), errors]).toEqual([99, []]);
});

test('sync listeners of a batch are called when it has ended, and may begin another', () => {
  const store = storeOf();
  const calls: unknown[] = [];
  store.at('a').subscribe((value) => {
    calls.push(['a', value, store.version]);
    store.batch(() => {
      store.at('b').set(value * 10);
      store.at('b').increment();
    });
    calls.push('the listener has gone on');
  }, SYNC);
  store.at('b').subscribe((value) => void calls.push(['b', value, store.version]), SYNC);
  store.batch(() => {
    store.at('a').set(1);
    store.at('a').set(2);
    expect(calls).toEqual([]);
  });
  expect(calls).toEqual([['a', 2, 1], 'the listener has gone on', ['b', 21, 2]]);
});

test.each(['cursor', 'selection'])(
  'a lazy listener is told of what a place leads to when it has moved: %s',
  (kind) => {
    const store = storeOf();
    const v = kind === 'cursor' ? store.at('rows', 1, 'v') : store.select((s) => s.rows[1]!.v);
    const seen: unknown[] = [];
    v.subscribe(() => seen.push(v.get()), { ...SYNC, lazy: true });
    store.at('rows').insert(0, { v: 0 });
    for (const next of [5, 6]) store.at('rows', 1, 'v').set(next);
    store.at('rows').remove(0);
    store.at('rows', 1, 'v').set(8);
    expect(seen).toEqual([1, 5, 6, 2, 8]);
  },
);

test('naming a place that is watched gives the cursor that is watched, for as long as it is', () => {
  const store = storeOf();
  const first = store.at('rows', 0);
  const end = store.at('rows', 0).subscribe(() => {});
  const watched = store.at('rows', 0);
  expect([watched, store.at('rows').at(0), store.at((state) => state.rows[0])]).toEqual([
    watched,
    watched,
    watched,
  ]);
  expect(store.at('rows', 0)).toBe(watched);
  expect(first.get()).toBe(watched.get());
  end();
  expect(store.at('rows', 0)).not.toBe(watched);
});

test('letting go of what is known of many places keeps what watches the whole state', () => {
  const store = createStore({ rows: { r1: { v: 0 } } as Record<string, { v: number }> });
  const calls = [0, 0];
  store.subscribe(() => calls[0]!++, SYNC);
  // More than are remembered.
  for (let row = 0; row <= 1 << 18; row++) store.at('rows', `r${row}`, 'v');
  store.subscribe(() => calls[1]!++, SYNC);
  expect(store.stats().watchers).toBe(1);
  store.at('rows', 'r1', 'v').set(1);
  expect(calls).toEqual([1, 1]);
});
