/** What undo and deltas cost depends on what changed, never on how much there is. Counted, not timed. */
import { check, checkEqual, checkSame } from './check.ts';
import type { DeltaSubject, RecordedStore } from './deltaSubject.ts';
import type { Harness } from './subject.ts';

const LARGE = 100_000;
const STEPS = 1_000;
const STEP_BYTES_MAX = 100;
const HISTORY_BYTES_MAX = 100_000;

interface Work {
  readonly calls: number;
  readonly commands: number;
  readonly pagesTouched: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

function rowsOf(count: number): { rows: { id: number; name: string; score: number }[]; n: number } {
  return {
    rows: Array.from({ length: count }, (_, id) => ({ id, name: `name ${id % 100}`, score: id % 100 })),
    n: 0,
  };
}

/** The work of something, without what it costs to ask. */
function measure(store: RecordedStore, run: () => void): Work {
  const idle = workBetween(store, () => {});
  const work = workBetween(store, run);
  return { ...work, calls: work.calls - idle.calls, bytesOut: work.bytesOut - idle.bytesOut };
}

function workBetween(store: RecordedStore, run: () => void): Work {
  const before = store.stats();
  run();
  const after = store.stats();
  return {
    calls: after.crossings.calls - before.crossings.calls,
    commands: after.commands - before.commands,
    pagesTouched: after.pagesTouched - before.pagesTouched,
    bytesIn: after.crossings.bytesIn - before.crossings.bytesIn,
    bytesOut: after.crossings.bytesOut - before.crossings.bytesOut,
  };
}

export function defineHistoryCounts(subject: DeltaSubject, { describe, it }: Harness): void {
  const withStore = (count: number, options: object, use: (store: RecordedStore) => void): void => {
    const store = subject.createStore(rowsOf(count), options);
    try {
      use(store);
    } finally {
      store.dispose();
    }
  };

  describe('the work of history', () => {
    it('of undoing one field is one page, whatever the number of rows', () => {
      const workAt = (count: number): Work => {
        let work: Work | undefined;
        withStore(count, { history: true }, (store) => {
          for (let id = 0; id < 5; id += 1) store.at('rows', 500 + id, 'score').set(77);
          store.history.undo();
          work = measure(store, () => store.history.undo());
          checkSame(store.at('rows', 503, 'score').get(), 503 % 100, 'the score');
        });
        return work as Work;
      };
      const [small, large] = [workAt(1_000), workAt(LARGE)];
      checkEqual(large, small, `the work of undo at ${LARGE} rows, compared with 1,000`);
      check(large.pagesTouched <= 2, `${large.pagesTouched} pages were touched to undo one field`);
      check(large.calls <= 4, `${large.calls} calls to undo one field`);
      check(large.bytesOut < 200, `${large.bytesOut} bytes came out to undo one field`);
    });

    it('of a step is under 100 bytes, and of 1,000 steps under 100 KB', () =>
      withStore(LARGE, { history: true }, (store) => {
        const writer = (step: number): void =>
          store.at('rows', (step * 97) % LARGE, 'score').set(1_000 + step);
        // Places are looked up and remembered once.
        for (let step = 0; step < STEPS; step += 1) writer(step);
        store.history.clear();
        const before = { total: store.stats().bytes.total, bytes: store.history.bytes };
        for (let step = 0; step < STEPS; step += 1) writer(step + STEPS);
        const { bytes } = store.history;
        checkSame(store.history.get().length, STEPS, 'steps');
        for (const step of store.history.steps)
          check(step.bytes < STEP_BYTES_MAX, `a step of ${step.bytes} bytes`);
        check(bytes < HISTORY_BYTES_MAX, `${bytes} bytes for ${STEPS} steps`);
        check(bytes / STEPS < STEP_BYTES_MAX, `${bytes / STEPS} bytes for a step`);
        const grown = store.stats().bytes.total - before.total;
        // Memory grows in pages of 64 KB.
        check(grown <= 2 * 65_536, `the memory grew by ${grown} bytes`);
        while (store.history.undo());
        check(store.history.bytes < HISTORY_BYTES_MAX, `${store.history.bytes} bytes for what was undone`);
      }));

    it('of what nobody wants to know is nothing', () => {
      const workOf = (options: object, listen: boolean): Work => {
        let work: Work | undefined;
        withStore(1_000, options, (store) => {
          const cursor = store.at('rows', 500, 'score');
          cursor.set(1);
          if (listen) store.onCommit(() => {})();
          work = measure(store, () => {
            for (let step = 0; step < 100; step += 1) cursor.set(2 + step);
          });
        });
        return work as Work;
      };
      const plain = workOf({}, false);
      checkSame(plain.calls, 100, 'calls of 100 writes');
      checkEqual(workOf({}, true), plain, 'the work of writes after the last listener has gone');
      const kept = workOf({ history: true }, false);
      checkSame(kept.commands, plain.commands, 'commands with a history');
      checkSame(kept.pagesTouched, plain.pagesTouched, 'pages touched with a history');
      check(kept.calls <= 3 * plain.calls, `${kept.calls} calls of 100 writes with a history`);
    });
  });

  describe('deltas', () => {
    it('of 10,000 commits are composed to their net effect', () =>
      withStore(100, { log: { bytes: 1 << 22 } }, (store) => {
        const deltas: Uint8Array[] = [];
        store.onCommit(({ delta }) => deltas.push(delta));
        for (let step = 0; step < 10_000; step += 1) store.at('rows', step % 10, 'score').set(1_000 + step);
        checkSame(deltas.length, 10_000, 'deltas');
        for (const composed of [subject.compose(...deltas), store.deltaSince(0)]) {
          check(composed.length < 400, `${composed.length} bytes for ten fields`);
          const patch = subject.toJSONPatch(composed) as { readonly op: string }[];
          checkSame(patch.length, 10, 'operations');
          check(
            patch.every(({ op }) => op === 'replace'),
            'ten values are replaced',
          );
        }
        const biggest = Math.max(...deltas.map(({ length }) => length));
        check(biggest < STEP_BYTES_MAX, `${biggest} bytes for one field`);
      }));

    it('that cancel each other out are nothing', () =>
      withStore(100, { log: true }, (store) => {
        const empty = store.deltaSince(0).length;
        store.at('rows').insert(5, { id: -1, name: 'x', score: 0 });
        store.at('rows', 7, 'score').set(-5);
        store.at('rows', 7, 'score').set(6);
        store.at('rows').remove(5);
        checkSame(subject.toJSONPatch(store.deltaSince(0)).length, 0, 'operations');
        check(store.deltaSince(0).length <= empty + 2, `${store.deltaSince(0).length} bytes for nothing`);
      }));

    it('of one row are small in a list of 100,000', () =>
      withStore(LARGE, {}, (store) => {
        const sizes: number[] = [];
        store.onCommit(({ delta }) => sizes.push(delta.length));
        store.at('rows').move(3, LARGE - 1);
        store.at('rows').insert(50_000, { id: -1, name: 'new', score: 0 });
        store.at('rows').remove(50_000);
        store.at('rows', 99_999, 'score').increment();
        for (const size of sizes) check(size < 200, `a delta of ${size} bytes`);
      }));
  });
}
