import { openPair } from './deltas.mjs';
import { expect, isEqual } from './expect.mjs';
import { below, distinct, seeded } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Delta, Pair } from './deltas.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * The job: make new numbers the `score` of some random rows of 100,000 in one
 * transaction and get what changed as a delta; and apply it to a replica.
 */

const ROWS = 100_000;
/** Transactions that differ in the rows they change; they take turns. */
const SETS = { 1: 4096, 1000: 8 };
const BATCH_MAX = 4096;
const COMPARED = 200;

/**
 * @param {Pair} pair
 * @param {readonly Row[]} rows as they were
 * @param {ReadonlyMap<number, number>} scores what those are now that changed
 */
function expectBoth(pair, rows, scores) {
  const changed = [...scores.keys()];
  const some = distinct(COMPARED, changed.length).map((at) => changed[at]);
  for (const row of [...some, ...distinct(COMPARED, rows.length)]) {
    const wanted = { ...rows[row], score: scores.get(row) ?? rows[row].score };
    expect(isEqual(pair.sent(wanted.id), wanted), `row ${row} of the state`);
    expect(isEqual(pair.arrived(wanted.id), wanted), `row ${row} of the replica`);
  }
}

/**
 * @param {string} name
 * @param {number} fields how many rows change in each transaction
 * @param {Pace} pace
 * @returns {Promise<{ figures: Record<'encode' | 'apply', number[]> }>} nanoseconds per delta
 */
export async function measureDeltas(name, fields, pace) {
  const { pair, rows, ids } = await openPair(name, ROWS);
  const random = seeded(19);
  const sets = Array.from({ length: fields === 1 ? SETS[1] : SETS[1000] }, () =>
    Array.from({ length: fields }, () => below(random, ROWS)),
  );
  const encoders = sets.map((picks) => pair.encoder(picks.map((row) => ids[row])));
  /** @type {Map<number, number>} */
  const scores = new Map();
  let index = 0;
  const runBatch = (/** @type {number} */ count) => {
    const first = index;
    /** @type {Delta[]} */
    const deltas = [];
    const began = performance.now();
    for (const end = index + count; index < end; index++) {
      deltas.push(encoders[index % sets.length](index * fields + 0.5));
    }
    const encoded = performance.now();
    for (const delta of deltas) pair.apply(delta);
    const applied = performance.now();
    for (let at = first; at < index; at++) {
      sets[at % sets.length].forEach((row, nth) => {
        scores.set(row, at * fields + 0.5 + nth);
      });
    }
    return { encode: encoded - began, apply: applied - encoded };
  };

  runBatch(1);
  expectBoth(pair, rows, scores);
  runBatch(1);
  expectBoth(pair, rows, scores);

  let count = 1;
  const start = performance.now();
  while (performance.now() - start < 2 * pace.warmUp_ms) {
    const { encode, apply } = runBatch(count);
    if (Math.min(encode, apply) < pace.batch_ms / 2 && encode + apply < 3 * pace.batch_ms) {
      count = Math.min(BATCH_MAX, count * 2);
    }
  }
  /** @type {Record<'encode' | 'apply', number[]>} */
  const figures = { encode: [], apply: [] };
  for (let batch = 0; batch < pace.batches; batch++) {
    const { encode, apply } = runBatch(count);
    figures.encode.push((encode * 1e6) / count);
    figures.apply.push((apply * 1e6) / count);
  }
  expectBoth(pair, rows, scores);
  return { figures };
}
