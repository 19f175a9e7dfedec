import { timeRuns } from './clock.mjs';
import { makeTwo } from './edits.mjs';
import { expect, isEqual } from './expect.mjs';
import { loadRefetcher } from './refetchers.mjs';
import { below, makeRows, seeded } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Refetcher } from './refetchers.mjs' */
/** @import { Row } from './rows.mjs' */

/** @typedef {{ rows: readonly Row[], bytes: Uint8Array }} Answer */

/** Rows that are on screen, and are read after each refetch. */
const SEEN = 1000;
/** It keeps nothing; it is here for what it takes to parse. */
const FORGETFUL = 'JSON.parse alone';

/**
 * Takes both answers in and looks at all rows after each: those of the answer, and the same objects
 * as before where nothing has changed.
 *
 * @param {Refetcher} refetcher
 * @param {readonly Answer[]} answers of which it has the first
 * @param {ReadonlySet<number>} changed indices of rows
 * @param {boolean} keeps whether the objects stay the same
 */
function check(refetcher, answers, changed, keeps) {
  for (const { rows, bytes } of [answers[1], answers[0], answers[0]]) {
    const held = [...refetcher.rows()];
    refetcher.refetch(bytes);
    const now = refetcher.rows();
    expect(isEqual(now, rows), 'the rows after a refetch');
    const same = held.filter((row, at) => row === now[at] || changed.has(at));
    expect(!keeps || same.length === rows.length, 'rows that have not changed are the same objects');
  }
}

/**
 * The job: an answer that has been fetched again becomes the state, and what has not changed stays
 * the object that it was. Two answers take turns, which differ in a share of their rows.
 *
 * @param {string} name
 * @param {number} size
 * @param {number} share from 0 to 1 of the rows
 * @param {Pace} pace
 * @returns {Promise<number[]>} nanoseconds
 */
export async function measureRefetch(name, size, share, pace) {
  const open = await loadRefetcher(name);
  const { before, after, changed } = makeTwo(size, share);
  const encoder = new TextEncoder();
  const answers = [before, after].map((rows) => ({ rows, bytes: encoder.encode(JSON.stringify(rows)) }));
  const random = seeded(37);
  const seen = Array.from({ length: SEEN }, () => below(random, size));
  const checked = open(makeRows(size), seen);
  check(checked, answers, new Set(changed), name !== FORGETFUL);
  checked.close();

  // One that nobody has read all of: who builds what is read would have all of it to keep.
  const refetcher = open(makeRows(size), seen);
  let turn = 0;
  const samples = timeRuns(pace, {
    prepare: () => answers[++turn % 2].bytes,
    run: (bytes) => refetcher.refetch(bytes),
    finish: () => {
      const { rows } = answers[turn % 2];
      for (const at of [changed[turn % changed.length], seen[turn]]) {
        expect(isEqual(refetcher.row(at), rows[at]), `row ${at} after refetch ${turn}`);
      }
    },
  });
  expect(isEqual(refetcher.rows(), answers[turn % 2].rows), 'the rows after the last refetch');
  return samples;
}
