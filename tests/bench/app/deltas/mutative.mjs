import { apply, create } from 'mutative';
import { asList, asMap } from '../forms.mjs';

/** @import { OpenPair } from '../deltas.mjs' */
/** @import { Form } from '../forms.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @template R @param {(rows: Row[]) => Form<R>} form @returns {OpenPair} */
const pairOf = (form) => (rows, replicaRows) => {
  const { rows: initial, find } = form(rows);
  let state = { rows: initial };
  let replica = { rows: form(replicaRows).rows };
  return {
    encoder: (ids) => (first) => {
      const [next, patches] = create(
        state,
        (draft) => {
          ids.forEach((id, nth) => {
            find(/** @type {{ rows: R }} */ (draft).rows, id).score = first + nth;
          });
        },
        { enablePatches: true },
      );
      state = next;
      return JSON.stringify(patches);
    },
    apply: (delta) => {
      replica = apply(replica, JSON.parse(String(delta)));
    },
    sent: (id) => find(state.rows, id),
    arrived: (id) => find(replica.rows, id),
  };
};

export const map = pairOf(asMap);
export const list = pairOf(asList);
