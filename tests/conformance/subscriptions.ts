/** Who is told what, when, and what listeners may do meanwhile. */
import { check, checkEqual, checkSame } from './check.ts';
import {
  afterMicrotasks,
  type Harness,
  type Listener,
  type Platform,
  type Store,
  type Subject,
  withStore,
} from './subject.ts';

interface Recorder {
  readonly calls: (readonly [value: unknown, previous: unknown])[];
  readonly listener: Listener;
}

function recorder(): Recorder {
  const calls: [unknown, unknown][] = [];
  return { calls, listener: (value, previous) => void calls.push([value, previous]) };
}

const SYNC = { schedule: 'sync' } as const;

const initial = (): unknown => ({ n: 0, text: 'a', rows: [{ v: 1 }, { v: 2 }], map: new Map([['k', 1]]) });

export function defineSubscriptions(subject: Subject, { describe, it }: Harness, platform: Platform): void {
  /** A check on a store of its own. */
  const on = (title: string, body: (store: Store) => void | Promise<void>): void =>
    it(title, () => withStore(subject, initial(), body));

  describe('sync listeners', () => {
    on('are called before the write returns, with the value and the one before', (store) => {
      const { calls, listener } = recorder();
      store.at('n').subscribe(listener, SYNC);
      store.at('n').set(1);
      checkEqual(calls, [[1, 0]]);
      store.at('n').increment(4);
      checkEqual(calls, [
        [1, 0],
        [5, 1],
      ]);
    });

    on('get the views that get() returns', (store) => {
      const { calls, listener } = recorder();
      const before = store.at('rows').get();
      store.at('rows').subscribe(listener, SYNC);
      store.at('rows', 0, 'v').set(9);
      checkSame(calls.length, 1, 'calls');
      checkSame(calls[0]?.[0], store.at('rows').get(), 'the value');
      checkSame(calls[0]?.[1], before, 'the previous value');
      checkEqual(before, [{ v: 1 }, { v: 2 }], 'the previous value');
    });

    on('above a change are called, beside and below are not', (store) => {
      const places = [
        [],
        ['rows'],
        ['rows', 0],
        ['rows', 0, 'v'],
        ['rows', 1],
        ['rows', 1, 'v'],
        ['n'],
        ['map', 'k'],
      ];
      const recorders = places.map((path) => {
        const each = recorder();
        store.at(...path).subscribe(each.listener, SYNC);
        return each;
      });
      store.at('rows', 0, 'v').set(7);
      checkEqual(
        recorders.map(({ calls }) => calls.length),
        [1, 1, 1, 1, 0, 0, 0, 0],
      );
      store.at('rows').insert(0, { v: 0 });
      checkEqual(
        recorders.map(({ calls }) => calls.length),
        [2, 2, 2, 2, 1, 1, 0, 0],
      );
    });

    on('are told when a place appears and disappears', (store) => {
      const { calls, listener } = recorder();
      store.at('new', 'deep').subscribe(listener, SYNC);
      store.at('new').set({ deep: 1 });
      store.at('new').delete();
      store.at('new').set({ other: 1 });
      checkEqual(calls, [
        [1, undefined],
        [undefined, 1],
      ]);
    });

    on('are not called for writes that change nothing, or that fail', (store) => {
      const { calls, listener } = recorder();
      store.subscribe(listener, SYNC);
      store.at('n').set(0);
      store.at('rows').set([{ v: 1 }, { v: 2 }]);
      store.merge({ text: 'a' });
      store.at('rows').push();
      try {
        store.at('text').increment();
      } catch {
        // Refused, as it must be.
      }
      checkSame(calls.length, 0, 'calls');
    });
  });

  describe('microtask listeners', () => {
    on('are the default: once per tick, with the last value and the first one before', async (store) => {
      const { calls, listener } = recorder();
      store.at('n').subscribe(listener);
      for (let value = 1; value <= 10; value += 1) store.at('n').set(value);
      checkSame(calls.length, 0, 'calls before the microtask');
      await afterMicrotasks();
      checkEqual(calls, [[10, 0]]);
      store.at('n').set(11);
      await afterMicrotasks();
      checkEqual(calls, [
        [10, 0],
        [11, 10],
      ]);
    });

    on('hear nothing of a scalar that is set and set back', async (store) => {
      const { calls, listener } = recorder();
      store.at('n').subscribe(listener, { schedule: 'microtask' });
      store.at('n').set(1);
      store.at('n').set(0);
      await afterMicrotasks();
      checkSame(calls.length, 0, 'calls');
    });

    on('read the newest state when they run', async (store) => {
      const seen: unknown[] = [];
      store.at('n').subscribe(() => seen.push(store.at('text').get()));
      store.at('n').set(1);
      store.at('text').set('later');
      await afterMicrotasks();
      checkEqual(seen, ['later']);
    });

    on('that were unsubscribed before they ran are not called', async (store) => {
      const { calls, listener } = recorder();
      const stop = store.at('n').subscribe(listener);
      store.at('n').set(1);
      stop();
      await afterMicrotasks();
      checkSame(calls.length, 0, 'calls');
    });
  });

  describe('options', () => {
    on('immediate calls once at once', async (store) => {
      for (const options of [{ immediate: true }, { immediate: true, ...SYNC }]) {
        const { calls, listener } = recorder();
        const stop = store.at('n').subscribe(listener, options);
        checkSame(calls.length, 1, 'calls');
        checkSame(calls[0]?.[0], store.at('n').get());
        store.at('n').increment();
        await afterMicrotasks();
        checkSame(calls.length, 2, 'calls after a write');
        stop();
      }
    });

    on('signal unsubscribes', (store) => {
      const { calls, listener } = recorder();
      const controller = new AbortController();
      store.at('n').subscribe(listener, { ...SYNC, signal: controller.signal });
      store.at('n').set(1);
      controller.abort();
      store.at('n').set(2);
      checkEqual(calls, [[1, 0]]);
      store.at('n').subscribe(listener, { ...SYNC, signal: AbortSignal.abort() });
      store.at('n').set(3);
      checkSame(calls.length, 1, 'calls with a signal aborted before');
      checkSame(store.stats().watchers, 0, 'watchers');
    });

    on('equals decides what is a difference', (store) => {
      const { calls, listener } = recorder();
      const sameParity = (a: unknown, b: unknown): boolean => (a as number) % 2 === (b as number) % 2;
      store.at('n').subscribe(listener, { ...SYNC, equals: sameParity });
      for (const value of [2, 4, 5, 7, 8]) store.at('n').set(value);
      checkEqual(
        calls.map(([value]) => value),
        [5, 8],
      );
    });
  });

  describe('unsubscribing', () => {
    on('stops the calls, and twice is once', (store) => {
      const first = recorder();
      const second = recorder();
      const stop = store.at('n').subscribe(first.listener, SYNC);
      store.at('n').subscribe(second.listener, SYNC);
      stop();
      stop();
      store.at('n').set(1);
      checkSame(first.calls.length, 0, 'calls of the one that left');
      checkSame(second.calls.length, 1, 'calls of the other');
    });

    on('one function subscribed twice is two subscriptions', (store) => {
      const { calls, listener } = recorder();
      const stop = store.at('n').subscribe(listener, SYNC);
      store.at('n').subscribe(listener, SYNC);
      store.at('n').set(1);
      stop();
      store.at('n').set(2);
      checkSame(calls.length, 3, 'calls');
    });

    on('inside a listener holds at once, for itself and for others', (store) => {
      let calls = 0;
      const stops: (() => void)[] = [];
      const once = (): void => {
        calls += 1;
        for (const stop of stops) stop();
      };
      stops.push(store.at('n').subscribe(once, SYNC), store.at('n').subscribe(once, SYNC));
      store.at('n').set(1);
      store.at('n').set(2);
      checkSame(calls, 1, 'calls');
    });

    on('thousands of times leaves no watcher behind', (store) => {
      for (let round = 0; round < 5_000; round += 1) store.at('rows', round % 2, 'v').subscribe(() => {})();
      checkSame(store.stats().watchers, 0, 'watchers');
    });
  });

  describe('inside a listener', () => defineInsideListeners(on, platform));
}

function defineInsideListeners(
  on: (title: string, body: (store: Store) => void | Promise<void>) => void,
  platform: Platform,
): void {
  on(
    'a listener that throws stops neither the write nor the others, and its error is reported',
    async (store) => {
      for (const options of [SYNC, {}]) {
        const others = [recorder(), recorder()] as const;
        const value = (store.at('n').get() as number) + 1;
        const errors = await platform.reportedErrors(() => {
          const stops = [
            store.at('n').subscribe(others[0].listener, options),
            store.at('n').subscribe(() => {
              throw new RangeError('thrown by a listener');
            }, options),
            store.at('n').subscribe(others[1].listener, options),
          ];
          store.at('n').set(value);
          void afterMicrotasks().then(() => {
            for (const stop of stops) stop();
          });
        });
        checkEqual(
          others.map(({ calls }) => calls.length),
          [1, 1],
          'calls of the others',
        );
        checkSame(store.at('n').get(), value);
        checkSame(errors.length, 1, 'reported errors');
        check(errors[0] instanceof RangeError, `reported ${String(errors[0])}`);
      }
    },
  );

  on('a listener may write elsewhere, and is heard', (store) => {
    const { calls, listener } = recorder();
    store.at('n').subscribe((value) => store.at('text').set(`n is ${String(value)}`), SYNC);
    store.at('text').subscribe(listener, SYNC);
    store.at('n').set(5);
    checkSame(store.at('text').get(), 'n is 5');
    checkEqual(calls, [['n is 5', 'a']]);
  });

  on('a listener may write where it listens; all end with the last value', (store) => {
    const first = recorder();
    const last = recorder();
    store.at('n').subscribe(first.listener, SYNC);
    store.at('n').subscribe((value) => {
      if ((value as number) < 5) store.at('n').increment();
    }, SYNC);
    store.at('n').subscribe(last.listener, SYNC);
    store.at('n').set(1);
    checkSame(store.at('n').get(), 5);
    for (const { calls } of [first, last]) {
      checkSame(calls.at(-1)?.[0], 5, 'the last value told');
      check(
        calls.every(([value, previous]) => value !== previous),
        'no call without a difference',
      );
    }
  });

  on('a listener may subscribe; the new one hears the next change', (store) => {
    const { calls, listener } = recorder();
    let subscribed = false;
    store.at('n').subscribe(() => {
      if (!subscribed) store.at('n').subscribe(listener, SYNC);
      subscribed = true;
    }, SYNC);
    store.at('n').set(1);
    checkSame(calls.length, 0, 'calls for the change it was born in');
    store.at('n').set(2);
    checkEqual(calls, [[2, 1]]);
  });

  on('a listener may dispose of the store; nobody is called after that', (store) => {
    let calls = 0;
    const end = (): void => {
      calls += 1;
      store.dispose();
    };
    store.at('n').subscribe(end, SYNC);
    store.at('n').subscribe(end, SYNC);
    store.at('n').set(1);
    checkSame(calls, 1, 'calls');
  });

  on('ten thousand listeners on other places are not asked', (store) => {
    const { calls, listener } = recorder();
    store.at('rows').push(...Array.from({ length: 10_000 }, (_, v) => ({ v })));
    for (let index = 2; index < 10_002; index += 1) store.at('rows', index, 'v').subscribe(listener, SYNC);
    store.at('n').set(1);
    checkSame(calls.length, 0, 'calls');
    store.at('rows', 5_002, 'v').set(-1);
    checkEqual(calls, [[-1, 5_000]]);
  });
}
