import { applyPatch, generate, observe } from 'fast-json-patch';
import { byId } from '../rows.mjs';

/** @import { Operation } from 'fast-json-patch' */
/** @import { OpenRecorder, State } from '../recorders.mjs' */

/** @param {State} given @returns {State} */
const copyOf = (given) => JSON.parse(JSON.stringify(given));

/** @param {State} replica */
const follower = (replica) => ({
  apply: (/** @type {unknown} */ delta) => {
    applyPatch(replica, JSON.parse(String(delta)), true);
  },
  replica: () => replica,
});

/** @param {boolean} isInvertible whether it also tells what was there @returns {OpenRecorder} */
const finder = (isInvertible) => (given) => {
  const state = copyOf(given);
  const observer = observe(state);
  const patch = () => JSON.stringify(generate(observer, isInvertible));
  return {
    score: (ids, first) => {
      ids.forEach((id, at) => {
        state.rows[id].score = first + at;
      });
      return patch();
    },
    add: (rows) => {
      Object.assign(state.rows, byId(rows));
      return patch();
    },
    move: (from, to) => {
      state.order.splice(to, 0, ...state.order.splice(from, 1));
      return patch();
    },
    type: (id, letter) => {
      state.rows[id].title += letter;
      return patch();
    },
    ...follower(copyOf(given)),
  };
};

// What its observers find: they compare with a copy, and know no moves.
export const found = finder(false);
export const invertible = finder(true);

// The shortest that the standard allows, by someone who knows what changed.
/** @type {OpenRecorder} */
export const byHand = (given) => {
  const state = copyOf(given);
  const text = (/** @type {Operation[]} */ operations) => JSON.stringify(operations);
  return {
    score: (ids, first) =>
      text(ids.map((id, at) => ({ op: 'replace', path: `/rows/${id}/score`, value: first + at }))),
    add: (rows) => text(rows.map((row) => ({ op: 'add', path: `/rows/${row.id}`, value: row }))),
    move: (from, to) => text([{ op: 'move', from: `/order/${from}`, path: `/order/${to}` }]),
    type: (id, letter) => {
      const row = state.rows[id];
      row.title += letter;
      return text([{ op: 'replace', path: `/rows/${id}/title`, value: row.title }]);
    },
    ...follower(copyOf(given)),
  };
};
