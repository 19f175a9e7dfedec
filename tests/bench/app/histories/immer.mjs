import { applyPatches, enableMapSet, enablePatches, produceWithPatches, setAutoFreeze } from 'immer';
import { asList, asMap, asObject } from '../forms.mjs';
import { patchStack } from './patches.mjs';

/** @import { Patch } from 'immer' */
/** @import { OpenHistory } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */
/** @import { Form } from '../forms.mjs' */

enablePatches();
enableMapSet();
// Immer freezes what it makes unless told not to: without that it is quicker.
setAutoFreeze(false);

/** @template R @param {(rows: Row[]) => Form<R>} form @returns {OpenHistory} */
const historyOf = (form) => (all) => {
  const { rows, find } = form(all);
  return patchStack(
    { rows },
    {
      change: (state, id, score) => {
        const made = produceWithPatches(state, (draft) => {
          find(/** @type {{ rows: R }} */ (draft).rows, id).score = score;
        });
        return /** @type {[{ rows: R }, Patch[], Patch[]]} */ (/** @type {unknown} */ (made));
      },
      apply: (state, patches) => applyPatches(state, patches),
      row: (state, id) => find(state.rows, id),
    },
  );
};

export const object = historyOf(asObject);
export const map = historyOf(asMap);
export const list = historyOf(asList);
