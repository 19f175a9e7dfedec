import { applyUpdate, Doc, encodeStateAsUpdate, Map as YMap, Text as YText } from 'yjs';

/** @import { Array as YArray } from 'yjs' */
/** @import { Recorder, State } from '../recorders.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @param {Row} row */
const shared = (row) => {
  /** @type {YMap<unknown>} */
  const map = new YMap(Object.entries(row));
  map.set('title', new YText(row.title));
  return map;
};

// Titles are its shared text, as what people type should be. It has no moves: what moves goes and comes again.
/** @param {State} given @returns {Recorder} */
export function open(given) {
  const doc = new Doc();
  /** @type {YMap<YMap<unknown>>} */
  const state = doc.getMap('rows');
  /** @type {YArray<string>} */
  const order = doc.getArray('order');
  doc.transact(() => {
    for (const row of Object.values(given.rows)) state.set(row.id, shared(row));
    order.push(given.order);
  });
  const replica = new Doc();
  applyUpdate(replica, encodeStateAsUpdate(doc));
  /** @type {Uint8Array} */
  let told = new Uint8Array();
  doc.on('update', (update) => {
    told = update;
  });
  const at = (/** @type {string} */ id) => /** @type {YMap<unknown>} */ (state.get(id));
  const tell = (/** @type {() => void} */ change) => {
    doc.transact(change);
    return told;
  };
  return {
    score: (ids, first) =>
      tell(() => {
        ids.forEach((id, nth) => {
          at(id).set('score', first + nth);
        });
      }),
    add: (rows) =>
      tell(() => {
        for (const row of rows) state.set(row.id, shared(row));
      }),
    move: (from, to) =>
      tell(() => {
        const id = order.get(from);
        order.delete(from);
        order.insert(to, [id]);
      }),
    type: (id, letter) =>
      tell(() => {
        const title = /** @type {YText} */ (at(id).get('title'));
        title.insert(title.length, letter);
      }),
    apply: (delta) => applyUpdate(replica, /** @type {Uint8Array} */ (delta)),
    replica: () => ({ rows: replica.getMap('rows').toJSON(), order: replica.getArray('order').toJSON() }),
  };
}
