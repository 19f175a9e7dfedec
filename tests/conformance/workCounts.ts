/** The work of an operation depends on what it changes, never on how much there is. Counted, not timed. */
import { check, checkEqual, checkSame } from './check.ts';
import { type Harness, type Stats, type Store, type Subject, withStore } from './subject.ts';

const SMALL = 1_000;
const LARGE = 100_000;
/** Of 80,000 strings that have been, 2,000 of them alive. */
const STRINGS_KEPT_MAX = 20_000;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly score: number;
  readonly active: boolean;
}

function row(id: number): Row {
  return { id, name: `name ${id % 100}`, score: id % 100, active: id % 2 === 0 };
}

interface Work {
  readonly commits: number;
  readonly commands: number;
  readonly pagesTouched: number;
  readonly calls: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly viewsBuilt: number;
}

function workOf(before: Stats, after: Stats): Work {
  return {
    commits: after.commits - before.commits,
    commands: after.commands - before.commands,
    pagesTouched: after.pagesTouched - before.pagesTouched,
    calls: after.crossings.calls - before.crossings.calls,
    bytesIn: after.crossings.bytesIn - before.crossings.bytesIn,
    bytesOut: after.crossings.bytesOut - before.crossings.bytesOut,
    viewsBuilt: after.views.built - before.views.built,
  };
}

function measure(store: Store, run: (store: Store) => void): Work {
  const before = store.stats();
  run(store);
  return workOf(before, store.stats());
}

type Shape = 'list' | 'dictionary' | 'map';

function stateOf(shape: Shape, count: number): unknown {
  const rows = Array.from({ length: count }, (_, id) => row(id));
  if (shape === 'list') return { rows };
  const entries = rows.map((each) => [`row ${each.id}`, each] as const);
  return { rows: shape === 'map' ? new Map(entries) : Object.fromEntries(entries) };
}

const keyOf = (shape: Shape, id: number): string | number => (shape === 'list' ? id : `row ${id}`);

export function defineWorkCounts(subject: Subject, { describe, it }: Harness): void {
  /** The work of one run after some like it, so that caches are in the same state at every size. */
  const workAt = (shape: Shape, count: number, run: (store: Store, id: number) => void): Work =>
    withStore(subject, stateOf(shape, count), (store) => {
      for (let id = 0; id < 5; id += 1) run(store, 500 + id);
      return measure(store, () => run(store, 515));
    });

  const checkFlat = (shape: Shape, run: (store: Store, id: number) => void): Work => {
    const small = workAt(shape, SMALL, run);
    const large = workAt(shape, LARGE, run);
    checkEqual(large, small, `the work at ${LARGE} rows, compared with ${SMALL}`);
    return large;
  };

  describe('the work of a write is the same at 1,000 and 100,000 rows', () => {
    for (const shape of ['list', 'dictionary', 'map'] as const) {
      it(`one field of a row in a ${shape}`, () => {
        const work = checkFlat(shape, (store, id) => store.at('rows', keyOf(shape, id), 'score').set(77));
        checkSame(work.commits, 1, 'commits');
        checkSame(work.commands, 1, 'commands');
        check(
          work.bytesIn < 200 && work.bytesOut < 200,
          `${work.bytesIn} bytes in and ${work.bytesOut} out for one number`,
        );
        checkSame(work.viewsBuilt, 0, 'views built');
      });

      it(`one field of a row in a ${shape} after it was read`, () =>
        void checkFlat(shape, (store, id) => {
          const place = store.at('rows', keyOf(shape, id));
          place.get();
          place.at('score').set(78);
          place.get();
        }));
    }

    it('a kept cursor crosses once per commit', () => {
      withStore(subject, stateOf('list', LARGE), (store) => {
        const cursor = store.at('rows', 50_000, 'score');
        cursor.set(1);
        const work = measure(store, () => {
          for (let step = 0; step < 1_000; step += 1) cursor.set(2 + (step % 90));
        });
        const idle = measure(store, () => {});
        checkSame(work.commits, 1_000, 'commits');
        checkSame(work.calls - idle.calls, 1_000, 'calls');
        checkSame(work.viewsBuilt, 0, 'views built');
      });
    });

    it('increment, delete and a new key', () => {
      checkFlat('list', (store, id) => store.at('rows', id, 'score').increment());
      checkFlat('map', (store, id) => store.at('rows', keyOf('map', id), 'active').delete());
      checkFlat('dictionary', (store, id) =>
        store.at('rows', keyOf('dictionary', id)).merge({ score: -1, active: false }),
      );
    });

    it('insert and remove in the middle of a list touch a few pages, not all', () => {
      const run = (store: Store): void => {
        const middle = (store.stats().records >> 1) + 3;
        store.at('rows').insert(middle, row(7));
        store.at('rows').remove(middle);
        store.at('rows').move(middle, 3);
      };
      const small = workAt('list', SMALL, run);
      const large = workAt('list', LARGE, run);
      checkSame(large.commits, small.commits, 'commits');
      checkSame(large.bytesIn, small.bytesIn, 'bytes in');
      check(
        large.pagesTouched <= small.pagesTouched + 16,
        `${large.pagesTouched} pages touched, ${small.pagesTouched} at ${SMALL} rows`,
      );
      check(
        large.bytesOut <= small.bytesOut + 4_096,
        `${large.bytesOut} bytes out, ${small.bytesOut} at ${SMALL} rows`,
      );
    });
  });

  describe('reads', () => {
    it('of what was seen cross nothing', () =>
      withStore(subject, stateOf('list', SMALL), (store) => {
        const cursor = store.at('rows', 10);
        cursor.get();
        store.get();
        const idle = measure(store, () => {});
        const work = measure(store, () => {
          for (let step = 0; step < 100; step += 1) {
            cursor.get();
            store.get();
            store.at('rows', 10).get();
          }
        });
        checkEqual(work, idle, 'the work of reading again, compared with doing nothing');
      }));

    it('of one row bring one row', () => {
      const bytes = (count: number): number =>
        withStore(
          subject,
          stateOf('list', count),
          (store) => measure(store, () => store.at('rows', 515).get()).bytesOut,
        );
      checkSame(bytes(LARGE), bytes(SMALL), 'bytes out');
      check(bytes(SMALL) < 1_000, `${bytes(SMALL)} bytes out for one row`);
    });
  });

  defineReuse(subject, { describe, it });
  defineStatsShape(subject, { describe, it });
}

function defineReuse(subject: Subject, { describe, it }: Harness): void {
  describe('memory', () => {
    it('of removed rows is used again', () =>
      withStore(subject, { rows: [] as unknown[], map: new Map() }, (store) => {
        const round = (): void => {
          store.at('rows').push(...Array.from({ length: 5_000 }, (_, id) => row(id)));
          for (let id = 0; id < 500; id += 1) store.at('map', `key ${id}`).set(row(id));
          store.at('rows').remove(100, 4_000);
          store.at('rows').set([]);
          for (let id = 0; id < 500; id += 1) store.at('map', `key ${id}`).delete();
        };
        for (let warm = 0; warm < 3; warm += 1) round();
        const before = store.stats();
        for (let again = 0; again < 20; again += 1) round();
        const after = store.stats();
        checkSame(after.records, before.records, 'records');
        checkSame(after.bytes.reserved, before.bytes.reserved, 'bytes reserved');
        checkSame(after.bytes.columns, before.bytes.columns, 'bytes of columns');
        checkEqual(store.get(), { rows: [], map: new Map() });
      }));

    it('of dead strings is used again', async () => {
      const store = subject.createStore({ text: '', rows: [] });
      const textOf = (round: number, index: number): string =>
        `round ${round}, text ${index}, ${'x'.repeat(40)}`;
      const aLittle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
      for (let round = 0; round < 40; round += 1) {
        store.at('rows').set(Array.from({ length: 2_000 }, (_, index) => textOf(round, index)));
        await aLittle();
      }
      // Strings are swept when there is time; here is plenty.
      for (let wait = 0; wait < 200 && store.stats().strings >= STRINGS_KEPT_MAX; wait += 1) await aLittle();
      const { strings, bytes } = store.stats();
      checkSame(store.at('rows', 1_999).get(), textOf(39, 1_999));
      store.dispose();
      check(strings < STRINGS_KEPT_MAX, `${strings} strings are kept of 80,000, 2,000 of them alive`);
      check(bytes.strings < 2_000_000, `${bytes.strings} bytes of strings`);
    });
  });
}

function defineStatsShape(subject: Subject, { describe, it }: Harness): void {
  describe('stats', () => {
    it('are numbers, part by part', () =>
      withStore(subject, { rows: [row(1), row(2)], map: new Map([['k', 1]]), text: 'text' }, (store) => {
        const { bytes, crossings, views, ...plain } = store.stats();
        const parts = {
          plain: [
            'version',
            'records',
            'lists',
            'dictionaries',
            'shapes',
            'strings',
            'commits',
            'commands',
            'pagesTouched',
            'watchers',
          ],
          bytes: ['columns', 'lists', 'dictionaries', 'strings', 'metadata', 'free', 'reserved', 'total'],
          crossings: ['calls', 'bytesIn', 'bytesOut'],
          views: ['built', 'live'],
        };
        for (const [part, names] of Object.entries(parts)) {
          const numbers = { plain, bytes, crossings, views }[part] as unknown as Record<string, unknown>;
          for (const name of names) {
            const number = numbers[name];
            check(
              typeof number === 'number' && Number.isFinite(number) && number >= 0,
              `${part}.${name} is ${String(number)}`,
            );
          }
        }
      }));

    it('count what is there', () =>
      withStore(
        subject,
        { rows: [row(1), row(2)] as unknown[], map: new Map<string, unknown>() },
        (store) => {
          const before = store.stats();
          checkSame(before.version, 0);
          checkSame(before.watchers, 0);
          const stop = store.subscribe(() => {});
          store.at('rows').push(row(3), row(4));
          store.at('map', 'list').set([1, 2]);
          const after = store.stats();
          checkSame(after.version, 2, 'version');
          checkSame(after.commits - before.commits, 2, 'commits');
          checkSame(after.records - before.records, 2, 'records');
          checkSame(after.lists - before.lists, 1, 'lists');
          checkSame(after.watchers, 1, 'watchers');
          stop();
          checkSame(store.stats().watchers, 0, 'watchers after unsubscribing');
        },
      ));
  });
}
