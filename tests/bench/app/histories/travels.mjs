import { createTravels } from 'travels';
import { asList, asObject } from '../forms.mjs';
import { STEPS } from '../histories.mjs';
import { byKey } from '../library.mjs';

/** @import { OpenHistory } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */
/** @import { Form } from '../forms.mjs' */

// It has no `Map`s, and drops all but 10 steps unless told how many to keep.
/** @template R @param {(rows: Row[]) => Form<R>} form @param {boolean} mutable @returns {OpenHistory} */
const historyOf = (form, mutable) => (all) => {
  const { rows, find } = form(all);
  const travels = createTravels({ rows }, { maxHistory: STEPS, mutable });
  const read = () => /** @type {{ rows: R }} */ (travels.getState()).rows;
  return {
    editor: byKey((id, score) =>
      travels.setState((/** @type {unknown} */ draft) => {
        find(/** @type {{ rows: R }} */ (draft).rows, id).score = score;
      }),
    ),
    undo: () => travels.back(),
    redo: () => travels.forward(),
    clear: () => travels.rebase(),
    row: (id) => find(read(), id),
  };
};

export const object = historyOf(asObject, false);
export const list = historyOf(asList, false);
/** It changes the rows in place, as stores that observe them need it. */
export const mutable = historyOf(asObject, true);
