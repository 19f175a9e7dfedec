import { configureStore, createEntityAdapter, createSlice } from '@reduxjs/toolkit';
import { setAutoFreeze } from 'immer';
import { byKey } from '../library.mjs';

/** @import { EntityAdapter, PayloadAction, Reducer } from '@reduxjs/toolkit' */
/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row } from '../rows.mjs' */

// Its reducers run in immer, which is quicker when it does not freeze what it makes.
setAutoFreeze(false);

/** @template S @param {Reducer<S>} reducer */
const storeOf = (reducer) =>
  configureStore({
    reducer,
    // Checks for development; production builds leave them out as well.
    middleware: (defaults) => defaults({ immutableCheck: false, serializableCheck: false }),
  });

/** @returns {Counter} */
export function counter() {
  const slice = createSlice({
    name: 'counter',
    initialState: { n: 0 },
    reducers: {
      incremented: (state) => {
        state.n++;
      },
    },
  });
  const store = storeOf(slice.reducer);
  const { incremented } = slice.actions;
  return {
    increment: () => store.dispatch(incremented()),
    watch: (told) => store.subscribe(() => told(store.getState().n)),
    count: () => store.getState().n,
  };
}

// The adapter's entities are changed in place, as reducers may: its `updateOne` takes half as long again,
// and `updateMany` more than twice as long.
/** @param {Row[]} rows @returns {Table} */
export function table(rows) {
  /** @type {EntityAdapter<Row, string>} */
  const adapter = createEntityAdapter();
  const slice = createSlice({
    name: 'rows',
    initialState: adapter.getInitialState(undefined, rows),
    reducers: {
      scored: ({ entities }, /** @type {PayloadAction<{ id: string, score: number }>} */ { payload }) => {
        entities[payload.id].score = payload.score;
      },
      allScored: (
        { entities },
        /** @type {PayloadAction<{ ids: readonly string[], first: number }>} */ { payload },
      ) => {
        payload.ids.forEach((id, at) => {
          entities[id].score = payload.first + at;
        });
      },
    },
  });
  const store = storeOf(slice.reducer);
  const { scored, allScored } = slice.actions;
  return {
    writer: byKey((id, score) => store.dispatch(scored({ id, score }))),
    transaction: (ids) => (first) => {
      store.dispatch(allScored({ ids, first }));
    },
    // What a connected component does: its selector runs after each action.
    watch: (id, told) => {
      let last = store.getState().entities[id];
      store.subscribe(() => {
        const row = store.getState().entities[id];
        if (row === last) return;
        last = row;
        told(row.score);
      });
    },
    row: (id) => store.getState().entities[id],
  };
}
