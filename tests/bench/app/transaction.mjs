import { Audience, expectRows } from './audience.mjs';
import { timeJobs } from './clock.mjs';
import { openTable } from './libraries.mjs';
import { below, distinct, seeded } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */

const WRITES = 10_000;
/** Transactions that differ in the rows they change; they take turns. */
const SETS = 4;
const CHECKED = 2;

/**
 * Makes new numbers the `score` of 10,000 rows, random ones of all, in one
 * transaction. One row, which is among them, is watched, and its watcher is
 * told once.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {Promise<number[]>} nanoseconds per transaction
 */
export async function measureTransaction(name, size, pace) {
  const { table, rows, ids } = await openTable(name, size);
  const random = seeded(13);
  const [watched] = distinct(1, size);
  const sets = Array.from({ length: SETS }, () => {
    const picks = Array.from({ length: WRITES }, () => below(random, size));
    picks[below(random, WRITES)] = watched;
    return picks;
  });
  const audience = new Audience(table, rows, [watched]);
  const transactions = sets.map((picks) => table.transaction(picks.map((row) => ids[row])));
  const firstScore = (/** @type {number} */ index) => index * WRITES + 0.5;
  const job = (/** @type {number} */ index) => transactions[index % SETS](firstScore(index));
  const scoreAfter = (/** @type {number} */ index) =>
    firstScore(index) + sets[index % SETS].lastIndexOf(watched);

  for (let index = 0; index < CHECKED; index++) {
    await job(index);
    audience.expectLast(index + 1, watched, scoreAfter(index));
  }
  const { samples, jobs } = await timeJobs(pace, job, CHECKED);
  audience.expectLast(jobs, watched, scoreAfter(jobs - 1));

  /** @type {Map<number, number>} */
  const scores = new Map();
  for (let index = Math.max(0, jobs - SETS); index < jobs; index++) {
    sets[index % SETS].forEach((row, at) => {
      scores.set(row, firstScore(index) + at);
    });
  }
  expectRows(table, rows, scores);
  return samples;
}
