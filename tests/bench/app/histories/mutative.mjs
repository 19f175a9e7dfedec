import { apply, create } from 'mutative';
import { asList, asMap, asObject } from '../forms.mjs';
import { patchStack } from './patches.mjs';

/** @import { OpenHistory } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */
/** @import { Form } from '../forms.mjs' */

/** @template R @param {(rows: Row[]) => Form<R>} form @returns {OpenHistory} */
const historyOf = (form) => (all) => {
  const { rows, find } = form(all);
  return patchStack(
    { rows },
    {
      change: (state, id, score) =>
        create(
          state,
          (draft) => {
            find(/** @type {{ rows: R }} */ (draft).rows, id).score = score;
          },
          { enablePatches: true },
        ),
      apply: (state, patches) => /** @type {{ rows: R }} */ (apply(state, patches)),
      row: (state, id) => find(state.rows, id),
    },
  );
};

export const object = historyOf(asObject);
export const map = historyOf(asMap);
export const list = historyOf(asList);
