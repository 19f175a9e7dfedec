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
  rows: Record<number, StoredRow>;
  order: number[];
  selected: number;
}

const store = createStore<State>({ rows: {}, order: [], selected: 0 });
const rows = store.at('rows');
const order = store.at('order');
const selected = store.at('selected');

const byId = (list: PlainRow[]) => Object.fromEntries(list.map((row) => [row.id, row]));
const idsOf = (list: PlainRow[]) => list.map(({ id }) => id);

const actions: Actions = {
  create: (list) => store.set({ rows: byId(list), order: idsOf(list), selected: 0 }),
  append: (list) =>
    store.batch(() => {
      rows.merge(byId(list));
      order.push(...idsOf(list));
    }),
  update: () =>
    store.batch(() => {
      const ids = order.get();
      for (let index = 0; index < ids.length; index += 10) {
        const label = rows.at(ids[index], 'label');
        label.set(label.get() + MARK);
      }
    }),
  swap: () =>
    store.batch(() => {
      const [first, second] = SWAPPED;
      const ids = order.get();
      order.at(first).set(ids[second]);
      order.at(second).set(ids[first]);
    }),
  clear: () => store.set({ rows: {}, order: [], selected: 0 }),
  select: (id) => selected.set(id),
  remove: (id) =>
    store.batch(() => {
      order.remove(order.get().indexOf(id));
      rows.at(id).delete();
    }),
  change: (changes) =>
    store.batch(() => {
      for (const { id, label } of changes) rows.at(id, 'label').set(label);
    }),
  changeOne: ({ id, label }) => rows.at(id, 'label').set(label),
};

const Row = memo(({ id, isSelected }: { id: number; isSelected: boolean }) =>
  drawRow(useStore(rows.at(id)), isSelected, actions),
);

function Rows() {
  const ids = useStore(order);
  const picked = useStore(selected);
  return ids.map((id) => <Row key={id} id={id} isSelected={id === picked} />);
}

/** Rows by id, and their order: the list watches the order, and each component its row. */
export const gaesupRowsTable: Contender = (offer) => {
  offer(actions);
  return (
    <Page actions={actions}>
      <Rows />
    </Page>
  );
};
