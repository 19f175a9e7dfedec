import { createStore } from 'gaesup-state';
import { useStore } from 'gaesup-state/react';
import { memo } from 'react';
import type { Contender } from '../contenders.ts';
import {
  type Actions,
  drawRow,
  MARK,
  Page,
  type Row as PlainRow,
  type StoredRow,
  SWAPPED,
} from '../markup.tsx';

interface State {
  rows: StoredRow[];
  selected: number;
}

const store = createStore<State>({ rows: [], selected: 0 });
const list = store.at('rows');
const selected = store.at('selected');

const actions: Actions = {
  create: (rows) => store.set({ rows, selected: 0 }),
  append: (rows) => list.push(...rows),
  update: () => {
    const rows = list.get();
    store.batch(() => {
      for (let index = 0; index < rows.length; index += 10) {
        list.at(index, 'label').set(rows[index].label + MARK);
      }
    });
  },
  swap: () => {
    const [first, second] = SWAPPED;
    store.batch(() => {
      list.move(second, first);
      list.move(first + 1, second);
    });
  },
  clear: () => store.set({ rows: [], selected: 0 }),
  select: (id) => selected.set(id),
  remove: (id) => list.remove(list.get().findIndex((row) => row.id === id)),
  change: (changes) =>
    store.batch(() => {
      for (const { index, label } of changes) list.at(index, 'label').set(label);
    }),
  changeOne: ({ index, label }) => list.at(index, 'label').set(label),
};

const Row = memo(({ row, isSelected }: { row: PlainRow; isSelected: boolean }) =>
  drawRow(row, isSelected, actions),
);

function Rows() {
  const rows = useStore(list);
  const picked = useStore(selected);
  return rows.map((row) => <Row key={row.id} row={row} isSelected={row.id === picked} />);
}

/** A list of rows, which the list watches: rows that did not change are the ones before. */
export const gaesupListTable: Contender = (offer) => {
  offer(actions);
  return (
    <Page actions={actions}>
      <Rows />
    </Page>
  );
};
