import { timeRuns } from './clock.mjs';
import { expect, isEqual } from './expect.mjs';
import { below, makeRows, seeded } from './rows.mjs';
import { loadSaver } from './savers.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Taken } from './sample.mjs' */
/** @import { Saver } from './savers.mjs' */
/** @import { Row } from './rows.mjs' */

/** @param {Saver} saver @param {unknown} saved @param {readonly Row[]} rows what it should hold */
function expectSaved(saver, saved, rows) {
  const opened = saver.open(saved);
  const at = rows.length >> 1;
  expect(isEqual(opened.row(at), rows[at]), 'a row of what was opened');
  expect(isEqual(opened.all(), { rows }), 'what was opened');
  opened.close();
}

/**
 * The job: the whole state into something that can be kept, of which it can be opened again. One
 * field changes before each time.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {Promise<Taken>} nanoseconds, and the bytes of what was saved
 */
export async function measureSave(name, size, pace) {
  const saver = (await loadSaver(name))(makeRows(size));
  const rows = makeRows(size);
  const random = seeded(29);
  const edit = () => {
    const [at, score] = [below(random, size), random() * 100];
    rows[at].score = score;
    saver.edit(at, score);
  };
  expectSaved(saver, saver.save(), rows);
  edit();
  /** @type {unknown} */
  let last = saver.save();
  expectSaved(saver, last, rows);
  const time = timeRuns(pace, {
    prepare: () => {
      // What was saved before is no longer needed when the next is.
      last = undefined;
      edit();
    },
    run: () => saver.save(),
    finish: (saved) => {
      last = saved;
    },
  });
  expectSaved(saver, last, rows);
  const bytes = saver.size(last);
  return { figures: { time, bytes: bytes === undefined ? [] : [bytes] } };
}

/**
 * The job: from what was saved to one random row of it that can be looked at.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {Promise<number[]>} nanoseconds
 */
export async function measureOpen(name, size, pace) {
  const saver = (await loadSaver(name))(makeRows(size));
  const rows = makeRows(size);
  const random = seeded(31);
  const saved = saver.save();
  expectSaved(saver, saved, rows);
  return timeRuns(pace, {
    prepare: () => below(random, size),
    run: (at) => {
      const opened = saver.open(saved);
      return { opened, row: opened.row(at) };
    },
    finish: ({ opened, row }, at) => {
      expect(isEqual(row, rows[at]), `row ${at} of what was opened`);
      opened.close();
    },
  });
}
