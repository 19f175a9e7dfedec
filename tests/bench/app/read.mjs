import { createStore } from 'gaesup-state';
import { createStore as createZustand } from 'zustand/vanilla';
import { timeRuns, timeSteps } from './clock.mjs';
import { expect } from './expect.mjs';
import { byId, distinct, makeRows } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Entries, List, Row } from './rows.mjs' */

/**
 * A state by id of which single rows are read. What is read is used: each
 * job adds up scores, so that no contender can leave the reading out.
 *
 * @typedef {{ readonly score: number }} Scored
 * @typedef {object} Table
 * @property {(id: string) => Scored} row
 * @property {(id: string) => () => Scored} reader a way to one row that is kept
 * @property {(id: string, score: number) => void} change
 * @property {() => void} dispose
 */

const READ = 1000;
const MASK = 1023;

/** @param {Row[]} rows @returns {Table} */
function ourTable(rows) {
  const store = createStore({ byId: byId(rows) });
  const entries = store.at('byId');
  return {
    row: (id) => entries.at(id).get(),
    reader: (id) => {
      const cursor = entries.at(id);
      return () => cursor.get();
    },
    change: (id, score) => entries.at(id, 'score').set(score),
    dispose: () => store.dispose(),
  };
}

/** Any library that holds plain objects reads as this one does. @param {Row[]} rows @returns {Table} */
function zustandTable(rows) {
  const store = createZustand(() => /** @type {Entries} */ ({ byId: byId(rows) }));
  return {
    row: (id) => store.getState().byId[id],
    reader: (id) => () => store.getState().byId[id],
    // What the update costs is another case's; here it only has to be done.
    change: (id, score) => {
      const entries = store.getState().byId;
      entries[id] = { ...entries[id], score };
    },
    dispose: () => {},
  };
}

/** @param {Row[]} rows @returns {Table} */
function plainTable(rows) {
  const state = { byId: byId(rows) };
  return {
    row: (id) => state.byId[id],
    reader: (id) => {
      const row = state.byId[id];
      return () => row;
    },
    change: (id, score) => {
      state.byId[id].score = score;
    },
    dispose: () => {},
  };
}

/** @type {Record<string, { make: (rows: Row[]) => Table, way: 'key' | 'kept' }>} */
export const tables = {
  'by key': { make: ourTable, way: 'key' },
  'kept cursor': { make: ourTable, way: 'kept' },
  'zustand, by key': { make: zustandTable, way: 'key' },
  'floor, object by key': { make: plainTable, way: 'key' },
  'floor, kept object': { make: plainTable, way: 'kept' },
};

/** @param {number} size @returns {{ rows: Row[], picked: Row[] }} */
function tableRows(size) {
  const rows = makeRows(size);
  return { rows, picked: distinct(READ, size).map((index) => rows[index]) };
}

/** @param {Table} table @param {'key' | 'kept'} way @param {readonly Row[]} picked @returns {(() => Scored)[]} */
function readers(table, way, picked) {
  return picked.map(({ id }) => (way === 'kept' ? table.reader(id) : () => table.row(id)));
}

/** @param {readonly (() => Scored)[]} reads */
function sumOf(reads) {
  let sum = 0;
  for (const read of reads) sum += read().score;
  return sum;
}

/** @param {readonly { readonly score: number }[]} rows */
function sumOfScores(rows) {
  let sum = 0;
  for (const row of rows) sum += row.score;
  return sum;
}

/**
 * Reads random rows of one table that nobody has read before, each once, 1,000 at a time.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per row
 */
export function measureColdRows(name, size, pace) {
  const { make, way } = tables[name];
  const rows = makeRows(size);
  const order = distinct(size, size).map((index) => rows[index]);
  const table = make(rows);
  let used = 0;
  const samples = [];
  for (let round = 0; round < pace.warmUps + pace.batches; round++) {
    const picked = order.slice(used, used + READ);
    used += READ;
    expect(picked.length === READ, 'no cold rows are left');
    const reads = readers(table, way, picked);
    const began = performance.now();
    const sum = sumOf(reads);
    const took_ms = performance.now() - began;
    expect(sum === sumOfScores(picked), 'the scores that were read');
    if (round >= pace.warmUps) samples.push((took_ms * 1e6) / READ);
  }
  return samples;
}

/**
 * Reads rows again that have not changed since.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per row
 */
export function measureWarmRows(name, size, pace) {
  const { make, way } = tables[name];
  const { rows, picked } = tableRows(size);
  const table = make(rows);
  const reads = readers(table, way, [...picked, ...picked.slice(0, MASK + 1 - READ)]);
  expect(sumOf(reads.slice(0, READ)) === sumOfScores(picked), 'the scores that were read');
  const seen = reads[0]();
  expect(reads[0]() === seen, 'an unchanged row is another object');
  let sum = 0;
  const { samples } = timeSteps(pace, (index) => {
    sum += reads[index & MASK]().score;
  });
  expect(sum > 0, 'no score was read');
  return samples;
}

/**
 * Reads rows again, each of which has changed since.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per row
 */
export function measureChangedRows(name, size, pace) {
  const { make, way } = tables[name];
  const { rows, picked } = tableRows(size);
  const table = make(rows);
  const reads = readers(table, way, picked);
  let round = 0;
  return timeRuns(
    { ...pace, singles: pace.singles * 5 },
    {
      prepare: () => {
        round++;
        for (const { id } of picked) table.change(id, round);
      },
      run: () => sumOf(reads),
      finish: (sum) => expect(sum === round * READ, 'the changed scores'),
    },
    READ,
  );
}

/**
 * A list of rows that is read as a whole: `change` and `all`.
 *
 * @typedef {{ all: () => readonly Scored[], change: (score: number) => void, dispose: () => void }} Sheet
 * @type {Record<string, (rows: Row[]) => Sheet>}
 */
export const sheets = {
  'store.get()': (rows) => {
    const store = createStore(/** @type {List} */ ({ rows }));
    return {
      all: () => store.get().rows,
      change: (score) => store.at('rows', 0, 'score').set(score),
      dispose: () => store.dispose(),
    };
  },
  'floor, plain objects': (rows) => ({
    all: () => rows,
    change: (score) => {
      rows[0].score = score;
    },
    dispose: () => {},
  }),
};

/**
 * Reads all rows for the first time.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per read of all
 */
export function measureColdSheet(name, size, pace) {
  const rows = makeRows(size);
  return timeRuns(pace, {
    prepare: () => sheets[name](rows),
    run: (sheet) => sumOfScores(sheet.all()),
    finish: (sum, sheet) => {
      expect(sum === sumOfScores(rows), 'the scores that were read');
      sheet.dispose();
    },
  });
}

/**
 * Reads all rows again after one of them has changed.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per read of all
 */
export function measureChangedSheet(name, size, pace) {
  const rows = makeRows(size);
  const others = sumOfScores(rows.slice(1));
  const sheet = sheets[name](rows);
  let round = 0;
  return timeRuns(
    { ...pace, singles: pace.singles * 3 },
    {
      prepare: () => {
        sheet.all();
        sheet.change(++round);
      },
      run: () => sumOfScores(sheet.all()),
      finish: (sum) => expect(Math.abs(sum - round - others) < 1e-3, 'the changed score'),
    },
  );
}
