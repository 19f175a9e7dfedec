import { Audience, expectRows } from './audience.mjs';
import { timeSteps } from './clock.mjs';
import { expect } from './expect.mjs';
import { openTable } from './libraries.mjs';
import { below, distinct, seeded } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */

/**
 * The job: make a new number the `score` of a row, and have those that watch
 * this row told of it before the write returns, and nobody else.
 */

const PICKS = 1 << 16;
const WATCHED = 1000;
const ELSEWHERE_ROWS = 20_000;
const CHECKED_MIN = 3;
const CHECKED_MAX = 1000;
const CHECK_ms = 200;

/**
 * @param {string} name
 * @param {object} scene
 * @param {number} scene.size
 * @param {number[]} scene.watched
 * @param {number[]} scene.picks the row of each update, repeated from the start; a power of two
 * @param {Pace} pace
 * @returns {Promise<number[]>} nanoseconds per update
 */
async function measure(name, { size, watched, picks }, pace) {
  const { table, rows, ids } = await openTable(name, size);
  const isWatched = new Set(watched);
  const audience = new Audience(table, rows, watched);
  const write = table.writer(picks.map((row) => ids[row]));
  const last = picks.length - 1;
  const step = (/** @type {number} */ index) => write(index & last, index + 0.5);

  const until = performance.now() + CHECK_ms;
  const goesOn = (/** @type {number} */ done) =>
    done < CHECKED_MIN || (done < CHECKED_MAX && performance.now() < until);
  let checked = 0;
  let calls = 0;
  for (; goesOn(checked); checked++) {
    step(checked);
    const row = picks[checked & last];
    if (isWatched.has(row)) audience.expectLast(++calls, row, checked + 0.5);
    else expect(audience.calls === calls, 'a watcher of another row was called');
  }
  const { samples, steps } = timeSteps(pace, step, checked, picks.length);

  /** @type {Map<number, number>} */
  const scores = new Map();
  for (let index = 0; index < steps; index++) {
    const row = picks[index & last];
    scores.set(row, index + 0.5);
    if (index >= checked && isWatched.has(row)) calls++;
  }
  expect(audience.calls === calls, `watchers were called ${audience.calls} times in place of ${calls}`);
  expectRows(table, rows, scores);
  return samples;
}

/**
 * Random rows of all of them change, of which 1,000 are watched.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 */
export function measureWatchedRows(name, size, pace) {
  const random = seeded(11);
  const watched = distinct(WATCHED, size);
  const picks = Array.from({ length: PICKS }, () => below(random, size));
  // The slow do few updates, and theirs shall be checked as well.
  [picks[0], picks[2]] = watched;
  return measure(name, { size, watched, picks }, pace);
}

/**
 * One row changes again and again. It has one watcher; all others watch rows
 * that stay as they are.
 *
 * @param {string} name
 * @param {number} others
 * @param {Pace} pace
 */
export function measureElsewhere(name, others, pace) {
  const watched = distinct(others + 1, ELSEWHERE_ROWS);
  return measure(name, { size: ELSEWHERE_ROWS, watched, picks: [watched[others]] }, pace);
}
