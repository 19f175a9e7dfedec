import { atom, createStore } from 'jotai/vanilla';
import { byKey } from '../library.mjs';

/** @import { PrimitiveAtom } from 'jotai/vanilla' */
/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const store = createStore();
  const n = atom(0);
  return {
    increment: () => store.set(n, (count) => count + 1),
    watch: (told) => store.sub(n, () => told(store.get(n))),
    count: () => store.get(n),
  };
}

// An atom per row, found by id, is what a family of atoms is.
/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const store = createStore();
  const atoms = new Map(rows.map((row) => [row.id, atom(row)]));
  const at = (/** @type {string} */ id) => /** @type {PrimitiveAtom<Row>} */ (atoms.get(id));
  // Subscribers are told when the write of an atom ends, and this one writes them all.
  const many = atom(null, (_, set, /** @type {readonly string[]} */ ids, /** @type {number} */ first) => {
    ids.forEach((id, index) => {
      set(at(id), (row) => ({ ...row, score: first + index }));
    });
  });
  return {
    writer: byKey((id, score) => store.set(at(id), (row) => ({ ...row, score }))),
    transaction: (ids) => (first) => store.set(many, ids, first),
    watch: (id, told) => {
      const one = at(id);
      store.sub(one, () => told(store.get(one).score));
    },
    row: (id) => store.get(at(id)),
  };
}
