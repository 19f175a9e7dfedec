/** Random programs of writes, subscriptions and readers: selections show the state, and listeners hear of each change once. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Follower } from './follower.ts';
import { createStore, type Readable } from './index.ts';
import type { Schedule } from './types.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 }));
afterEach(() => void vi.useRealTimers());

interface State {
  n: number;
  list: { id: number; on: boolean }[];
  box: { inner: { list: number[] } };
  map: Map<string, { v: number }>;
}

const initial = (): State => ({
  n: 0,
  list: [
    { id: 1, on: true },
    { id: 2, on: false },
  ],
  box: { inner: { list: [1] } },
  map: new Map([['k', { v: 1 }]]),
});
const elsewhere = () => ({ m: 0, items: [{ x: 1 }] });

/** What is read, as selections and cursors do it and as it is plainly. */
function readables() {
  const store = createStore(initial());
  const other = createStore(elsewhere());
  const offset = Number('0');
  const fresh = other.select((s) => s.items.map((item) => ({ ...item })));
  const on = store.select((s) => s.list.filter((row) => row.on));
  type Pair = readonly [
    shown: Readable<unknown>,
    plain: (s: State, o: ReturnType<typeof elsewhere>) => unknown,
  ];
  const pairs: readonly Pair[] = [
    [store.at('list'), (s) => s.list],
    [store.at('box', 'inner', 'list'), (s) => s.box.inner.list],
    [store.select((s) => s.list), (s) => s.list],
    [store.select((s) => s.box.inner.list), (s) => s.box.inner.list],
    [store.select((s) => s.list[offset]?.id), (s) => s.list[0]?.id],
    [store.select((s) => s.list.map((row) => ({ id: row.id }))), (s) => s.list.map(({ id }) => ({ id }))],
    [store.select((s) => [...s.map]), (s) => [...s.map]],
    [store.select((s) => [new Date(s.n)]), (s) => [new Date(s.n)]],
    [on, (s) => s.list.filter((row) => row.on)],
    [
      store.select(() => on.get().map(({ id }) => [id])),
      (s) => s.list.filter((row) => row.on).map(({ id }) => [id]),
    ],
    [store.select((s) => ({ n: s.n, m: other.at('m').get() })), (s, o) => ({ n: s.n, m: o.m })],
    [store.select((s) => [s.n, { items: fresh.get() }]), (s, o) => [s.n, { items: o.items }]],
    [
      other.select((o) => [o.m, ...store.at('box', 'inner', 'list').get()]),
      (s, o) => [o.m, ...s.box.inner.list],
    ],
  ];
  return { store, other, pairs };
}

type World = ReturnType<typeof readables>;

const writes: readonly ((world: World, value: number) => void)[] = [
  ({ store }, n) => store.at('n').set(n),
  ({ store }, n) => store.at('list').push({ id: n, on: n % 2 === 0 }),
  ({ store }, n) => store.at('list').insert(0, { id: n, on: true }),
  ({ store }) => store.get().list.length > 0 && store.at('list').remove(0),
  ({ store }, n) => store.get().list.length > 0 && store.at('list', 0).merge({ id: n }),
  ({ store }, n) => store.get().list.length > 0 && store.at('list', 0).set({ id: n, on: n % 3 === 0 }),
  ({ store }, n) => store.at('box').set({ inner: { list: [n, n + 1] } }),
  ({ store }, n) => store.at('box', 'inner').set({ list: [n] }),
  ({ store }, n) => store.at('box', 'inner', 'list', 0).set(n),
  ({ store }, n) => store.at('map', `k${n % 3}`).set({ v: n }),
  ({ store }) => store.set(initial()),
  ({ other }, n) => other.at('m').set(n),
  ({ other }, n) => other.at('items', 0, 'x').set(n),
  ({ other }, n) => other.at('items').push({ x: n }),
];
const schedules: readonly Schedule[] = [
  'sync',
  'sync',
  'microtask',
  'frame',
  { debounce: 20 },
  { throttle: 20 },
];

const step = fc.record({
  what: fc.constantFrom('write', 'write', 'batch', 'fail', 'subscribe', 'end', 'follow', 'wait', 'read'),
  which: fc.nat(1_000),
  value: fc.nat(5),
  more: fc.nat(1_000),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Runs a program, and looks after each step at everything that is shown. */
async function run(program: readonly Step[]): Promise<void> {
  const world = readables();
  const { store, other, pairs } = world;
  const listening: { pair: World['pairs'][number]; schedule: Schedule; seen: unknown; end: () => void }[] =
    [];
  const followers = pairs.map(() => new Follower<unknown>({}));
  const shownBy = new Map<number, unknown>();
  const plainOf = (index: number) => pairs[index]![1](store.get() as State, other.get() as never);
  const write = (which: number, value: number) => writes[which % writes.length]!(world, value);
  for (const { what, which, value, more } of program) {
    const index = which % pairs.length;
    const pair = pairs[index]!;
    const values = pairs.map(([shown]) => shown.get());
    const versions = [store.version, other.version].join();
    if (what === 'write') write(which, value);
    else if (what === 'batch' || what === 'fail') {
      const work = () => {
        write(which, value);
        expect(pair[0].get()).toEqual(plainOf(index));
        write(more, value);
        if (what === 'fail') throw new Error('undone');
      };
      try {
        (more % 2 ? store : other).batch(work);
      } catch (error) {
        if ((error as Error).message !== 'undone') throw error;
      }
    } else if (what === 'subscribe') {
      const schedule = schedules[more % schedules.length]!;
      const entry = { pair, schedule, seen: pair[0].get(), end: () => {} };
      const note = () => void Object.assign(entry, { seen: pair[0].get() });
      entry.end =
        value > 3 ? pair[0].subscribe(note, { schedule, lazy: true }) : pair[0].subscribe(note, { schedule });
      listening.push(entry);
    } else if (what === 'end') listening.splice(which % (listening.length || 1), 1)[0]?.end();
    else if (what === 'follow') {
      const note = () => void shownBy.set(index, followers[index]!.show(pair[0] as never));
      followers[index]!.followOn(pair[0] as never, note);
      note();
    } else if (what === 'wait') await vi.advanceTimersByTimeAsync(value * 10);
    pairs.forEach(([shown], at) => {
      const now = shown.get();
      expect([at, now]).toEqual([at, plainOf(at)]);
      // With nothing committed it is the same one, whoever came and went.
      if (versions === [store.version, other.version].join() && what !== 'fail')
        expect(Object.is(now, values[at])).toBe(true);
    });
    for (const {
      pair: [shown, plain],
      schedule,
      seen,
    } of listening) {
      if (schedule === 'sync') expect(seen).toEqual(plain(store.get() as State, other.get() as never));
      void shown;
    }
    for (const [at, value] of shownBy) expect(value).toEqual(plainOf(at));
  }
  await vi.advanceTimersByTimeAsync(1_000);
  for (const { pair, seen } of listening)
    expect(seen).toEqual(pair[1](store.get() as State, other.get() as never));
}

test('selections, cursors and what components show are right after each step of any program', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), (program) => run(program)),
    { numRuns: Number(process.env.RUNS ?? 60) },
  );
});
