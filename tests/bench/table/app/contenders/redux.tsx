import { configureStore, createSlice, type PayloadAction } from '@reduxjs/toolkit';
import { setAutoFreeze } from 'immer';
import { memo } from 'react';
import { Provider, useSelector } from 'react-redux';
import type { Contender } from '../contenders.ts';
import { type Actions, type Change, drawRow, MARK, Page, type Row as PlainRow, SWAPPED } from '../markup.tsx';

interface State {
  rows: PlainRow[];
  selected: number;
}

// Its reducers run in immer, which is quicker when it does not freeze what it makes.
setAutoFreeze(false);

const initialState: State = { rows: [], selected: 0 };
const slice = createSlice({
  name: 'table',
  initialState,
  reducers: {
    created: (_, { payload }: PayloadAction<PlainRow[]>) => ({ rows: payload, selected: 0 }),
    appended: (state, { payload }: PayloadAction<PlainRow[]>) => {
      state.rows.push(...payload);
    },
    updated: ({ rows }) => {
      for (let index = 0; index < rows.length; index += 10) rows[index].label += MARK;
    },
    swapped: ({ rows }) => {
      const [first, second] = SWAPPED;
      [rows[first], rows[second]] = [rows[second], rows[first]];
    },
    cleared: () => initialState,
    selected: (state, { payload }: PayloadAction<number>) => {
      state.selected = payload;
    },
    removed: ({ rows }, { payload }: PayloadAction<number>) => {
      rows.splice(
        rows.findIndex(({ id }) => id === payload),
        1,
      );
    },
    changed: ({ rows }, { payload }: PayloadAction<readonly Change[]>) => {
      for (const { index, label } of payload) rows[index].label = label;
    },
  },
});
const store = configureStore({ reducer: slice.reducer });
const { created, appended, updated, swapped, cleared, selected, removed, changed } = slice.actions;

const actions: Actions = {
  create: (rows) => store.dispatch(created(rows)),
  append: (rows) => store.dispatch(appended(rows)),
  update: () => store.dispatch(updated()),
  swap: () => store.dispatch(swapped()),
  clear: () => store.dispatch(cleared()),
  select: (id) => store.dispatch(selected(id)),
  remove: (id) => store.dispatch(removed(id)),
  change: (changes) => store.dispatch(changed(changes)),
  changeOne: (change) => store.dispatch(changed([change])),
};

const Row = memo(({ row }: { row: PlainRow }) => {
  const isSelected = useSelector((state: State) => state.selected === row.id);
  return drawRow(row, isSelected, actions);
});

function Rows() {
  const rows = useSelector((state: State) => state.rows);
  return rows.map((row) => <Row key={row.id} row={row} />);
}

/** The list hands rows to components that each watch whether they are selected. */
export const reduxTable: Contender = (offer) => {
  offer(actions);
  return (
    <Provider store={store}>
      <Page actions={actions}>
        <Rows />
      </Page>
    </Provider>
  );
};
