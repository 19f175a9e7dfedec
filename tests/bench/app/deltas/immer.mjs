import { applyPatches, enableMapSet, enablePatches, produceWithPatches, setAutoFreeze } from 'immer';
import { asList, asMap } from '../forms.mjs';

/** @import { OpenPair } from '../deltas.mjs' */
/** @import { Form } from '../forms.mjs' */
/** @import { Row } from '../rows.mjs' */

enablePatches();
enableMapSet();
// Immer freezes what it makes unless told not to: without that it is quicker.
setAutoFreeze(false);

/** @template R @param {(rows: Row[]) => Form<R>} form @returns {OpenPair} */
const pairOf = (form) => (rows, replicaRows) => {
  const { rows: initial, find } = form(rows);
  let state = { rows: initial };
  let replica = { rows: form(replicaRows).rows };
  return {
    encoder: (ids) => (first) => {
      const [next, patches] = produceWithPatches(state, (draft) => {
        ids.forEach((id, nth) => {
          find(/** @type {{ rows: R }} */ (draft).rows, id).score = first + nth;
        });
      });
      state = next;
      return JSON.stringify(patches);
    },
    apply: (delta) => {
      replica = applyPatches(replica, JSON.parse(String(delta)));
    },
    sent: (id) => find(state.rows, id),
    arrived: (id) => find(replica.rows, id),
  };
};

export const map = pairOf(asMap);
export const list = pairOf(asList);
