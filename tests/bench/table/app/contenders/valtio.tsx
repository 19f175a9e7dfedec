import { memo } from 'react';
import { proxy, useSnapshot } from 'valtio';
import type { Contender } from '../contenders.ts';
import { type Actions, drawRow, MARK, Page, type Row as PlainRow, SWAPPED } from '../markup.tsx';

interface State {
  rows: { id: number; label: string }[];
  selected: number;
}

const state = proxy<State>({ rows: [], selected: 0 });

const actions: Actions = {
  create: (rows) => {
    state.rows = rows;
    state.selected = 0;
  },
  append: (rows) => {
    state.rows.push(...rows);
  },
  update: () => {
    const { rows } = state;
    for (let index = 0; index < rows.length; index += 10) rows[index].label += MARK;
  },
  swap: () => {
    const { rows } = state;
    const [first, second] = SWAPPED;
    [rows[first], rows[second]] = [rows[second], rows[first]];
  },
  clear: () => {
    state.rows = [];
    state.selected = 0;
  },
  select: (id) => {
    state.selected = id;
  },
  remove: (id) => {
    state.rows.splice(
      state.rows.findIndex((row) => row.id === id),
      1,
    );
  },
  change: (changes) => {
    const { rows } = state;
    for (const { index, label } of changes) rows[index].label = label;
  },
  changeOne: ({ index, label }) => {
    state.rows[index].label = label;
  },
};

const Row = memo(({ id, label, isSelected }: PlainRow & { isSelected: boolean }) =>
  drawRow({ id, label }, isSelected, actions),
);

function Rows() {
  const { rows, selected } = useSnapshot(state);
  return rows.map(({ id, label }) => <Row key={id} id={id} label={label} isSelected={id === selected} />);
}

/** The list reads a snapshot, and gives its components what they show. */
export const valtioTable: Contender = (offer) => {
  offer(actions);
  return (
    <Page actions={actions}>
      <Rows />
    </Page>
  );
};
