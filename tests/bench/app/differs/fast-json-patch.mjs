import { applyPatch, compare } from 'fast-json-patch';

/** @import { Operation } from 'fast-json-patch' */
/** @import { Differ, OpenDiffer } from '../differs.mjs' */

/** @type {OpenDiffer} */
export const open = (before, after) => {
  /** @type {Differ<Operation[]>} */
  const differ = {
    diff: () => compare(before, after),
    applied: (patch) => applyPatch(before, patch).newDocument,
  };
  return /** @type {Differ} */ (differ);
};
