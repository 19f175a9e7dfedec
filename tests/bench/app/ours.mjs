import { createStore } from 'gaesup-state';
import { batchOf, byHandle, byKey } from './library.mjs';
import { byId } from './rows.mjs';

/** @import { Store } from 'gaesup-state' */
/** @import { Counter, Library, Table } from './library.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * @typedef {{ rows: Record<string, Row> }} State
 *
 * @typedef {object} Form how the store is used
 * @property {'key' | 'kept' | 'draft'} write through a cursor made each time, one that is kept, or a draft
 * @property {'row' | 'field' | 'selector'} watch what a watcher subscribes to
 */

const sync = /** @type {const} */ ({ schedule: 'sync' });

/** @returns {Counter} */
function counter() {
  const store = createStore({ n: 0 });
  const n = store.at('n');
  return {
    increment: () => n.increment(),
    watch: (told) => n.subscribe(told, sync),
    count: () => n.get(),
  };
}

/** @param {Store<State>} store @returns {Record<Form['watch'], Table['watch']>} */
const watches = (store) => ({
  row: (id, told) => store.at('rows', id).subscribe((row) => told(row.score), sync),
  field: (id, told) => store.at('rows', id, 'score').subscribe(told, sync),
  selector: (id, told) => store.select((state) => state.rows[id]).subscribe((row) => told(row.score), sync),
});

/** @param {Store<State>} store @returns {Record<Form['write'], Table['writer']>} */
const writers = (store) => ({
  key: byKey((id, score) => store.at('rows', id, 'score').set(score)),
  kept: byHandle(
    (id) => store.at('rows', id, 'score'),
    (cursor, score) => cursor.set(score),
  ),
  draft: byKey((id, score) =>
    store.update((draft) => {
      draft.rows[id].score = score;
    }),
  ),
});

/** @param {Form} form @returns {Library} */
export const ours = ({ write, watch }) => ({
  counter,
  table: (rows) => {
    /** @type {Store<State>} */
    const store = createStore({ rows: byId(rows) });
    const writer = writers(store)[write];
    return {
      writer,
      transaction:
        write === 'draft'
          ? (ids) => (first) =>
              store.update(({ rows }) => {
                ids.forEach((id, at) => {
                  rows[id].score = first + at;
                });
              })
          : batchOf(writer, (change) => store.batch(change)),
      watch: watches(store)[watch],
      row: (id) => /** @type {Row} */ (store.at('rows', id).get()),
    };
  },
});
