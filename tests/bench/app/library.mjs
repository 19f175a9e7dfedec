/**
 * What a library does in the cases about reactivity, in a form that suits it.
 * Each has a file of its own in `peers/`, for those who know the library to
 * judge; ours is in `ours.mjs`. The rows that a table is made of are its own
 * to keep and change.
 *
 * @import { Row } from './rows.mjs'
 *
 * @typedef {(value: number) => void} Told is handed what the watcher sees in the value it was given
 *
 * @typedef {object} Counter
 * @property {() => void} increment
 * @property {(told: Told) => void} watch calls `told` with the count, before `increment` returns
 * @property {() => number} count
 *
 * @typedef {object} Table rows by id
 * @property {(ids: readonly string[]) => (at: number, score: number) => void} writer
 *   gives what makes `score` the score of row `ids[at]`; what can be looked up once is looked up here
 * @property {(ids: readonly string[]) => (first: number) => void | Promise<void>} transaction
 *   gives what makes `first + at` the score of each row `ids[at]`, in one transaction
 * @property {(id: string, told: Told) => void} watch
 *   calls `told` with the score of that row whenever it changed: before the write returns, or once
 *   at the end of a transaction. It may also call it at once.
 * @property {(id: string) => Row} row as a plain object
 *
 * @typedef {{ counter: () => Counter, table: (rows: Row[]) => Table }} Library
 */

/**
 * A writer that finds the row anew each time.
 *
 * @param {(id: string, score: number) => void} write
 * @returns {Table['writer']}
 */
export const byKey = (write) => (ids) => (at, score) => write(ids[at], score);

/**
 * A writer that keeps what leads to each row.
 *
 * @template T
 * @param {(id: string) => T} find
 * @param {(kept: T, score: number) => void} write
 * @returns {Table['writer']}
 */
export const byHandle = (find, write) => (ids) => {
  const found = new Map(ids.map((id) => [id, find(id)]));
  const kept = ids.map((id) => /** @type {T} */ (found.get(id)));
  return (at, score) => write(kept[at], score);
};

/**
 * A transaction of single writes.
 *
 * @param {Table['writer']} writer
 * @param {(change: () => void) => void} batch
 * @returns {Table['transaction']}
 */
export const batchOf = (writer, batch) => (ids) => {
  const write = writer(ids);
  return (first) =>
    batch(() => {
      for (let at = 0; at < ids.length; at++) write(at, first + at);
    });
};

/**
 * The rows after a transaction, for libraries that never change a row.
 *
 * @param {Record<string, Row>} rows
 * @param {readonly string[]} ids
 * @param {number} first
 * @returns {Record<string, Row>}
 */
export function withScores(rows, ids, first) {
  const next = { ...rows };
  ids.forEach((id, at) => {
    next[id] = { ...next[id], score: first + at };
  });
  return next;
}
