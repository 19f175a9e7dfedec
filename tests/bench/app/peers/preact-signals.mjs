import { batch, effect, signal } from '@preact/signals-core';
import { batchOf, byHandle, byKey } from '../library.mjs';

/** @import { Signal } from '@preact/signals-core' */
/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */
/** @typedef {{ [K in keyof Row]: Signal<Row[K]> }} Signals */

/** @returns {Counter} */
export function counter() {
  const n = signal(0);
  return {
    increment: () => {
      n.value++;
    },
    watch: (told) => effect(() => told(n.value)),
    count: () => n.value,
  };
}

/** @param {Row} row @returns {Signals} */
const signalsOf = (row) => ({
  id: signal(row.id),
  title: signal(row.title),
  status: signal(row.status),
  assignee: signal(row.assignee),
  priority: signal(row.priority),
  score: signal(row.score),
  done: signal(row.done),
  createdAt: signal(row.createdAt),
  updatedAt: signal(row.updatedAt),
  tags: signal(row.tags),
});

/** @param {Signals} of @returns {Row} */
const plain = (of) => ({
  id: of.id.value,
  title: of.title.value,
  status: of.status.value,
  assignee: of.assignee.value,
  priority: of.priority.value,
  score: of.score.value,
  done: of.done.value,
  createdAt: of.createdAt.value,
  updatedAt: of.updatedAt.value,
  tags: of.tags.value,
});

/** @param {Row[]} rows @param {'key' | 'kept'} way @returns {Table} */
function tableOf(rows, way) {
  const state = new Map(rows.map((row) => [row.id, signalsOf(row)]));
  const at = (/** @type {string} */ id) => /** @type {Signals} */ (state.get(id));
  const set = (/** @type {Signal<number>} */ score, /** @type {number} */ value) => {
    score.value = value;
  };
  const writer =
    way === 'kept' ? byHandle((id) => at(id).score, set) : byKey((id, value) => set(at(id).score, value));
  return {
    writer,
    transaction: batchOf(writer, batch),
    // One signal is all that the effect reads, which is the least it can.
    watch: (id, told) => {
      const { score } = at(id);
      effect(() => told(score.value));
    },
    row: (id) => plain(at(id)),
  };
}

/** @param {Row[]} rows */
export const table = (rows) => tableOf(rows, 'key');
/** @param {Row[]} rows */
export const keptTable = (rows) => tableOf(rows, 'kept');
