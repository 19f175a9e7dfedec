import { memo } from 'react';
import { create } from 'zustand';
import type { Contender } from '../contenders.ts';
import { changed, marked, swapped, without } from '../lists.ts';
import { type Actions, drawRow, Page, type Row as PlainRow } from '../markup.tsx';

interface State {
  rows: readonly PlainRow[];
  selected: number;
}

const useTable = create<State>(() => ({ rows: [], selected: 0 }));
const { setState } = useTable;

const actions: Actions = {
  create: (rows) => setState({ rows, selected: 0 }),
  append: (more) => setState(({ rows }) => ({ rows: [...rows, ...more] })),
  update: () => setState(({ rows }) => ({ rows: marked(rows) })),
  swap: () => setState(({ rows }) => ({ rows: swapped(rows) })),
  clear: () => setState({ rows: [], selected: 0 }),
  select: (selected) => setState({ selected }),
  remove: (id) => setState(({ rows }) => ({ rows: without(rows, id) })),
  change: (changes) => setState(({ rows }) => ({ rows: changed(rows, changes) })),
  changeOne: (change) => setState(({ rows }) => ({ rows: changed(rows, [change]) })),
};

const Row = memo(({ row }: { row: PlainRow }) => {
  const isSelected = useTable(({ selected }) => selected === row.id);
  return drawRow(row, isSelected, actions);
});

function Rows() {
  const rows = useTable((state) => state.rows);
  return rows.map((row) => <Row key={row.id} row={row} />);
}

/** The list hands rows to components that each watch whether they are selected. */
export const zustandTable: Contender = (offer) => {
  offer(actions);
  return (
    <Page actions={actions}>
      <Rows />
    </Page>
  );
};
