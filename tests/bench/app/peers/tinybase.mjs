import { createStore } from 'tinybase';
import { batchOf, byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const store = createStore().setValue('n', 0);
  const count = () => /** @type {number} */ (store.getValue('n'));
  return {
    increment: () => {
      store.setValue('n', (n) => Number(n) + 1);
    },
    watch: (told) => store.addValueListener('n', (_, __, n) => told(Number(n))),
    count,
  };
}

// Tables, rows and cells are its own model; a listener per row is one that it files by the row's id.
/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const store = createStore().setTable('rows', byId(rows));
  const writer = byKey((id, score) => {
    store.setCell('rows', id, 'score', score);
  });
  return {
    writer,
    transaction: batchOf(writer, (change) => store.transaction(change)),
    watch: (id, told) =>
      store.addRowListener('rows', id, () => told(Number(store.getCell('rows', id, 'score')))),
    row: (id) => /** @type {Row} */ (/** @type {unknown} */ (store.getRow('rows', id))),
  };
}
