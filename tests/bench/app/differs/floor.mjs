/** @import { Row } from '../rows.mjs' */
/** @import { Differ, OpenDiffer } from '../differs.mjs' */

/** @typedef {{ at: number, row: Row }[]} Rows */

/** @param {readonly string[]} a @param {readonly string[]} b */
function areSame(a, b) {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** @param {Row} a @param {Row} b */
export const isSame = (a, b) =>
  a.id === b.id &&
  a.title === b.title &&
  a.status === b.status &&
  a.assignee === b.assignee &&
  a.priority === b.priority &&
  a.score === b.score &&
  a.done === b.done &&
  a.createdAt === b.createdAt &&
  a.updatedAt === b.updatedAt &&
  areSame(a.tags, b.tags);

// No library: it knows what a row has, that rows come in the same order, and tells whole rows.
/** @type {OpenDiffer} */
export const open = (before, after) => {
  /** @type {Differ<Rows>} */
  const differ = {
    diff: () => {
      /** @type {Rows} */
      const found = [];
      for (let at = 0; at < after.rows.length; at++) {
        const row = after.rows[at];
        if (!isSame(before.rows[at], row)) found.push({ at, row });
      }
      return found;
    },
    applied: (found) => {
      for (const { at, row } of found) before.rows[at] = row;
      return before;
    },
  };
  return /** @type {Differ} */ (differ);
};
