import { applyPatches, enablePatches, produceWithPatches } from 'immer';

/** @import { OpenRecorder, State } from '../recorders.mjs' */

enablePatches();

/** @param {boolean} isInvertible whether it also tells the patches that lead back @returns {OpenRecorder} */
const recorder = (isInvertible) => (given) => {
  let state = given;
  let replica = given;
  const told = (/** @type {(draft: State) => void} */ recipe) => {
    const [next, patches, inverse] = produceWithPatches(state, recipe);
    state = next;
    return JSON.stringify(isInvertible ? { patches, inverse } : { patches });
  };
  return {
    score: (ids, first) =>
      told(({ rows }) => {
        ids.forEach((id, at) => {
          rows[id].score = first + at;
        });
      }),
    add: (some) =>
      told(({ rows }) => {
        for (const row of some) rows[row.id] = row;
      }),
    move: (from, to) =>
      told(({ order }) => {
        order.splice(to, 0, ...order.splice(from, 1));
      }),
    type: (id, letter) =>
      told(({ rows }) => {
        rows[id].title += letter;
      }),
    apply: (delta) => {
      replica = applyPatches(replica, JSON.parse(String(delta)).patches);
    },
    replica: () => replica,
  };
};

export const oneWay = recorder(false);
export const bothWays = recorder(true);
