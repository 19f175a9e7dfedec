import type { Commit } from 'gaesup-state';
import { COLUMNS, NAME_COLUMN } from './record.ts';

/** A cell of the table, by its record and not by its row. */
export interface ChangedCell {
  readonly record: number;
  readonly column: number;
}

/** What a commit has done to the list of places. */
export interface ChangedPlaces {
  /** Where each place stood before, negative for a new one; null when all stand where they stood. */
  readonly order: readonly number[] | null;
  /** Whether it is another list altogether. Then the rest says nothing. */
  readonly isAnother: boolean;
  /** The places that are new, moved, or have changed, where they stand now and in rising order. */
  readonly records: readonly number[];
  /** What of them is in the table, in the same order. */
  readonly cells: readonly ChangedCell[];
}

/** Beyond so many changes of the list it takes less time to look at all places. */
const LIST_CHANGES_MAX = 10_000;
const ANOTHER: ChangedPlaces = { order: null, isAnother: true, records: [], cells: [] };

/** What a commit has changed of a list that had `count` places. O(changes), and O(places) if the list has changed. */
export function changedPlaces(commit: Commit, count: number): ChangedPlaces {
  const list = new ListReplay(count);
  for (const operation of commit.patches()) {
    const [, root, record, field] = operation.path.split('/');
    if (root !== undefined && root !== 'cities') continue;
    if (record === undefined || list.changes > LIST_CHANGES_MAX) return ANOTHER;
    const at = Number(record);
    if (field !== undefined)
      list.touch(
        at,
        COLUMNS.findIndex((column) => column.field === field),
      );
    else if (operation.op === 'add') list.add(at);
    else if (operation.op === 'remove') list.remove(at);
    else if (operation.op === 'move') list.move(Number(operation.from.split('/')[2]), at);
    else list.touch(at, NAME_COLUMN);
  }
  return list.outcome();
}

/**
 * Does again what was done to the list, with places that are called by where they stood before.
 * Of a commit, some changes name a place by where it stood at that moment.
 */
class ListReplay {
  changes = 0;
  readonly #count: number;
  /** Made when a place is not where it was. */
  #order: number[] | null = null;
  #added = 0;
  readonly #touched: ChangedCell[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  touch(at: number, column: number): void {
    this.#touched.push({ record: this.#order === null ? at : (this.#order[at] as number), column });
  }

  add(at: number): void {
    this.#list().splice(at, 0, --this.#added);
    this.touch(at, NAME_COLUMN);
  }

  remove(at: number): void {
    this.#list().splice(at, 1);
  }

  move(from: number, to: number): void {
    const list = this.#list();
    list.splice(to, 0, ...list.splice(from, 1));
    this.touch(to, NAME_COLUMN);
  }

  /** Every place that was touched, where it stands in the end. */
  outcome(): ChangedPlaces {
    const order = this.#order;
    const stands = order === null ? null : new Map(order.map((before, now) => [before, now]));
    const cells = this.#touched.flatMap(({ record, column }) => {
      const now = stands === null ? record : stands.get(record);
      return now === undefined ? [] : [{ record: now, column }];
    });
    const records = [...new Set(cells.map(({ record }) => record))].sort((a, b) => a - b);
    const shown = cells.filter(({ column }) => column >= 0).sort((a, b) => a.record - b.record);
    return { order, isAnother: false, records, cells: shown };
  }

  #list(): number[] {
    this.changes++;
    this.#order ??= Array.from({ length: this.#count }, (_, at) => at);
    return this.#order;
  }
}
