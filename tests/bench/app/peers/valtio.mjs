import { proxy, snapshot, subscribe } from 'valtio/vanilla';
import { subscribeKey } from 'valtio/vanilla/utils';
import { byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const state = proxy({ n: 0 });
  return {
    increment: () => {
      state.n++;
    },
    watch: (told) => subscribeKey(state, 'n', told, true),
    count: () => state.n,
  };
}

/**
 * Subscribes to the row's own proxy: nobody above it hears of the change. The
 * proxy is read, since a snapshot of the row would be more work.
 *
 * @param {Row[]} rows
 * @param {boolean} inSync whether `subscribe` calls within the write, as it does when asked to
 * @returns {Table}
 */
function tableOf(rows, inSync) {
  const state = proxy({ rows: byId(rows) });
  return {
    writer: byKey((id, score) => {
      state.rows[id].score = score;
    }),
    transaction: (ids) => (first) => {
      const { rows } = state;
      ids.forEach((id, at) => {
        rows[id].score = first + at;
      });
      // The listener is called in a microtask that was asked for before this one.
      return Promise.resolve();
    },
    watch: (id, told) => {
      const row = state.rows[id];
      subscribe(row, () => told(row.score), inSync);
    },
    row: (id) => /** @type {Row} */ (snapshot(state.rows[id])),
  };
}

/** @param {Row[]} rows */
export const table = (rows) => tableOf(rows, true);

// It has no transactions; the microtask that it waits for by itself is what merges notifications.
/** @param {Row[]} rows */
export const microtaskTable = (rows) => tableOf(rows, false);
