import { applyUpdate, Doc, encodeStateAsUpdate, Map as YMap } from 'yjs';

/** @import { Pair } from '../deltas.mjs' */
/** @import { Row } from '../rows.mjs' */

// Each transaction tells its update, as its providers get it; one document makes the other, as in its guides.
/** @param {Row[]} rows @returns {Pair} */
export function open(rows) {
  const keys = Object.keys(rows[0]);
  const doc = new Doc();
  /** @type {YMap<YMap<unknown>>} */
  const state = doc.getMap('rows');
  doc.transact(() => {
    for (const row of rows) state.set(row.id, new YMap(Object.entries(row)));
  });
  const other = new Doc();
  /** @type {YMap<YMap<unknown>>} */
  const replica = other.getMap('rows');
  applyUpdate(other, encodeStateAsUpdate(doc));
  /** @type {Uint8Array} */
  let told = new Uint8Array();
  doc.on('update', (update) => {
    told = update;
  });
  const at = (/** @type {YMap<YMap<unknown>>} */ rows, /** @type {string} */ id) =>
    /** @type {YMap<unknown>} */ (rows.get(id));
  // Keys have no order there that outlasts an edit.
  const plain = (/** @type {YMap<unknown>} */ row) =>
    /** @type {Row} */ (Object.fromEntries(keys.map((key) => [key, row.get(key)])));
  return {
    encoder: (ids) => {
      const kept = ids.map((id) => at(state, id));
      return (first) => {
        doc.transact(() => {
          kept.forEach((row, nth) => {
            row.set('score', first + nth);
          });
        });
        return told;
      };
    },
    apply: (delta) => applyUpdate(other, /** @type {Uint8Array} */ (delta)),
    sent: (id) => plain(at(state, id)),
    arrived: (id) => plain(at(replica, id)),
  };
}
