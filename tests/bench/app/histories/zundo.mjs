import { temporal } from 'zundo';
import { createStore } from 'zustand/vanilla';
import { asList, asMap } from '../forms.mjs';
import { byKey } from '../library.mjs';
import { byId } from '../rows.mjs';

/** @import { TemporalState } from 'zundo' */
/** @import { StoreApi } from 'zustand/vanilla' */
/** @import { History } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */

/**
 * @template P
 * @param {{ temporal: StoreApi<TemporalState<P>> }} store
 * @param {Pick<History, 'row'> & { set: (id: string, score: number) => void }} rows
 * @returns {History}
 */
const historyOf = ({ temporal }, { set, row }) => ({
  editor: byKey(set),
  undo: () => temporal.getState().undo(),
  redo: () => temporal.getState().redo(),
  clear: () => temporal.getState().clear(),
  row,
});

// Whole states are its steps, as it comes: it counts on what they share. Of what has to be copied, a `Map` is quicker
// than an object.
/** @param {Row[]} all @returns {History} */
export function map(all) {
  const { rows, find } = asMap(all);
  const store = createStore(temporal(() => ({ rows })));
  return historyOf(store, {
    set: (id, score) =>
      store.setState(({ rows }) => ({ rows: new Map(rows).set(id, { ...find(rows, id), score }) })),
    row: (id) => find(store.getState().rows, id),
  });
}

/** @param {Row[]} all @returns {History} */
export function list(all) {
  const { rows, find, indexOf } = asList(all);
  const store = createStore(temporal(() => ({ rows })));
  return historyOf(store, {
    set: (id, score) =>
      store.setState(({ rows }) => {
        const next = rows.slice();
        next[indexOf(id)] = { ...find(rows, id), score };
        return { rows: next };
      }),
    row: (id) => find(store.getState().rows, id),
  });
}

/** @param {Partial<Record<string, Row>>} past @param {Partial<Record<string, Row>>} current */
function changedOf(past, current) {
  /** @type {Record<string, Row>} */
  const changed = {};
  let isSame = true;
  for (const id of Object.keys(current)) {
    const before = past[id];
    if (before === undefined || before === current[id]) continue;
    changed[id] = before;
    isSame = false;
  }
  return isSame ? null : changed;
}

// The `diff` that its documentation recommends for large states: a step holds what has changed. Undo merges that into
// the state at its first level, so the rows are there.
/** @param {Row[]} all @returns {History} */
export function withDiff(all) {
  const store = createStore(temporal(() => byId(all), { diff: changedOf }));
  return historyOf(store, {
    set: (id, score) => store.setState((rows) => ({ [id]: { ...rows[id], score } })),
    row: (id) => store.getState()[id],
  });
}
