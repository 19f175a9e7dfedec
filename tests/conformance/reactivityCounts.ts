/** Who runs and who is called, and how often the engine is: the cost of a commit is what it changes. Counted, not timed. */
import { check, checkEqual, checkSame } from './check.ts';
import {
  type Harness,
  type Platform,
  type Selector,
  type Store,
  type Subject,
  withStore,
} from './subject.ts';

const ROWS = 100_000;
const WATCHERS = 10_000;
/** Every so many rows one is watched. */
const STRIDE = ROWS / WATCHERS;
const CYCLES = 1_000_000;
/** Of another million cycles, so much may be left on the heap by the runtime itself. */
const HEAP_SLACK_BYTES = 2_000_000;
const SYNC = { schedule: 'sync' } as const;

interface Row {
  id: number;
  score: number;
  name: string;
  place: { lat: number };
}

type Shape = 'list' | 'dictionary' | 'map';
type Rows = { rows: Row[] & Record<string, Row> & Map<string, Row> };

function stateOf(shape: Shape, count: number): unknown {
  const rows = Array.from({ length: count }, (_, id) => ({
    id,
    score: id % 100,
    name: `name ${id % 50}`,
    place: { lat: id },
  }));
  if (shape === 'list') return { rows, other: 0 };
  const entries = rows.map((row) => [`row ${row.id}`, row] as const);
  return { rows: shape === 'map' ? new Map(entries) : Object.fromEntries(entries), other: 0 };
}

const keyOf = (shape: Shape, id: number): string | number => (shape === 'list' ? id : `row ${id}`);

/** The ways to watch one row; `runs` is how often a function runs when that row's score changes. */
const KINDS: readonly {
  readonly name: string;
  readonly runs: number;
  readonly watch: (store: Store, shape: Shape, id: number, told: () => void) => () => void;
}[] = [
  {
    name: 'cursors',
    runs: 0,
    watch: (store, shape, id, told) => store.at('rows', keyOf(shape, id), 'score').subscribe(told, SYNC),
  },
  {
    name: 'selections that name a place',
    runs: 0,
    watch: (store, shape, id, told) => {
      const key = keyOf(shape, id) as never;
      const place: Selector =
        shape === 'map' ? (s: Rows) => s.rows.get(key)?.score : (s: Rows) => s.rows[key]?.score;
      return store.select(place).subscribe(told, SYNC);
    },
  },
  {
    name: 'selections that compute',
    runs: 1,
    watch: (store, shape, id, told) => {
      const key = keyOf(shape, id) as never;
      const rowOf = (s: Rows): Row | undefined => (shape === 'map' ? s.rows.get(key) : s.rows[key]);
      return store.select((s: Rows) => [rowOf(s)?.name, (rowOf(s)?.score ?? 0) * 2]).subscribe(told, SYNC);
    },
  },
];

/** What happened since the last look. */
interface Observed {
  readonly called: number[];
  readonly runs: number;
}

function observer(store: Store): { told: (id: number) => () => void; since: () => Observed } {
  const called: number[] = [];
  let runs = store.stats().selectorRuns;
  return {
    told: (id) => () => void called.push(id),
    since: () => {
      const before = runs;
      runs = store.stats().selectorRuns;
      return { called: called.splice(0).sort((a, b) => a - b), runs: runs - before };
    },
  };
}

export function defineReactivityCounts(
  subject: Subject,
  { describe, it }: Harness,
  platform: Platform,
): void {
  describe(`with ${WATCHERS} watchers on ${ROWS} rows`, () => {
    for (const shape of ['list', 'dictionary', 'map'] as const)
      for (const { name, runs, watch } of KINDS) {
        // A path function for a Map calls get(), which is more than a path.
        const runsEach = shape === 'map' && name.includes('place') ? 1 : runs;
        it(`a write tells whom it concerns: ${name} in a ${shape}`, () =>
          withStore(subject, stateOf(shape, ROWS), (store) => {
            const { told, since } = observer(store);
            for (let id = 0; id < ROWS; id += STRIDE) watch(store, shape, id, told(id));
            checkSame(store.stats().watchers, WATCHERS, 'watchers');
            since();
            const score = (id: number) => store.at('rows', keyOf(shape, id), 'score');
            for (const id of [0, 50_000, ROWS - STRIDE]) {
              score(id).set(-1);
              checkEqual(since(), { called: [id], runs: runsEach }, `after a write to row ${id}`);
              score(id).set(-1);
              score(id + 1).set(-2);
              store.at('rows', keyOf(shape, id), 'place', 'lat').increment();
              store.at('other').increment();
              checkEqual(since(), { called: [], runs: 0 }, 'after writes that concern nobody');
            }
            const watched = [10, 20, 30_000, 99_990];
            store.batch(() => {
              for (const id of watched) {
                score(id).set(-3);
                score(id).increment();
                score(id + 3).increment();
              }
            });
            checkEqual(since(), { called: watched, runs: runsEach * watched.length }, 'after a batch');
            store.batch(() => {
              score(40).set(1_000);
              score(40).set(40);
            });
            checkEqual(since(), { called: [], runs: 0 }, 'after a batch that left everything as it was');
          }));
      }
  });

  defineBatchCounts(subject, { describe, it });
  defineCycles(subject, { describe, it }, platform);
}

function defineBatchCounts(subject: Subject, { describe, it }: Harness): void {
  const crossings = (store: Store, run: () => void): number => {
    const idle = -store.stats().crossings.calls + store.stats().crossings.calls;
    const from = store.stats().crossings.calls;
    run();
    return store.stats().crossings.calls - from - idle;
  };

  describe('a batch', () => {
    const writes: Record<string, (store: Store, id: number, round: number) => void> = {
      set: (store, id, round) => store.at('rows', id, 'score').set(round * 1_000 + id),
      increment: (store, id) => store.at('rows', id, 'score').increment(3),
      merge: (store, id, round) =>
        store.at('rows', id).merge({ score: round - id, name: `name ${round % 50}` }),
    };
    for (const [name, write] of Object.entries(writes)) {
      it(`of 10,000 writes (${name}) is one commit and one crossing`, () =>
        withStore(subject, stateOf('list', ROWS), (store) => {
          const batch = (round: number): void =>
            store.batch(() => {
              for (let step = 0; step < 10_000; step += 1) write(store, (step * 7) % ROWS, round);
            });
          // The first makes room for the others, the second asks once which keys rows have.
          batch(1);
          batch(2);
          for (let round = 3; round < 6; round += 1) {
            const { version } = store;
            checkSame(
              crossings(store, () => batch(round)),
              1,
              'crossings',
            );
            checkSame(store.version - version, 1, 'commits');
          }
        }));
    }

    it('of 10,000 increments of one number is one change, told once', () =>
      withStore(subject, { n: 0 }, (store) => {
        const calls: unknown[] = [];
        store.at('n').subscribe((value, previous) => void calls.push([value, previous]), SYNC);
        const n = store.at('n');
        store.batch(() => {
          for (let step = 0; step < 10_000; step += 1) n.increment();
        });
        checkEqual(calls, [[10_000, 0]]);
        checkSame(store.version, 1, 'version');
      }));

    it('of 10,000 batches is one commit', () =>
      withStore(subject, { n: 0, list: [] }, (store) => {
        let calls = 0;
        store.subscribe(() => {
          calls += 1;
        }, SYNC);
        store.batch(() => {
          for (let step = 0; step < 10_000; step += 1) store.batch(() => store.at('n').increment());
        });
        checkSame(store.at('n').get(), 10_000);
        checkSame(store.version, 1, 'version');
        checkSame(calls, 1, 'calls');
      }));

    it('can be in another 1,000 deep', () =>
      withStore(subject, { n: 0 }, (store) => {
        const dig = (depth: number): void => {
          store.at('n').increment();
          if (depth > 1) store.batch(() => dig(depth - 1));
        };
        store.batch(() => dig(1_000));
        checkSame(store.at('n').get(), 1_000);
        checkSame(store.version, 1, 'version');
      }));
  });
}

function defineCycles(subject: Subject, { describe, it }: Harness, platform: Platform): void {
  const ways: Record<string, (store: Store) => (turn: number) => () => void> = {
    'one cursor': (store) => {
      const cursor = store.at('rows', 5, 'score');
      return () => cursor.subscribe(() => {}, SYNC);
    },
    'cursors of many places': (store) => (turn) =>
      store.at('rows', turn % 1_000, 'score').subscribe(() => {}),
    'one selection': (store) => {
      const selection = store.select((s: Rows) => s.rows[10]?.score ?? 0);
      return () => selection.subscribe(() => {});
    },
    'a selection made each time': (store) => (turn) =>
      store.select((s: Rows) => (s.rows[turn % 1_000]?.score ?? 0) + 1).subscribe(() => {}),
  };
  describe(`${CYCLES / Object.keys(ways).length} times subscribing and unsubscribing`, () => {
    for (const [name, make] of Object.entries(ways)) {
      it(`leaves nothing behind: ${name}`, () =>
        withStore(subject, stateOf('list', 1_000), (store) => {
          const subscribe = make(store);
          const cycle = (times: number): void => {
            for (let turn = 0; turn < times; turn += 1) subscribe(turn)();
          };
          // The runtime keeps room for what has been, once.
          cycle(CYCLES / Object.keys(ways).length);
          const heap = platform.heapBytes();
          const before = store.stats();
          cycle(CYCLES / Object.keys(ways).length);
          const after = store.stats();
          checkSame(before.watchers, 0, 'watchers before');
          checkSame(after.watchers, 0, 'watchers after');
          checkEqual(after.bytes, before.bytes, 'bytes of the store');
          const heapAfter = platform.heapBytes();
          if (heap === undefined || heapAfter === undefined) return;
          check(heapAfter - heap < HEAP_SLACK_BYTES, `${heapAfter - heap} bytes are left on the heap`);
        }));
    }
  });
}
