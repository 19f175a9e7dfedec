import { applyPatches, enablePatches, produceWithPatches, setAutoFreeze } from 'immer';

/** @import { Patch } from 'immer' */
/** @import { Differ, OpenDiffer } from '../differs.mjs' */

enablePatches();
// Immer freezes what it makes unless told not to: without that it is quicker.
setAutoFreeze(false);

// Another job: it cannot compare, but notes what is done to a draft. So the time is that of doing it.
/** @type {OpenDiffer} */
export const open = (before, after, changed) => {
  /** @type {Differ<Patch[]>} */
  const differ = {
    diff: () =>
      produceWithPatches(before, ({ rows }) => {
        for (const at of changed) {
          const { title, status, score, updatedAt } = after.rows[at];
          const row = rows[at];
          row.title = title;
          row.status = status;
          row.score = score;
          row.updatedAt = updatedAt;
        }
      })[1],
    applied: (patches) => applyPatches(before, patches),
  };
  return /** @type {Differ} */ (differ);
};
