import { atom, createStore, type PrimitiveAtom, Provider, useAtomValue } from 'jotai';
import { memo } from 'react';
import type { Contender } from '../contenders.ts';
import { type Actions, type Change, drawRow, MARK, Page, type Row as PlainRow, SWAPPED } from '../markup.tsx';

interface Entry {
  readonly id: number;
  readonly row: PrimitiveAtom<PlainRow>;
}

const store = createStore();
const entriesAtom = atom<readonly Entry[]>([]);
const selectedAtom = atom(0);

const entriesOf = (rows: readonly PlainRow[]) => rows.map((row): Entry => ({ id: row.id, row: atom(row) }));

const createAtom = atom(null, (_, set, rows: readonly PlainRow[]) => {
  set(entriesAtom, entriesOf(rows));
  set(selectedAtom, 0);
});
const updateAtom = atom(null, (get, set) => {
  const entries = get(entriesAtom);
  for (let index = 0; index < entries.length; index += 10) {
    set(entries[index].row, ({ id, label }) => ({ id, label: label + MARK }));
  }
});
const changeAtom = atom(null, (get, set, changes: readonly Change[]) => {
  const entries = get(entriesAtom);
  for (const { index, id, label } of changes) set(entries[index].row, { id, label });
});

const actions: Actions = {
  create: (rows) => store.set(createAtom, rows),
  append: (rows) => store.set(entriesAtom, (before) => [...before, ...entriesOf(rows)]),
  update: () => store.set(updateAtom),
  swap: () =>
    store.set(entriesAtom, (before) => {
      const [first, second] = SWAPPED;
      const next = before.slice();
      [next[first], next[second]] = [before[second], before[first]];
      return next;
    }),
  clear: () => store.set(createAtom, []),
  select: (id) => store.set(selectedAtom, id),
  remove: (id) => store.set(entriesAtom, (before) => before.filter((entry) => entry.id !== id)),
  change: (changes) => store.set(changeAtom, changes),
  changeOne: ({ index, id, label }) => store.set(store.get(entriesAtom)[index].row, { id, label }),
};

const Row = memo(({ entry, isSelected }: { entry: Entry; isSelected: boolean }) =>
  drawRow(useAtomValue(entry.row), isSelected, actions),
);

function Rows() {
  const entries = useAtomValue(entriesAtom);
  const selected = useAtomValue(selectedAtom);
  return entries.map((entry) => <Row key={entry.id} entry={entry} isSelected={entry.id === selected} />);
}

/** An atom of the list, which holds an atom for each row. */
export const jotaiTable: Contender = (offer) => {
  offer(actions);
  return (
    <Provider store={store}>
      <Page actions={actions}>
        <Rows />
      </Page>
    </Provider>
  );
};
