import microdiff from 'microdiff';

/** @import { Difference } from 'microdiff' */
/** @import { Differ, OpenDiffer } from '../differs.mjs' */

/** @type {OpenDiffer} */
export const open = (before, after) => {
  /** @type {Differ<Difference[]>} */
  const differ = {
    // Neither state has cycles, and it is quicker for those who say so.
    diff: () => microdiff(before, after, { cyclesFix: false }),
    // It has nothing that applies what it finds.
    applied: (differences) => {
      for (const { path, ...change } of differences) {
        if (change.type !== 'CHANGE')
          throw new Error(`Only changes are expected, and this is ${change.type}.`);
        /** @type {Record<string | number, unknown>} */
        let at = before;
        for (const key of path.slice(0, -1)) at = /** @type {typeof at} */ (at[key]);
        at[path[path.length - 1]] = change.value;
      }
      return before;
    },
  };
  return /** @type {Differ} */ (differ);
};
