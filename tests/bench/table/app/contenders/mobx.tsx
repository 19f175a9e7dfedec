import { makeObservable, observableRef, observableShallow, runInAction } from 'mobx';
import { observer } from 'mobx-react-lite';
import type { Contender } from '../contenders.ts';
import { type Actions, drawRow, MARK, Page, type Row as PlainRow, SWAPPED } from '../markup.tsx';

const field = { label: observableRef };

class RowModel {
  readonly id: number;
  label: string;

  constructor({ id, label }: PlainRow) {
    this.id = id;
    this.label = label;
    makeObservable(this, field);
  }
}

class Table {
  rows: RowModel[] = [];
  selected = 0;

  constructor() {
    makeObservable(this, { rows: observableShallow, selected: observableRef });
  }
}

const table = new Table();

const inAction =
  <A extends unknown[]>(work: (...words: A) => void) =>
  (...words: A) =>
    runInAction(() => work(...words));

const models = (rows: PlainRow[]) => rows.map((row) => new RowModel(row));

const actions: Actions = {
  create: inAction((rows) => {
    table.rows = models(rows);
    table.selected = 0;
  }),
  append: inAction((rows) => {
    table.rows.push(...models(rows));
  }),
  update: inAction(() => {
    const { rows } = table;
    for (let index = 0; index < rows.length; index += 10) rows[index].label += MARK;
  }),
  swap: inAction(() => {
    const { rows } = table;
    const [first, second] = SWAPPED;
    [rows[first], rows[second]] = [rows[second], rows[first]];
  }),
  clear: inAction(() => {
    table.rows = [];
    table.selected = 0;
  }),
  select: inAction((id) => {
    table.selected = id;
  }),
  remove: inAction((id) => {
    table.rows.splice(
      table.rows.findIndex((row) => row.id === id),
      1,
    );
  }),
  change: inAction((changes) => {
    const { rows } = table;
    for (const { index, label } of changes) rows[index].label = label;
  }),
  changeOne: inAction(({ index, label }) => {
    table.rows[index].label = label;
  }),
};

const Row = observer(({ row, isSelected }: { row: RowModel; isSelected: boolean }) =>
  drawRow(row, isSelected, actions),
);

const Rows = observer(() => {
  const { rows, selected } = table;
  return rows.map((row) => <Row key={row.id} row={row} isSelected={row.id === selected} />);
});

/** Rows are objects with an observable label, and their components watch that. */
export const mobxTable: Contender = (offer) => {
  offer(actions);
  return (
    <Page actions={actions}>
      <Rows />
    </Page>
  );
};
