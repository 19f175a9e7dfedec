import { createCheckpoints, createStore } from 'tinybase';
import { STEPS } from '../histories.mjs';
import { byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { History } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */

// Checkpoints are its undo; it drops all but 100 of them unless told how many to keep.
/** @param {Row[]} rows @returns {History} */
export function open(rows) {
  const store = createStore().setTable('rows', byId(rows));
  const checkpoints = createCheckpoints(store).setSize(STEPS);
  return {
    editor: byKey((id, score) => {
      store.setCell('rows', id, 'score', score);
      checkpoints.addCheckpoint();
    }),
    undo: () => checkpoints.goBackward(),
    redo: () => checkpoints.goForward(),
    clear: () => checkpoints.clear(),
    row: (id) => /** @type {Row} */ (/** @type {unknown} */ (store.getRow('rows', id))),
  };
}
