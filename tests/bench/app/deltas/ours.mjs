import { createStore } from 'gaesup-state';
import { batchOf, byHandle, byKey as eachByKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Store } from 'gaesup-state' */
/** @import { OpenPair } from '../deltas.mjs' */
/** @import { Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @typedef {Store<{ rows: Record<string, Row> }>} Rows */

/** @param {(store: Rows) => Table['writer']} writer @returns {OpenPair} */
const pairOf = (writer) => (rows, replicaRows) => {
  const store = createStore({ rows: byId(rows) });
  const replica = createStore({ rows: byId(replicaRows) });
  /** @type {Uint8Array} */
  let told = new Uint8Array();
  store.onCommit(({ delta }) => {
    told = delta;
  });
  const transaction = batchOf(writer(store), (change) => store.batch(change));
  return {
    encoder: (ids) => {
      const change = transaction(ids);
      return (first) => {
        change(first);
        return told;
      };
    },
    apply: (delta) => replica.apply(/** @type {Uint8Array} */ (delta), { origin: 'peer' }),
    sent: (id) => /** @type {Row} */ (store.at('rows', id).get()),
    arrived: (id) => /** @type {Row} */ (replica.at('rows', id).get()),
  };
};

export const byKey = pairOf((store) => eachByKey((id, score) => store.at('rows', id, 'score').set(score)));
export const kept = pairOf((store) =>
  byHandle(
    (id) => store.at('rows', id, 'score'),
    (cursor, score) => cursor.set(score),
  ),
);
