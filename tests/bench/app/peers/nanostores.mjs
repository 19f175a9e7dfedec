import { atom, batch, map } from 'nanostores';
import { batchOf, byKey } from '../library.mjs';

/** @import { MapStore } from 'nanostores' */
/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const n = atom(0);
  return {
    increment: () => n.set(n.get() + 1),
    watch: (told) => n.listen(told),
    count: () => n.get(),
  };
}

// Many small stores are what it is made for: one map per row copies that row only.
/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const maps = new Map(rows.map((row) => [row.id, map(row)]));
  const at = (/** @type {string} */ id) => /** @type {MapStore<Row>} */ (maps.get(id));
  const writer = byKey((id, score) => at(id).setKey('score', score));
  return {
    writer,
    transaction: batchOf(writer, batch),
    watch: (id, told) => at(id).listen((row) => told(row.score)),
    row: (id) => at(id).get(),
  };
}
