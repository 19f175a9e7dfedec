import { batch, observable } from '@legendapp/state';
import { batchOf, byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const state = observable({ n: 0 });
  return {
    increment: () => state.n.set((n) => n + 1),
    watch: (told) => state.n.onChange(({ value }) => told(value)),
    count: () => state.n.peek(),
  };
}

// One observable of everything, as its documentation has it; nodes are made when they are first asked for.
/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const state = observable({ rows: byId(rows) });
  const writer = byKey((id, score) => state.rows[id].score.set(score));
  return {
    writer,
    transaction: batchOf(writer, batch),
    watch: (id, told) => state.rows[id].onChange(({ value }) => told(value.score)),
    row: (id) => state.rows[id].peek(),
  };
}
