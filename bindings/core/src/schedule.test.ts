/** When listeners are called: what is written at which times, against the times and values they are told. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore, type Readable, type Store } from './index.ts';
import type { Schedule } from './types.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 0 }),
);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A write of the same value as its time, or several in one task. */
type Writes = readonly (number | readonly [atMs: number, ...values: number[]])[];
/** Calls as `time: value`. */
type Calls = readonly string[];

/** What is listened to: a schedule is kept whatever that is. */
const ways: readonly ((store: Store<{ n: number }>) => Readable<number>)[] = [
  (store) => store.at('n'),
  (store) => store.select((s) => s.n),
  (store) => store.select((s) => s.n + 0),
  (store) => {
    const inner = store.select((s) => [s.n]);
    return store.select(() => inner.get()[0] ?? 0);
  },
];

/** Runs writes against a clock; gives back when the listener was called and with what. */
async function callsOf(
  way: (typeof ways)[number],
  schedule: Schedule | undefined,
  writes: Writes,
  untilMs = 2_000,
): Promise<string[]> {
  const store = createStore({ n: -1 });
  const start = performance.now();
  const calls: string[] = [];
  const n = store.at('n');
  way(store).subscribe(
    (value) => void calls.push(`${Math.round(performance.now() - start)}: ${value}`),
    schedule ? { schedule } : {},
  );
  for (const write of writes) {
    const [atMs, ...values] = typeof write === 'number' ? [write, write] : write;
    await vi.advanceTimersByTimeAsync(start + atMs - performance.now());
    for (const value of values) n.set(value);
    // The task in which it was written ends.
    await vi.advanceTimersByTimeAsync(0);
  }
  await vi.advanceTimersByTimeAsync(start + untilMs - performance.now());
  store.dispose();
  return calls;
}

async function check(schedule: Schedule | undefined, writes: Writes, calls: Calls): Promise<void> {
  for (const way of ways) expect(await callsOf(way, schedule, writes)).toEqual(calls);
}

const times = (count: number, everyMs: number, fromMs = 0): number[] =>
  Array.from({ length: count }, (_, index) => fromMs + index * everyMs);

const cases: readonly [name: string, schedule: Schedule | undefined, writes: Writes, calls: Calls][] = [
  ['sync: each write', 'sync', [0, [5, 1, 2, 2, 3]], ['0: 0', '5: 1', '5: 2', '5: 3']],
  ['default: once a task, with the last value', undefined, [[0, 1, 2, 3], 5], ['0: 3', '5: 5']],
  ['microtask: nothing when the value is back', 'microtask', [[0, 1, -1]], []],
  ['debounce: after a pause', { debounce: 50 }, [0, 10, 59, 300], ['109: 59', '350: 300']],
  ['debounce: a pause just long enough', { debounce: 50 }, [0, 50, 100], ['50: 0', '100: 50', '150: 100']],
  ['debounce: of nothing is after the task', { debounce: 0 }, [[3, 1, 2]], ['3: 2']],
  ['debounce: nothing when the value is back', { debounce: 50 }, [0, [10, -1]], []],
  ['throttle: the first at once', { throttle: 100 }, [[7, 1, 2]], ['7: 2']],
  ['throttle: the last one too', { throttle: 100 }, [0, 10, 50, 99], ['0: 0', '100: 99']],
  [
    'throttle: never closer together',
    { throttle: 100 },
    [0, 10, 150, 190, 210, 400],
    ['0: 0', '100: 10', '200: 190', '300: 210', '400: 400'],
  ],
  ['throttle: a pause starts anew', { throttle: 100 }, [0, 100, 200], ['0: 0', '100: 100', '200: 200']],
  ['throttle: nothing when the value is back', { throttle: 100 }, [0, 10, [20, 0]], ['0: 0']],
  ['frame: 16 ms later where there are no frames', 'frame', [0, 5, 15, 20], ['16: 15', '36: 20']],
  ['adaptive: each of rare changes', 'adaptive', times(5, 100), times(5, 100).map((at) => `${at}: ${at}`)],
  ['adaptive: each of changes with long pauses', 'adaptive', [0, 1_200], ['0: 0', '1200: 1200']],
  // Distances of 10 after one of 100 make the mean 88.75, then 78.9, 70.3: all wait 16 ms.
  ['adaptive: closer changes wait 16 ms', 'adaptive', [0, 10, 20, 30, 40], ['0: 0', '26: 20', '46: 40']],
];

for (const [name, schedule, writes, calls] of cases) test(name, () => check(schedule, writes, calls));

/** The rule as it is documented, for changes at some times; timers keep whole milliseconds. */
function adaptiveCalls(writes: readonly number[], untilMs: number): string[] {
  const calls: string[] = [];
  let mean = 100;
  let before = Number.NEGATIVE_INFINITY;
  let due: number | undefined;
  let last = -1;
  const call = (atMs: number): void => void calls.push(`${Math.round(atMs)}: ${last}`);
  for (const at of [...writes, untilMs]) {
    if (due !== undefined && due <= at) {
      call(due);
      due = undefined;
    }
    if (at === untilMs) break;
    const distance = at - before;
    mean = distance > 1_000 ? 100 : mean + (distance - mean) / 8;
    before = at;
    last = at;
    if (due !== undefined) continue;
    if (mean >= 100) call(at);
    else due = at + Math.floor(Math.min(250, Math.max(16, 256 / mean)));
  }
  return calls;
}

const streams: Record<string, number[]> = {
  'every millisecond': times(900, 1),
  'every 4 ms': times(300, 4),
  'every 10 ms': times(120, 10),
  'every 16 ms': times(80, 16),
  'every 60 ms': times(20, 60),
  'every 150 ms': times(10, 150),
  'a burst, then rarely': [...times(200, 2), ...times(6, 180, 600)],
  'two bursts with a pause': [...times(100, 3), ...times(100, 3, 1_500)],
};

for (const [name, writes] of Object.entries(streams)) {
  test(`adaptive: changes ${name}`, () => check('adaptive', writes, adaptiveCalls(writes, 2_000)));
}

test('adaptive: from one change a millisecond on, four calls a second', async () => {
  const calls = await callsOf((store) => store.at('n'), 'adaptive', times(2_000, 1), 2_000);
  expect(calls.length).toBeGreaterThanOrEqual(8);
  // The delay is still short while the mean falls.
  expect(calls.length).toBeLessThanOrEqual(14);
});

test('frame: once before the next frame, with the value of then', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  const store = createStore({ n: 0 });
  const calls: number[] = [];
  store.at('n').subscribe((value) => void calls.push(value), { schedule: 'frame' });
  for (let n = 1; n <= 5; n++) store.at('n').set(n);
  expect([frames.length, calls]).toEqual([1, []]);
  frames.shift()?.();
  expect(calls).toEqual([5]);
  store.at('n').set(6);
  expect(frames.length).toBe(1);
  frames.shift()?.();
  expect(calls).toEqual([5, 6]);
});

const schedules: readonly Schedule[] = [
  'sync',
  'microtask',
  'frame',
  'adaptive',
  { debounce: 30 },
  { throttle: 30 },
];

for (const schedule of schedules) {
  const name = JSON.stringify(schedule);

  test(`${name}: who unsubscribes while it waits is not called`, async () => {
    const store = createStore({ n: 0 });
    const calls: number[] = [];
    const watch = () => store.at('n').subscribe((value) => void calls.push(value), { schedule });
    const stop = watch();
    const stayed: number[] = [];
    store.at('n').subscribe((value) => void stayed.push(value), { schedule });
    store.batch(() => {
      store.at('n').set(1);
      stop();
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([calls, stayed]).toEqual([[], [1]]);
  });

  test(`${name}: a change that waits when the subscription ends is not told, however it ends`, async () => {
    const store = createStore({ n: 0, other: 0 });
    const abort = new AbortController();
    const calls: string[] = [];
    const note = (name: string) => () => void calls.push(name);
    const sum = store.select((s) => s.n + s.other);
    const stops = [
      store.at('n').subscribe(note('cursor'), { schedule }),
      sum.subscribe(note('selection'), { schedule }),
      store.at('n').subscribe(note('lazy'), { schedule, lazy: true }),
      () => abort.abort(),
    ];
    store.at('n').subscribe(note('signal'), { schedule, signal: abort.signal });
    store.at('n').set(1);
    const before = calls.length;
    // Nothing waits for who listens at once.
    expect(before).toBe(schedule === 'sync' ? 4 : 0);
    for (const stop of stops) stop();
    expect([store.at('n').get(), sum.get()]).toEqual([1, 1]);
    // Who begins to listen meanwhile has nothing to do with it.
    const stop = store.at('n').subscribe(note('later'), { schedule });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls.length).toBe(before);
    stop();
    expect([store.stats().watchers, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test(`${name}: nobody is called after dispose`, async () => {
    const store = createStore({ n: 0 });
    const calls: number[] = [];
    store.at('n').subscribe((value) => void calls.push(value), { schedule });
    store.batch(() => store.at('n').set(1));
    const before = calls.length;
    if (schedule !== 'sync') expect(before).toBe(0);
    store.dispose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  test(`${name}: a selection's listener is told the last value once`, async () => {
    const store = createStore({ rows: [{ on: true }, { on: false }] });
    const calls: unknown[] = [];
    const count = store.select((s) => s.rows.filter((row) => row.on).length);
    count.subscribe((value, previous) => void calls.push([value, previous]), { schedule });
    store.batch(() => {
      store.at('rows').push({ on: true }, { on: true });
      store.at('rows', 0, 'on').set(false);
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls).toEqual([[2, 1]]);
  });
}

const wrong: readonly unknown[] = [
  'soon',
  {},
  null,
  5,
  { debounce: -1 },
  { debounce: Number.NaN },
  { throttle: Number.POSITIVE_INFINITY },
  { throttle: '5' },
];

for (const schedule of wrong) {
  test(`${JSON.stringify(schedule)} is no schedule`, () => {
    const store = createStore({ n: 0 });
    expect(() => store.at('n').subscribe(() => {}, { schedule: schedule as Schedule })).toThrow(TypeError);
    expect(store.stats().watchers).toBe(0);
  });
}
