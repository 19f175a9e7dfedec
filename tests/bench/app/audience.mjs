import { expect, isEqual } from './expect.mjs';
import { distinct } from './rows.mjs';

/** @import { Table } from './library.mjs' */
/** @import { Row } from './rows.mjs' */

const COMPARED = 300;

/** The watchers of some rows, and what they have been told. */
export class Audience {
  /** How often any of them was called. */
  calls = 0;
  /** The row of whoever was called last, and what it saw. */
  row = -1;
  score = Number.NaN;

  /**
   * @param {Table} table
   * @param {readonly Row[]} rows
   * @param {readonly number[]} watched one watcher for each of these
   */
  constructor(table, rows, watched) {
    for (const row of watched) {
      table.watch(rows[row].id, (score) => {
        this.calls++;
        this.row = row;
        this.score = score;
      });
    }
    // Those that were called when they began to watch were told of no change.
    this.calls = 0;
  }

  /**
   * @param {number} calls
   * @param {number} row
   * @param {number} score
   */
  expectLast(calls, row, score) {
    expect(this.calls === calls, `watchers were called ${this.calls} times in place of ${calls}`);
    expect(this.row === row && this.score === score, 'another watcher was told, or something else');
  }
}

/**
 * Compares some rows, whole, with what they should be.
 *
 * @param {Table} table
 * @param {readonly Row[]} rows as they were
 * @param {ReadonlyMap<number, number>} scores what those are now that changed
 */
export function expectRows(table, rows, scores) {
  const changed = [...scores.keys()];
  const some = distinct(COMPARED, changed.length).map((at) => changed[at]);
  for (const row of [...some, ...distinct(COMPARED, rows.length)]) {
    const wanted = { ...rows[row], score: scores.get(row) ?? rows[row].score };
    expect(isEqual(table.row(wanted.id), wanted), `row ${row}`);
  }
}
