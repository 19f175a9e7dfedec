import { applyPatch, generate, observe } from 'fast-json-patch';
import { byId } from '../rows.mjs';

/** @import { Pair } from '../deltas.mjs' */
/** @import { Row } from '../rows.mjs' */

// It observes by comparing with a copy of all. Patches change the replica in place, which is its quick way, and
// are not validated.
/** @param {Row[]} rows @param {Row[]} replicaRows @returns {Pair} */
export function open(rows, replicaRows) {
  const state = { rows: byId(rows) };
  const replica = { rows: byId(replicaRows) };
  const observer = observe(state);
  return {
    encoder: (ids) => (first) => {
      ids.forEach((id, nth) => {
        state.rows[id].score = first + nth;
      });
      return JSON.stringify(generate(observer));
    },
    apply: (delta) => {
      applyPatch(replica, JSON.parse(String(delta)));
    },
    sent: (id) => state.rows[id],
    arrived: (id) => replica.rows[id],
  };
}
