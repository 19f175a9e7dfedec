import { setAutoFreeze } from 'immer';
import { subscribeWithSelector } from 'zustand/middleware';
import { immer } from 'zustand/middleware/immer';
import { createStore } from 'zustand/vanilla';
import { byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

// Immer freezes what it makes unless told not to: without that it is quicker.
setAutoFreeze(false);

/** @typedef {{ n: number }} Count */
/** @typedef {{ rows: Record<string, Row> }} State */

/** @returns {Counter} */
export function counter() {
  const store = createStore(immer(() => ({ n: 0 })));
  return {
    increment: () =>
      store.setState((/** @type {Count} */ draft) => {
        draft.n++;
      }),
    watch: (told) => store.subscribe((state) => told(state.n)),
    count: () => store.getState().n,
  };
}

/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const store = createStore(subscribeWithSelector(immer(() => ({ rows: byId(rows) }))));
  return {
    writer: byKey((id, score) =>
      store.setState((/** @type {State} */ draft) => {
        draft.rows[id].score = score;
      }),
    ),
    transaction: (ids) => (first) =>
      store.setState((/** @type {State} */ { rows }) => {
        ids.forEach((id, at) => {
          rows[id].score = first + at;
        });
      }),
    watch: (id, told) =>
      store.subscribe(
        (state) => state.rows[id],
        (row) => told(row.score),
      ),
    row: (id) => store.getState().rows[id],
  };
}
