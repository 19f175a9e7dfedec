import { byKey } from '../library.mjs';

/** @import { History } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */

/**
 * The stack of patches that libraries which give patches show in their guides.
 *
 * @template S, P
 * @param {S} initial
 * @param {object} library
 * @param {(state: S, id: string, score: number) => [state: S, patches: P, inverse: P]} library.change
 * @param {(state: S, patches: P) => S} library.apply
 * @param {(state: S, id: string) => Row} library.row
 * @returns {History}
 */
export function patchStack(initial, { change, apply, row }) {
  let state = initial;
  /** @type {{ patches: P, inverse: P }[]} */
  let steps = [];
  let done = 0;
  return {
    editor: byKey((id, score) => {
      const [next, patches, inverse] = change(state, id, score);
      state = next;
      steps.length = done;
      steps[done++] = { patches, inverse };
    }),
    undo: () => {
      state = apply(state, steps[--done].inverse);
    },
    redo: () => {
      state = apply(state, steps[done++].patches);
    },
    clear: () => {
      steps = [];
      done = 0;
    },
    row: (id) => row(state, id),
  };
}
