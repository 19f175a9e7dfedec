/** What a selection depends on does not change with the size of its result. */
import { expect, test } from 'vitest';
import { createStore, type Store } from './index.ts';

interface Row {
  id: number;
  title: string;
  done: boolean;
  note?: string;
}

interface State {
  rows: Row[];
  others: Row[];
  byId: Record<string, Row>;
  map: Map<string, Row>;
  groups: { name: string; items: Row[] }[];
  pairs: [number, number][];
  numbers: number[];
}

/** More than what is noted one by one. */
const COUNT = 1_000;

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, title: `t${id}`, done: id % 2 === 0 }));
const keyed = (rows: Row[]): [string, Row][] => rows.map((row) => [`k${row.id}`, row]);

const storeOf = (): Store<State> =>
  createStore<State>({
    rows: rowsOf(COUNT),
    others: rowsOf(COUNT),
    byId: Object.fromEntries(keyed(rowsOf(COUNT))),
    map: new Map(keyed(rowsOf(COUNT))),
    groups: [0, 1, 2].map((name) => ({ name: `${name}`, items: rowsOf(COUNT) })),
    pairs: rowsOf(COUNT).map(({ id }) => [id, id % 2]),
    numbers: rowsOf(COUNT).map(({ id }) => id),
  });

type Change = (store: Store<State>) => void;

/** How often a selector runs for each of some changes. Its value is compared with that of a plain state. */
function check(
  select: (state: State) => unknown,
  changes: readonly (readonly [runs: number, change: Change])[],
) {
  const store = storeOf();
  const selection = store.select((s) => select(s as State));
  selection.subscribe(() => {}, { schedule: 'sync' });
  for (const [index, [runs, change]] of changes.entries()) {
    const before = store.stats().selectorRuns;
    change(store);
    expect([index, store.stats().selectorRuns - before]).toEqual([index, runs]);
    expect(selection.get()).toEqual(select(store.get() as State));
  }
  store.dispose();
}

let edits = 0;
const title =
  (...path: [keyof State, ...(string | number)[]]): Change =>
  (store) =>
    store.at(...(path as unknown as ['rows', number]), 'title').set(`edited ${edits++}`);

const cases: Record<string, Parameters<typeof check>> = {
  'a filter over a list': [
    (s) => s.rows.filter((row) => row.done),
    [
      [0, title('rows', 1)],
      [1, title('rows', 2)],
      [1, (store) => store.at('rows', 1, 'done').set(true)],
      [1, title('rows', 1)],
      [1, (store) => store.at('rows', 0, 'done').set(false)],
      [0, title('rows', 0)],
      [1, (store) => store.at('rows', 2, 'note').set('a key more')],
      [1, (store) => store.at('rows', 2, 'note').set('another')],
      [1, (store) => store.at('rows', 4).set({ id: 4, title: 'another', done: true })],
      [1, title('rows', 4)],
      [1, (store) => store.at('rows').remove(0)],
      [0, title('rows', 2)],
      [1, title('rows', 1)],
      [1, (store) => store.at('rows').move(1, 900)],
      [1, title('rows', 900)],
    ],
  ],
  'a filter over the values of an object with many keys': [
    (s) => Object.values(s.byId).filter((row) => row.done),
    [
      [0, title('byId', 'k1')],
      [1, title('byId', 'k998')],
      [1, (store) => store.at('byId', 'k998').delete()],
      [1, (store) => store.at('byId', 'new').set({ id: -1, title: '', done: true })],
      [1, title('byId', 'new')],
    ],
  ],
  'a filter over the entries of an object with many keys': [
    (s) =>
      Object.entries(s.byId)
        .filter(([, row]) => row.done)
        .map(([key, row]) => ({ key, row })),
    [
      [0, title('byId', 'k1')],
      [1, title('byId', 'k2')],
    ],
  ],
  'a filter over a Map': [
    (s) => [...s.map.values()].filter((row) => row.done),
    [
      [0, title('map', 'k1')],
      [1, title('map', 'k2')],
      [1, (store) => store.at('map', 'k1').delete()],
      [1, title('map', 'k998')],
    ],
  ],
  'a slice': [
    (s) => s.rows.slice(0, 300),
    [
      [0, title('rows', 300)],
      [1, title('rows', 299)],
    ],
  ],
  'copies of rows': [
    (s) => s.rows.filter((row) => row.done).map((row) => ({ ...row })),
    [
      [0, title('rows', 1)],
      [1, title('rows', 2)],
    ],
  ],
  'the keys of rows': [
    (s) => s.rows.filter((row) => row.done && Object.keys(row).length === 3).length,
    [
      [0, title('rows', 1)],
      [1, (store) => store.at('rows', 2, 'note').set('a key more')],
    ],
  ],
  'a sorted copy': [
    (s) => [...s.rows].sort((a, b) => b.id - a.id),
    [
      [1, title('rows', 1)],
      [1, (store) => store.at('rows', 5, 'id').set(-7)],
      [0, title('others', 1)],
    ],
  ],
  'what is sorted after a filter': [
    (s) => s.rows.filter((row) => row.done).sort((a, b) => b.id - a.id),
    [
      [0, title('rows', 1)],
      [1, title('rows', 2)],
    ],
  ],
  'rows of two lists': [
    (s) => [...s.rows.filter((row) => row.done), ...s.others.filter((row) => !row.done)],
    [
      [0, title('rows', 1)],
      [0, title('others', 2)],
      [1, title('rows', 2)],
      [1, title('others', 1)],
    ],
  ],
  'lists in a few groups': [
    (s) => s.groups.flatMap((group) => group.items.filter((row) => row.done)),
    [
      [0, title('groups', 1, 'items', 1)],
      [0, (store) => store.at('groups', 1, 'name').set('other')],
      [1, title('groups', 1, 'items', 2)],
      [1, (store) => store.at('groups', 2, 'items', 999, 'done').set(true)],
    ],
  ],
  'groups of rows': [
    (s) => ({
      done: s.rows.filter((row) => row.done),
      open: s.rows.filter((row) => !row.done).slice(0, 300),
    }),
    [
      [0, title('rows', 999)],
      [1, title('rows', 998)],
      [1, title('rows', 1)],
    ],
  ],
  'items that are arrays': [
    (s) => s.pairs.slice(0, 300).filter(([, odd]) => odd === 1),
    [
      [0, (store) => store.at('pairs', 700, 0).set(-1)],
      [1, (store) => store.at('pairs', 1, 0).set(-1)],
    ],
  ],
  'many numbers of more': [
    (s) => s.numbers.slice(0, 300),
    [
      [0, (store) => store.at('numbers', 300).set(-1)],
      [1, (store) => store.at('numbers', 299).set(-1)],
    ],
  ],
};

for (const [name, [select, changes]] of Object.entries(cases))
  test(`a large result depends on what was read and on its rows: ${name}`, () => check(select, changes));
