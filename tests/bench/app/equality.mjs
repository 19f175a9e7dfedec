import { timeRuns } from './clock.mjs';
import { expect } from './expect.mjs';
import { makeRows } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Taken } from './sample.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * The job: whether two states are equal that share no object.
 *
 * @template [F=unknown]
 * @typedef {object} Comparer
 * @property {(state: State) => F} take a state as the contender has it, which is not timed
 * @property {(a: F, b: F) => boolean} equals
 */

/** @typedef {{ rows: Row[] }} State */

/** @template F @param {Comparer<F>} comparer */
const of = (comparer) => /** @type {Comparer} */ (/** @type {unknown} */ (comparer));

/** @param {(a: State, b: State) => boolean} equals */
const ofObjects = (equals) => of({ take: (/** @type {State} */ state) => state, equals });

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<Comparer>>}
 */
const comparers = {
  'two snapshots': async () => {
    const { createStore, equals } = await import('gaesup-state');
    return of({
      take: (state) => {
        const store = createStore(state);
        const bytes = store.snapshot({ compression: 'none' });
        store.dispose();
        return bytes;
      },
      equals,
    });
  },
  'two stores': async () => {
    const { createStore, equals } = await import('gaesup-state');
    return of({ take: (state) => createStore(state), equals });
  },
  dequal: async () => ofObjects((await import('dequal')).dequal),
  'dequal, lite': async () => ofObjects((await import('dequal/lite')).dequal),
  'fast-deep-equal': async () => ofObjects((await import('fast-deep-equal')).default),
  'floor, by hand': async () => {
    const { isSame } = await import('./differs/floor.mjs');
    return ofObjects(
      (a, b) => a.rows.length === b.rows.length && a.rows.every((row, at) => isSame(row, b.rows[at])),
    );
  },
  'floor, two JSON texts': async () =>
    of({
      take: (state) => JSON.stringify(state),
      equals: (a, b) => a === b,
    }),
};

/** @param {number} size @returns {State} */
const makeState = (size) => ({ rows: makeRows(size) });

/** @param {number} size @param {number} at the row that differs, in one letter: texts of both are equally long */
function makeOther(size, at) {
  const state = makeState(size);
  const row = state.rows[at];
  row.title = `${row.title.slice(0, -1)}!`;
  return state;
}

/**
 * Two states that are equal, two of which the first row differs, and two of which the last does.
 *
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {Promise<Taken>} nanoseconds
 */
export async function measureEquality(name, size, pace) {
  const load = comparers[name];
  if (load === undefined) throw new Error(`Nobody compares '${name}'.`);
  const { take, equals } = await load();
  const [one, same] = [take(makeState(size)), take(makeState(size))];
  const [first, last] = [take(makeOther(size, 0)), take(makeOther(size, size - 1))];
  const compare = (/** @type {unknown} */ against, /** @type {boolean} */ wanted) =>
    timeRuns(pace, {
      prepare: () => {},
      run: () => equals(one, against),
      finish: (answer) => expect(answer === wanted, `the states are ${wanted ? '' : 'not '}equal`),
    });
  return {
    figures: { same: compare(same, true), first: compare(first, false), last: compare(last, false) },
  };
}
