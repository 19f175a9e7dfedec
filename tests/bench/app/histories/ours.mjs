import { createStore } from 'gaesup-state';
import { asList, asObject } from '../forms.mjs';
import * as library from '../library.mjs';

/** @import { Store } from 'gaesup-state' */
/** @import { History, OpenHistory } from '../histories.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @template S @param {Store<S>} store @returns {Omit<History, 'editor' | 'row'>} */
const stepsOf = (store) => ({
  undo: () => store.history.undo(),
  redo: () => store.history.redo(),
  clear: () => store.history.clear(),
  engineBytes: () => ({ history: store.history.bytes, memory: store.stats().bytes.total }),
});

/** @param {(store: Store<{ rows: Record<string, Row> }>) => History['editor']} editor @returns {OpenHistory} */
const historyOf = (editor) => (all) => {
  const { rows } = asObject(all);
  const store = createStore({ rows }, { history: true });
  return {
    ...stepsOf(store),
    editor: editor(store),
    row: (id) => /** @type {Row} */ (store.at('rows', id).get()),
  };
};

export const byKey = historyOf((store) =>
  library.byKey((id, score) => store.at('rows', id, 'score').set(score)),
);
export const kept = historyOf((store) =>
  library.byHandle(
    (id) => store.at('rows', id, 'score'),
    (cursor, score) => cursor.set(score),
  ),
);

/** @type {OpenHistory} */
export const list = (all) => {
  const { rows, indexOf } = asList(all);
  const store = createStore({ rows }, { history: true });
  return {
    ...stepsOf(store),
    editor: library.byKey((id, score) => store.at('rows', indexOf(id), 'score').set(score)),
    row: (id) => /** @type {Row} */ (store.at('rows', indexOf(id)).get()),
  };
};
