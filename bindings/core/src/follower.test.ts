/** What adapters show: values and times at which they are told, whatever readables come and go. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Follower } from './follower.ts';
import { createStore, type Readable } from './index.ts';
import type { Schedule } from './types.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const initial = () => ({ n: 0, other: 0, rows: [{ title: 'a' }, { title: 'b' }] });

/** Follows a readable as a component does: renders at first and when told, and notes what it shows and when. */
function shown<T>(first: Readable<T>, schedule: Schedule = 'sync') {
  const follower = new Follower<T>({ schedule });
  let readable = first;
  const seen: string[] = [];
  const render = () => void seen.push(`${performance.now()}: ${JSON.stringify(follower.show(readable))}`);
  render();
  let end = follower.follow(readable, render);
  return {
    follower,
    seen,
    /** Shows another one, in the order of React's effects. */
    exchange(next: Readable<T>) {
      readable = next;
      render();
      end();
      end = follower.follow(next, render);
    },
    end: () => end(),
  };
}

test('a value that equals the one before is that, whatever readable it comes from', () => {
  const store = createStore(initial());
  const select = () => store.select((s) => ({ n: s.n, titles: s.rows.map((row) => row.title).join() }));
  const follower = new Follower<{ n: number; titles: string }>({});
  const notify = vi.fn();
  follower.follow(select(), notify);
  const value = follower.show(select());
  expect(follower.show(select())).toBe(value);
  store.at('other').set(1);
  follower.follow(select(), notify);
  expect(follower.show(select())).toBe(value);
  expect(notify).not.toHaveBeenCalled();
  store.at('n').set(1);
  expect(notify).toHaveBeenCalledOnce();
  expect(follower.show(select())).not.toBe(value);
});

test('what counts as the same can be said', () => {
  const store = createStore(initial());
  const equals = (a: unknown, b: unknown) => Math.floor(a as number) === Math.floor(b as number);
  const follower = new Follower<number>({ equals });
  const notify = vi.fn();
  follower.follow(store.at('n'), notify);
  store.at('n').set(0.5);
  expect([follower.show(store.at('n')), notify.mock.calls.length]).toEqual([0, 0]);
  store.at('n').set(1.5);
  expect([follower.show(store.at('n')), notify.mock.calls.length]).toEqual([1.5, 1]);
});

test('nobody is told after the end, and nothing watches', async () => {
  for (const schedule of ['sync', 'microtask', 'frame', { debounce: 5 }, { throttle: 5 }] as const) {
    const store = createStore(initial());
    const { seen, end } = shown(store.at('n'), schedule);
    end();
    store.at('n').set(1);
    await vi.advanceTimersByTimeAsync(100);
    expect([seen.length, store.stats().watchers]).toEqual([1, 0]);
  }
});

test('who ends while a change waits is not told of it', async () => {
  for (const schedule of ['microtask', 'frame', { debounce: 5 }, { throttle: 5 }] as const) {
    const store = createStore(initial());
    const { seen, end } = shown(store.at('n'), schedule);
    store.at('n').set(1);
    end();
    await vi.advanceTimersByTimeAsync(100);
    expect(seen.length).toBe(1);
  }
});

/** What is written when, and what is shown when. */
const times: readonly [schedule: Schedule, writes: readonly number[], shown: readonly string[]][] = [
  ['sync', [0, 10], ['0: -1', '0: 0', '10: 10']],
  ['microtask', [0, 10], ['0: -1', '0: 0', '10: 10']],
  ['frame', [0, 5, 20], ['0: -1', '16: 5', '36: 20']],
  [{ debounce: 50 }, [0, 10, 59, 300], ['0: -1', '109: 59', '350: 300']],
  [{ throttle: 100 }, [0, 10, 150, 160], ['0: -1', '0: 0', '100: 10', '200: 160']],
];

for (const [schedule, writes, expected] of times) {
  const name = JSON.stringify(schedule);
  test(`${name}: what is shown changes in its time`, async () => {
    const store = createStore({ ...initial(), n: -1 });
    const { seen } = shown(store.at('n'), schedule);
    for (const at of writes) {
      await vi.advanceTimersByTimeAsync(at - performance.now());
      store.at('n').set(at);
      await vi.advanceTimersByTimeAsync(0);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual(expected);
  });

  test(`${name}: another readable of the same at each change is no other time`, async () => {
    const store = createStore({ ...initial(), n: -1 });
    const { seen, exchange } = shown(
      store.select((s) => s.n + 0),
      schedule,
    );
    for (const at of writes) {
      await vi.advanceTimersByTimeAsync(at - performance.now());
      store.at('n').set(at);
      exchange(store.select((s) => s.n + 0));
      await vi.advanceTimersByTimeAsync(0);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    // The renderings for the exchange show what was shown.
    expect(seen.filter((line, index) => line.split(': ')[1] !== seen[index - 1]?.split(': ')[1])).toEqual(
      expected,
    );
  });
}

test('a readable of something else is shown at once, also while a change waits', async () => {
  const store = createStore(initial());
  const { seen, exchange } = shown<unknown>(store.at('n'), { debounce: 50 });
  store.at('n').set(1);
  exchange(store.at('rows', 0, 'title'));
  await vi.advanceTimersByTimeAsync(100);
  store.at('rows', 0, 'title').set('c');
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual(['0: 0', '0: "a"', '150: "c"']);
});

test('a change between showing and following is told', async () => {
  for (const schedule of ['microtask', 'frame', { debounce: 10 }, { throttle: 10 }] as const) {
    const store = createStore(initial());
    const follower = new Follower<number>({ schedule });
    const notify = vi.fn();
    follower.follow(store.at('n'), notify)();
    store.at('n').set(1);
    follower.follow(store.at('n'), notify);
    expect(follower.show(store.at('n'))).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect([follower.show(store.at('n')), notify.mock.calls.length]).toEqual([1, 1]);
  }
});

test('what waited when the end came is there when it is followed again later, and what follows has its time', async () => {
  for (const schedule of ['microtask', 'frame', { debounce: 10 }, { throttle: 10 }] as const) {
    const store = createStore(initial());
    const follower = new Follower<number>({ schedule });
    const notify = vi.fn();
    // Twice: what was queued for the first end must not count as queued for good.
    for (let round = 1; round <= 2; round++) {
      const end = follower.follow(store.at('n'), notify);
      store.at('n').set(round);
      end();
      follower.follow(store.at('n'), notify)();
      await vi.advanceTimersByTimeAsync(100);
    }
    follower.follow(store.at('n'), notify);
    await vi.advanceTimersByTimeAsync(100);
    expect([follower.show(store.at('n')), notify.mock.calls.length]).toEqual([2, 0]);
    store.at('n').set(3);
    expect(follower.show(store.at('n'))).toBe(2);
    await vi.advanceTimersByTimeAsync(100);
    expect([follower.show(store.at('n')), notify.mock.calls.length]).toEqual([3, 1]);
  }
});

test.each([
  ['a value that waits', { debounce: 1_000 }, false],
  ['a failure that waits for others', { throttle: 1_000 }, true],
])('no timer is left when nobody follows any more: %s', async (_, schedule, fails) => {
  const store = createStore(initial());
  const value = store.select((s) => {
    if (s.n > 0 && fails) throw new Error('gone');
    return s.n;
  });
  const end = new Follower<number>({ schedule }).follow(value, () => {});
  store.at('n').set(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(vi.getTimerCount()).toBe(1);
  end();
  await Promise.resolve();
  expect(vi.getTimerCount()).toBe(0);
});

test('several are told of a change in one go, whatever they wait for', async () => {
  for (const schedule of ['frame', { debounce: 10 }, { throttle: 10 }] as const) {
    const store = createStore(initial());
    let goes = 0;
    let isOpen = false;
    const tell = () => {
      if (!isOpen) goes++;
      isOpen = true;
      // What a framework does when a callback has ended.
      queueMicrotask(() => {
        isOpen = false;
      });
    };
    for (let count = 0; count < 5; count++) new Follower({ schedule }).follow(store.at('n'), tell);
    // The first change opens the interval of a throttle.
    store.at('n').set(1);
    await vi.advanceTimersByTimeAsync(1);
    const before = goes;
    store.at('n').set(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(goes - before).toBe(1);
  }
});

test('one frame is asked for by each, and what is written in a frame is of the next', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  const store = createStore(initial());
  const first = shown(store.at('n'), 'frame');
  const second = shown(store.at('n'), 'frame');
  const run = () => {
    for (const frame of frames.splice(0)) frame();
  };
  new Follower<number>({ schedule: 'frame' }).follow(store.at('other'), () => store.at('n').increment());
  store.batch(() => {
    store.at('n').set(1);
    store.at('other').set(1);
  });
  run();
  expect([first.seen, second.seen]).toEqual([
    ['0: 0', '0: 1'],
    ['0: 0', '0: 1'],
  ]);
  run();
  expect([first.seen, second.seen]).toEqual([
    ['0: 0', '0: 1', '0: 2'],
    ['0: 0', '0: 1', '0: 2'],
  ]);
});

const failing = (store: ReturnType<typeof createStore<ReturnType<typeof initial>>>) =>
  store.select((s) => s.rows[1]!.title.toUpperCase());

test('a readable that fails tells that, throws where it is shown, and recovers', () => {
  const store = createStore(initial());
  const follower = new Follower<string>({});
  const notify = vi.fn();
  const readable = failing(store);
  follower.follow(readable, notify);
  store.at('rows').remove(1);
  expect(notify).toHaveBeenCalledTimes(1);
  expect(() => follower.show(readable)).toThrow(TypeError);
  store.at('rows').push({ title: 'c' });
  expect(notify).toHaveBeenCalledTimes(2);
  expect(follower.show(readable)).toBe('C');
});

test('a readable that fails from the start is followed all the same', () => {
  const store = createStore({ ...initial(), rows: [{ title: 'a' }] });
  const follower = new Follower<string>({});
  const notify = vi.fn();
  const readable = failing(store);
  expect(() => follower.show(readable)).toThrow(TypeError);
  follower.follow(readable, notify);
  store.at('rows').push({ title: 'b' });
  expect(notify).toHaveBeenCalledOnce();
  expect(follower.show(readable)).toBe('B');
});

test('a failure waits for its time as a value does, and as long again', async () => {
  const store = createStore(initial());
  const follower = new Follower<string>({ schedule: { debounce: 10 } });
  const notify = vi.fn();
  const readable = failing(store);
  follower.follow(readable, notify);
  store.at('rows').remove(1);
  await vi.advanceTimersByTimeAsync(19);
  expect([follower.show(readable), follower.show(failing(store))]).toEqual(['B', 'B']);
  expect(notify).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(notify).toHaveBeenCalledOnce();
  expect(() => follower.show(readable)).toThrow(TypeError);
});

test('a failure that is over in time is told to nobody', async () => {
  const store = createStore(initial());
  const { seen } = shown(failing(store), { throttle: 10 });
  store.at('rows').remove(1);
  await vi.advanceTimersByTimeAsync(5);
  store.at('rows').push({ title: 'b' });
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual(['0: "B"']);
});

test('a failure by another change than the one before waits as long as that', async () => {
  const store = createStore(initial());
  const { seen } = shown(failing(store), { throttle: 10 });
  store.at('rows').remove(1);
  await vi.advanceTimersByTimeAsync(5);
  store.at('rows').push({ title: 'b' });
  await vi.advanceTimersByTimeAsync(4);
  store.at('rows').remove(1);
  await vi.advanceTimersByTimeAsync(10);
  store.at('rows').push({ title: 'b' });
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual(['0: "B"']);
});

test('what fails before it is followed was shown, and its failure waits', async () => {
  const store = createStore(initial());
  const follower = new Follower<string>({ schedule: 'frame' });
  const notify = vi.fn();
  expect(follower.show(failing(store))).toBe('B');
  store.at('rows').remove(1);
  const readable = failing(store);
  follower.follow(readable, notify);
  expect(follower.show(readable)).toBe('B');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(notify).toHaveBeenCalledOnce();
  expect(() => follower.show(readable)).toThrow(TypeError);
});

test('a row that goes is told to what shows the list before its own failure is, whoever has waited longer', async () => {
  for (const schedule of ['microtask', 'frame', 'adaptive', { debounce: 50 }, { throttle: 50 }] as const) {
    const store = createStore(initial());
    const told: string[] = [];
    const row = new Follower<string>({ schedule });
    const end = row.follow(failing(store), () => told.push('row'));
    const list = store.select((s) => [s.rows.length, s.n]);
    new Follower<number[]>({ schedule }).follow(list, () => {
      told.push('list');
      if (store.get().rows.length === 1) end();
    });
    // What shows the list has been told of this just now, and has to wait before it is again.
    for (let n = 1; n <= 20; n++) {
      store.at('n').set(n);
      await vi.advanceTimersByTimeAsync(1);
    }
    store.at('rows').remove(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(new Set(told)).toEqual(new Set(['list']));
  }
});

test('what is followed may fail while another is shown', () => {
  for (const schedule of ['sync', 'frame'] as const) {
    const gone = createStore(initial());
    const store = createStore(initial());
    const follower = new Follower<string>({ schedule });
    const end = follower.follow(failing(gone), () => {});
    gone.at('rows').remove(1);
    expect(follower.show(store.at('rows', 0, 'title'))).toBe('a');
    gone.dispose();
    expect(follower.show(store.at('rows', 0, 'title'))).toBe('a');
    end();
  }
});

test('an exception of whoever is told is reported, and is no matter of the others', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const store = createStore(initial());
  const error = new Error('no');
  new Follower<number>({}).follow(store.at('n'), () => {
    throw error;
  });
  const { seen } = shown(store.at('n'));
  store.at('n').set(1);
  expect(reported.mock.calls).toEqual([[error]]);
  expect(seen).toEqual(['0: 0', '0: 1']);
});

test('a readable of anybody keeps the schedule, whatever it makes of options', async () => {
  let value = 0;
  const listeners = new Set<(value: number, previous: number) => void>();
  const readable: Readable<number> = {
    get: () => value,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const set = (next: number) => {
    const before = value;
    value = next;
    for (const listener of listeners) listener(next, before);
  };
  const { seen, end } = shown(readable, { debounce: 50 });
  set(1);
  await vi.advanceTimersByTimeAsync(30);
  set(2);
  await vi.advanceTimersByTimeAsync(100);
  end();
  expect([seen, listeners.size]).toEqual([['0: 0', '80: 2'], 0]);
});

test('what is no schedule is refused', () => {
  expect(() => new Follower({ schedule: 'soon' as Schedule })).toThrow(TypeError);
});

test('one that fails by a change, and gives an equal value again by another, is shown again', async () => {
  for (const schedule of ['sync', 'frame', { debounce: 5 }] as const) {
    const store = createStore(initial());
    const titles = store.select((s) => [0, 1].map((index) => ({ title: s.rows[index]!.title })));
    const follower = new Follower<{ title: string }[]>({ schedule });
    const notify = vi.fn();
    const first = follower.show(titles);
    follower.follow(titles, notify);
    store.at('rows').remove(1);
    await vi.advanceTimersByTimeAsync(1_000);
    // Who was told asks, and then fails or waits for others.
    tryToShow(follower, titles);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(() => follower.show(titles)).toThrow(TypeError);
    const before = notify.mock.calls.length;
    store.at('rows').push({ title: 'b' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([schedule, notify.mock.calls.length - before]).toEqual([schedule, 1]);
    expect(follower.show(titles)).toEqual(first);
  }
});

function tryToShow(follower: Follower<{ title: string }[]>, readable: Readable<{ title: string }[]>): void {
  try {
    follower.show(readable);
  } catch {
    // It is told of again.
  }
}

test('what takes the place of something leaves others alone that follow it, too', async () => {
  const store = createStore(initial());
  const of = (add: number) => store.select((s) => [{ n: s.n + add }]);
  const [shared, next] = [of(0), of(1)];
  const [one, other] = [new Follower<{ n: number }[]>({}), new Follower<{ n: number }[]>({})];
  const [tellOne, tellOther] = [vi.fn(), vi.fn()];
  const end = one.follow(shared, tellOne);
  other.follow(shared, tellOther);
  end();
  one.follow(next, tellOne);
  const endOn = one.followOn(shared, tellOne);
  endOn();
  one.followOn(next, tellOne);
  for (const n of [1, 2]) {
    store.at('n').set(n);
    expect([tellOne.mock.calls.length, tellOther.mock.calls.length]).toEqual([n, n]);
    expect([one.show(next), other.show(shared)]).toEqual([[{ n: n + 1 }], [{ n }]]);
  }
});

test('what is equal in all of its parts is the value that is shown, whatever it is made of', () => {
  const store = createStore(initial());
  const cycle = (n: number) => {
    const node: { n: number; list: unknown[] } = { n, list: [] };
    node.list.push({ back: node });
    return node;
  };
  const make: ((n: number) => unknown)[] = [
    (n) => [{ n }, [n]],
    (n) => new Map([['k', { n }]]),
    (n) => new Set([[n]]),
    (n) => ({ at: new Date(n), none: null, nan: Number.NaN }),
    (n) => cycle(n),
  ];
  for (const of of make) {
    const follower = new Follower<unknown>({});
    const select = (n: number) => store.select((s) => of(s.n + n)) as Readable<unknown>;
    follower.follow(select(0), () => {});
    const value = follower.show(select(0));
    expect(follower.show(select(0))).toBe(value);
    expect(follower.show(select(1))).not.toBe(value);
  }
  const either = (n: number) =>
    store.select((s) => (s.n + n ? [s.n] : { length: 1, 0: s.n })) as Readable<unknown>;
  const follower = new Follower<unknown>({});
  follower.follow(either(0), () => {});
  expect(follower.show(either(1))).toEqual([0]);
});
