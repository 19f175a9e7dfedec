import { expect, isEqual } from './expect.mjs';
import { loadRecorder } from './recorders.mjs';
import { byId, distinct, makeRows } from './rows.mjs';

/** @import { Delta } from './deltas.mjs' */
/** @import { Recorder, State } from './recorders.mjs' */
/** @import { Row } from './rows.mjs' */

const ROWS = 10_000;
const MANY = 1_000;
const [FROM, TO] = [700, 200];
const TYPED = ', and then look at the rest of';
const FIRST = 0.625;

const rows = makeRows(ROWS + MANY);
const before = rows.slice(0, ROWS);
const added = rows.slice(ROWS);
const picked = distinct(MANY, ROWS).map((row) => rows[row].id);

/** @returns {State} */
const makeState = () => ({ rows: byId(before), order: before.map(({ id }) => id) });

/**
 * @typedef {object} Change
 * @property {(recorder: Recorder) => Delta[]} make
 * @property {(state: State) => void} expected does the same to plain objects
 */

/** @param {readonly string[]} ids @returns {Change} */
const scoring = (ids) => ({
  make: (recorder) => [recorder.score(ids, FIRST)],
  expected: ({ rows }) => {
    ids.forEach((id, at) => {
      rows[id] = { ...rows[id], score: FIRST + at };
    });
  },
});

/** @param {readonly Row[]} some @returns {Change} */
const adding = (some) => ({
  make: (recorder) => [recorder.add(some)],
  expected: ({ rows }) => Object.assign(rows, byId(some)),
});

/** @type {Record<string, Change>} */
const changes = {
  'one field': scoring(picked.slice(0, 1)),
  '1,000 fields': scoring(picked),
  'one new row': adding(added.slice(0, 1)),
  '1,000 new rows': adding(added),
  'a move in a list': {
    make: (recorder) => [recorder.move(FROM, TO)],
    expected: ({ order }) => {
      order.splice(TO, 0, ...order.splice(FROM, 1));
    },
  },
  'typed text': {
    make: (recorder) => [...TYPED].map((letter) => recorder.type(picked[0], letter)),
    expected: ({ rows }) => {
      const row = rows[picked[0]];
      rows[row.id] = { ...row, title: row.title + TYPED };
    },
  },
};

/** Key order is not everyone's concern. @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** @param {Delta} delta */
const sizeOf = (delta) =>
  typeof delta === 'string' ? new TextEncoder().encode(delta).length : delta.byteLength;

/**
 * @param {string} name
 * @param {string} what
 * @returns {Promise<number[]>} bytes of all deltas of the change
 */
export async function measureDeltaBytes(name, what) {
  const change = changes[what];
  if (change === undefined) throw new Error(`There is no change called '${what}'.`);
  const recorder = (await loadRecorder(name))(makeState());
  const deltas = change.make(recorder);
  for (const delta of deltas) recorder.apply(delta);
  const wanted = makeState();
  change.expected(wanted);
  expect(isEqual(sorted(recorder.replica()), sorted(wanted)), `the replica after ${what}`);
  return [deltas.reduce((sum, delta) => sum + sizeOf(delta), 0)];
}
