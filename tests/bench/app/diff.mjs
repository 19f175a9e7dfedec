import { timeRuns } from './clock.mjs';
import { loadDiffer } from './differs.mjs';
import { makeTwo } from './edits.mjs';
import { expect, isEqual } from './expect.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Differ } from './differs.mjs' */

const SHARE = 0.01;

/**
 * The job: what leads from one state to another one, of which 1% of the rows were edited.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {Promise<number[]>} nanoseconds
 */
export async function measureDiff(name, size, pace) {
  const open = await loadDiffer(name);
  const two = () => {
    const { before, after, changed } = makeTwo(size, SHARE);
    return { before: { rows: before }, after: { rows: after }, changed };
  };
  const make = () => {
    const { before, after, changed } = two();
    return open(before, after, changed);
  };
  const { before, after } = two();
  const expectTold = (/** @type {Differ} */ differ, /** @type {unknown} */ difference) =>
    expect(isEqual(differ.applied(difference), after), 'what the difference makes of the first state');
  expect(!isEqual(before, after), 'two states that differ');

  const first = make();
  expectTold(first, first.diff());
  const differ = make();
  /** @type {unknown} */
  let last;
  const samples = timeRuns(pace, {
    prepare: () => {
      last = undefined;
    },
    run: () => differ.diff(),
    finish: (difference) => {
      last = difference;
    },
  });
  expectTold(differ, last);
  return samples;
}
