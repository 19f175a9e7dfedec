import { byKey } from '../library.mjs';

/** @import { History } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */

// No library: what undo of this one job needs, and nothing that it could leave out.
/** @param {Row[]} rows @returns {History} */
export function open(rows) {
  const state = new Map(rows.map((row) => [row.id, row]));
  const at = (/** @type {string} */ id) => /** @type {Row} */ (state.get(id));
  /** @type {{ id: string, field: 'score', before: number, after: number }[]} */
  let steps = [];
  let done = 0;
  return {
    editor: byKey((id, score) => {
      const row = at(id);
      steps.length = done;
      steps[done++] = { id, field: 'score', before: row.score, after: score };
      row.score = score;
    }),
    undo: () => {
      const { id, field, before } = steps[--done];
      at(id)[field] = before;
    },
    redo: () => {
      const { id, field, after } = steps[done++];
      at(id)[field] = after;
    },
    clear: () => {
      steps = [];
      done = 0;
    },
    row: at,
  };
}
