/** Whole values that come and go: real data, and how much work it is when little of it differs. */
import { check, checkEqual, checkSame } from './check.ts';
import { DATA_PACKAGES, type DataName } from './data.ts';
import type { Harness, Platform } from './subject.ts';
import type { TransferStore, TransferSubject } from './transferSubject.ts';

const ROWS = 100_000;
/** One of so many rows differs. */
const APART = 100;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly score: number;
  readonly tags: readonly string[];
}

const rowOf = (id: number): Row => ({
  id,
  name: `name ${id % 1_000}`,
  score: id % 77,
  tags: ['x', `t${id % 10}`],
});
const rowsOf = (): Row[] => Array.from({ length: ROWS }, (_, id) => rowOf(id));

/** The same rows, one of each hundred with another score. */
const changedRows = (): Row[] =>
  rowsOf().map((row) => (row.id % APART === 7 ? { ...row, score: row.score + 1 } : row));

const NONE = { added: 0, removed: 0, updated: 0, moved: 0 };
const UPDATED = { ...NONE, updated: ROWS / APART };

type Refetch = (store: TransferStore) => unknown;

export function defineTransfers(
  subject: TransferSubject,
  { describe, it }: Harness,
  platform: Platform,
): void {
  const roundTrip = (data: unknown): void => {
    const store = subject.createStore(data);
    for (const compression of ['none', 'lz4', 'auto'] as const) {
      const bytes = store.snapshot({ compression });
      const opened = subject.openStore(bytes);
      checkEqual(opened.get(), data, `opened, ${compression}`);
      check(subject.equals(opened, bytes), 'another state than its snapshot');
      opened.dispose();
      checkEqual(store.restore(bytes), NONE, 'changed by restoring what is there');
    }
    const text = JSON.stringify(data);
    checkEqual(store.reconcile(JSON.parse(text)), NONE, 'changed by reconciling a copy');
    checkEqual(store.ingest(text), NONE, 'changed by ingesting the text');
    checkEqual(store.ingest(text, { key: 'id' }), NONE, 'changed by ingesting it again');
    checkSame(store.version, 0, 'version');
    const other = subject.createStore([]);
    other.ingest(text);
    checkEqual(other.get(), data, 'ingested');
    check(subject.equals(other, store), 'what was ingested has another snapshot');
    for (const each of [store, other]) each.dispose();
  };

  describe('real data comes and goes as it is', () => {
    for (const name of Object.keys(DATA_PACKAGES) as DataName[]) {
      it(name, async () => roundTrip(await platform.load(name)));
    }
  });

  describe(`${ROWS} rows of which one in ${APART} differs`, () => {
    const text = JSON.stringify(changedRows());
    const ways: Readonly<Record<string, Refetch>> = {
      'reconciled by key': (store) => store.at('rows').reconcile(changedRows(), { key: 'id' }),
      reconciled: (store) => store.at('rows').reconcile(changedRows()),
      'ingested by key': (store) => store.at('rows').ingest(text, { key: 'id' }),
      ingested: (store) => store.at('rows').ingest(text),
      'ingested again': (store) => {
        store.at('rows').ingest(JSON.stringify(rowsOf()), { key: 'id' });
        return store.at('rows').ingest(text, { key: 'id' });
      },
    };
    for (const [how, refetch] of Object.entries(ways)) {
      it(`${how}: only those are told and built`, () => {
        const store = subject.createStore({ rows: rowsOf() });
        const before = (store.get() as { rows: Row[] }).rows;
        const told = new Uint8Array(ROWS);
        for (let id = 0; id < ROWS; id++) {
          const count = (): void => {
            told[id] = (told[id] as number) + 1;
          };
          store.at('rows', id).subscribe(count, { schedule: 'sync' });
        }
        const { built } = store.stats().views;
        checkEqual(refetch(store), UPDATED, 'what it changed');
        const wrong = told.findIndex((count, id) => count !== (id % APART === 7 ? 1 : 0));
        checkSame(wrong, -1, 'a row whose watcher was called too often or not at all');
        const { rows } = store.get() as { rows: Row[] };
        // The rows that differ, the list, and the root.
        check(
          store.stats().views.built - built <= ROWS / APART + 2,
          `${store.stats().views.built - built} views were built`,
        );
        const another = rows.findIndex((row, id) => (row === before[id]) !== (id % APART !== 7));
        checkSame(another, -1, 'a row that is another object, or the same, and should not be');
        checkSame(rows[7]?.tags, before[7]?.tags, 'the tags of a row whose score differs');
        checkSame(store.version, 1, 'version');
        store.dispose();
      });
    }
  });
}
