import { effect, endBatch, signal, startBatch } from 'alien-signals';
import { batchOf, byHandle, byKey } from '../library.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */
/** @template T @typedef {{ (): T, (value: T): void }} Signal */
/** @typedef {{ [K in keyof Row]: Signal<Row[K]> }} Signals */

/** @returns {Counter} */
export function counter() {
  const n = signal(0);
  return {
    increment: () => n(n() + 1),
    watch: (told) => effect(() => told(n())),
    count: () => n(),
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
  id: of.id(),
  title: of.title(),
  status: of.status(),
  assignee: of.assignee(),
  priority: of.priority(),
  score: of.score(),
  done: of.done(),
  createdAt: of.createdAt(),
  updatedAt: of.updatedAt(),
  tags: of.tags(),
});

/** @param {() => void} change */
function batch(change) {
  startBatch();
  change();
  endBatch();
}

/** @param {Row[]} rows @param {'key' | 'kept'} way @returns {Table} */
function tableOf(rows, way) {
  const state = new Map(rows.map((row) => [row.id, signalsOf(row)]));
  const at = (/** @type {string} */ id) => /** @type {Signals} */ (state.get(id));
  const writer =
    way === 'kept'
      ? byHandle(
          (id) => at(id).score,
          (score, value) => score(value),
        )
      : byKey((id, value) => at(id).score(value));
  return {
    writer,
    transaction: batchOf(writer, batch),
    // One signal is all that the effect reads, which is the least it can.
    watch: (id, told) => {
      const { score } = at(id);
      effect(() => told(score()));
    },
    row: (id) => plain(at(id)),
  };
}

/** @param {Row[]} rows */
export const table = (rows) => tableOf(rows, 'key');
/** @param {Row[]} rows */
export const keptTable = (rows) => tableOf(rows, 'kept');
