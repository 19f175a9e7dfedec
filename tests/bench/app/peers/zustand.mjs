import { subscribeWithSelector } from 'zustand/middleware';
import { createStore } from 'zustand/vanilla';
import { byKey, withScores } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const store = createStore(() => ({ n: 0 }));
  return {
    increment: () => store.setState((state) => ({ n: state.n + 1 })),
    watch: (told) => store.subscribe((state) => told(state.n)),
    count: () => store.getState().n,
  };
}

// Rows are copied as its guide on nested objects does; its own middleware runs the selectors, each
// of which remembers what it saw: half the look-ups of comparing the states that `subscribe` gives.
/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  const store = createStore(subscribeWithSelector(() => ({ rows: byId(rows) })));
  return {
    writer: byKey((id, score) =>
      store.setState((state) => ({ rows: { ...state.rows, [id]: { ...state.rows[id], score } } })),
    ),
    transaction: (ids) => (first) =>
      store.setState((state) => ({ rows: withScores(state.rows, ids, first) })),
    watch: (id, told) =>
      store.subscribe(
        (state) => state.rows[id],
        (row) => told(row.score),
      ),
    row: (id) => store.getState().rows[id],
  };
}

// A `Map`, copied as its documentation does: copies of big ones take less time than those of big objects.
/** @param {Row[]} rows @returns {Table} */
export function mapTable(rows) {
  const store = createStore(
    subscribeWithSelector(() => ({ rows: new Map(rows.map((row) => [row.id, row])) })),
  );
  const at = (/** @type {ReadonlyMap<string, Row>} */ map, /** @type {string} */ id) =>
    /** @type {Row} */ (map.get(id));
  return {
    writer: byKey((id, score) =>
      store.setState(({ rows }) => ({ rows: new Map(rows).set(id, { ...at(rows, id), score }) })),
    ),
    transaction: (ids) => (first) =>
      store.setState(({ rows }) => {
        const next = new Map(rows);
        ids.forEach((id, index) => {
          next.set(id, { ...at(rows, id), score: first + index });
        });
        return { rows: next };
      }),
    watch: (id, told) =>
      store.subscribe(
        (state) => at(state.rows, id),
        (row) => told(row.score),
      ),
    row: (id) => at(store.getState().rows, id),
  };
}
