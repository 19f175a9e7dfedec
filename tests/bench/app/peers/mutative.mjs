import { create } from 'mutative';
import { byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/**
 * Mutative makes states and has no store: this is the least that one does.
 * It freezes nothing unless told to.
 *
 * @template {object} S
 * @param {S} initial
 */
function storeOf(initial) {
  let state = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    update: (/** @type {(draft: S) => void} */ recipe) => {
      const next = /** @type {S} */ (create(state, /** @type {(draft: unknown) => void} */ (recipe)));
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
    /** @template T @param {(state: S) => T} select @param {(value: T) => void} told */
    watch: (select, told) => {
      let last = select(state);
      listeners.add(() => {
        const value = select(state);
        if (Object.is(value, last)) return;
        last = value;
        told(value);
      });
    },
  };
}

/** @returns {Counter} */
export function counter() {
  const store = storeOf({ n: 0 });
  return {
    increment: () =>
      store.update((draft) => {
        draft.n++;
      }),
    watch: (told) => store.watch((state) => state.n, told),
    count: () => store.get().n,
  };
}

/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const store = storeOf({ rows: byId(rows) });
  return {
    writer: byKey((id, score) =>
      store.update((draft) => {
        draft.rows[id].score = score;
      }),
    ),
    transaction: (ids) => (first) =>
      store.update(({ rows }) => {
        ids.forEach((id, at) => {
          rows[id].score = first + at;
        });
      }),
    watch: (id, told) =>
      store.watch(
        (state) => state.rows[id],
        (row) => told(row.score),
      ),
    row: (id) => store.get().rows[id],
  };
}
