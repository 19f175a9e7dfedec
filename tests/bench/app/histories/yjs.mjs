import { Doc, UndoManager, Map as YMap } from 'yjs';
import { byHandle } from '../library.mjs';

/** @import { History } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */

// Shared maps are its model for objects. It takes edits within half a second for one step unless told not to.
/** @param {Row[]} rows @returns {History} */
export function open(rows) {
  const doc = new Doc();
  /** @type {YMap<YMap<unknown>>} */
  const state = doc.getMap('rows');
  doc.transact(() => {
    for (const row of rows) state.set(row.id, new YMap(Object.entries(row)));
  });
  const steps = new UndoManager(state, { captureTimeout: 0 });
  const keys = Object.keys(rows[0]);
  const at = (/** @type {string} */ id) => /** @type {YMap<unknown>} */ (state.get(id));
  return {
    editor: byHandle(at, (row, score) => row.set('score', score)),
    undo: () => steps.undo(),
    redo: () => steps.redo(),
    clear: () => steps.clear(),
    // Keys have no order there that outlasts an edit.
    row: (id) => {
      const row = at(id);
      return /** @type {Row} */ (Object.fromEntries(keys.map((key) => [key, row.get(key)])));
    },
  };
}
