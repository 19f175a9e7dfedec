import { create } from 'jsondiffpatch';

/** @import { Delta } from 'jsondiffpatch' */
/** @import { Row } from '../rows.mjs' */
/** @import { Differ, OpenDiffer, State } from '../differs.mjs' */

const byKey = create({ objectHash: (row) => /** @type {Row} */ (row).id });

/** @type {OpenDiffer} */
export const open = (before, after) => {
  /** @type {Differ<Delta>} */
  const differ = {
    diff: () => byKey.diff(before, after),
    applied: (delta) => /** @type {State} */ (byKey.patch(before, delta)),
  };
  return /** @type {Differ} */ (differ);
};
