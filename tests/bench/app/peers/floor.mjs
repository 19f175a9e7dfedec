import { batchOf, byKey } from '../library.mjs';

/** @import { Counter, Table, Told } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

// No library: what code for this one job does, and nothing that it could leave out.

/** @returns {Counter} */
export function counter() {
  let n = 0;
  /** @type {Set<Told>} */
  const watchers = new Set();
  return {
    increment: () => {
      n++;
      for (const told of watchers) told(n);
    },
    watch: (told) => watchers.add(told),
    count: () => n,
  };
}

/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const state = new Map(rows.map((row) => [row.id, row]));
  /** @type {Map<string, Told>} */
  const watchers = new Map();
  /** @type {Set<string> | undefined} */
  let changed;
  const write = (/** @type {string} */ id, /** @type {number} */ score) => {
    const row = /** @type {Row} */ (state.get(id));
    row.score = score;
    const told = watchers.get(id);
    if (told === undefined) return;
    if (changed) changed.add(id);
    else told(score);
  };
  const writer = byKey(write);
  return {
    writer,
    transaction: batchOf(writer, (change) => {
      const ids = new Set();
      changed = ids;
      change();
      changed = undefined;
      for (const id of ids) watchers.get(id)?.(/** @type {Row} */ (state.get(id)).score);
    }),
    watch: (id, told) => watchers.set(id, told),
    row: (id) => /** @type {Row} */ (state.get(id)),
  };
}
