import { memo, useMemo, useState } from 'react';
import type { Contender } from '../contenders.ts';
import { changed, marked, swapped, without } from '../lists.ts';
import { type Actions, drawRow, Page, type Row as PlainRow } from '../markup.tsx';

const Row = memo(({ row, isSelected, actions }: { row: PlainRow; isSelected: boolean; actions: Actions }) =>
  drawRow(row, isSelected, actions),
);

function App({ offer }: { offer: (actions: Actions) => void }) {
  const [rows, setRows] = useState<readonly PlainRow[]>([]);
  const [selected, select] = useState(0);
  const actions = useMemo(() => {
    const all: Actions = {
      create: (next) => {
        setRows(next);
        select(0);
      },
      append: (more) => setRows((before) => [...before, ...more]),
      update: () => setRows(marked),
      swap: () => setRows(swapped),
      clear: () => {
        setRows([]);
        select(0);
      },
      select,
      remove: (id) => setRows((before) => without(before, id)),
      change: (changes) => setRows((before) => changed(before, changes)),
      changeOne: (change) => setRows((before) => changed(before, [change])),
    };
    offer(all);
    return all;
  }, [offer]);
  return (
    <Page actions={actions}>
      {rows.map((row) => (
        <Row key={row.id} row={row} isSelected={row.id === selected} actions={actions} />
      ))}
    </Page>
  );
}

/** What React has itself: the list of rows in the component that shows it. */
export const useStateTable: Contender = (offer) => <App offer={offer} />;
