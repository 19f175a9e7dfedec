/** What a recipe has assigned stays live until it ends: plain values and drafts in a second place. */
import { expect, test } from 'vitest';
import { createStore, current, original } from './index.ts';

interface Row {
  id: number;
  tags: string[];
  sub?: { n: number };
}
interface State {
  rows: Row[];
  groups: Record<string, number[]>;
  map: Map<string, { list: number[]; inner?: Map<string, number> }>;
  any: Record<string, unknown>;
}

const initial = (): State => ({
  rows: [
    { id: 0, tags: [] },
    { id: 1, tags: ['a'], sub: { n: 1 } },
  ],
  groups: { old: [0] },
  map: new Map(),
  any: {},
});

type Recipe = (draft: State) => void;

/** The recipe does to a store what it does to a plain value. */
function check(recipe: Recipe): void {
  const store = createStore(initial());
  const replica = createStore(initial());
  store.onCommit(({ delta }) => void replica.apply(delta));
  const plain = initial();
  recipe(plain);
  store.update((draft) => recipe(draft as unknown as State));
  expect(store.get()).toEqual(plain);
  expect(replica.get()).toEqual(plain);
  expect([store.version, JSON.stringify(store.get())]).toEqual([1, JSON.stringify(plain)]);
}

const recipes: Record<string, Recipe> = {
  'a list that is made where there is none': (draft) => {
    // biome-ignore lint/suspicious/noAssignInExpressions: the idiom that is tested
    for (const n of [1, 2, 3, 4, 5]) (draft.groups[n % 2 ? 'odd' : 'even'] ??= []).push(n);
    // biome-ignore lint/suspicious/noAssignInExpressions: the idiom that is tested
    (draft.groups['old'] ??= []).push(9);
  },
  'an object that is pushed and then filled in': (draft) => {
    const row: Row = { id: 2, tags: [] };
    draft.rows.push(row);
    row.tags.push('b');
    row.sub = { n: 2 };
    row.sub.n++;
    draft.groups['ids'] = draft.rows.map((each) => each.id + (each.sub?.n ?? 0));
  },
  'maps in maps': (draft) => {
    const entry: { list: number[]; inner?: Map<string, number> } = { list: [] };
    draft.map.set('a', entry).set('b', { list: [7] });
    entry.list.push(1);
    entry.inner = new Map([['x', 1]]);
    entry.inner.set('y', 2).delete('x');
    draft.map.get('b')?.list.push(8);
  },
  'keys that come, go and come back': (draft) => {
    const value: Record<string, unknown> = { a: 1, b: { c: 2 }, 5: 'five' };
    draft.any['value'] = value;
    delete value['a'];
    value['a'] = 3;
    value[1] = 'one';
    delete value['b'];
    value['z'] = [value['a']];
  },
  'lists that are cut, turned and emptied': (draft) => {
    const list: unknown[] = [1, { n: 2 }, [3], 4];
    draft.any['list'] = list;
    list.splice(1, 1);
    list.reverse();
    (list[1] as number[]).push(5);
    list.length = 3;
    list.unshift('first', {});
    draft.any['other'] = list.length;
  },
  'one value in two places': (draft) => {
    const value = { n: 1, list: [] as number[] };
    draft.any['a'] = value;
    draft.any['b'] = value;
    value.n = 2;
    (draft.any['a'] as typeof value).list.push(1);
    (draft.any['b'] as typeof value).list.push(2);
  },
  'a draft in a second place': (draft) => {
    const [first] = draft.rows;
    draft.any['first'] = first;
    first!.tags.push('after');
    (draft.any['first'] as Row).id = 7;
    draft.any['again'] = draft.any['first'];
    (draft.any['again'] as Row).tags.push('again');
  },
  'a draft in a plain value': (draft) => {
    const holder = { row: draft.rows[1], rows: [draft.rows[0]] };
    draft.any['holder'] = holder;
    draft.rows[1]!.tags.push('after');
    holder.rows.push(draft.rows[1]);
    (draft.any['holder'] as typeof holder).row!.id = 9;
    draft.rows[0]!.id = 8;
  },
  'a swap that is gone on with': (draft) => {
    [draft.rows[0], draft.rows[1]] = [draft.rows[1]!, draft.rows[0]!];
    draft.rows[0]!.tags.push('moved');
    draft.rows[1]!.id = 5;
    draft.rows.reverse();
  },
  'a tree that is turned': (draft) => {
    draft.any['root'] = { name: 'root', left: { name: 'left', right: { name: 'inner' } } };
    type Node = { name: string; left?: Node; right?: Node };
    const root = draft.any['root'] as Node;
    const left = root.left as Node;
    root.left = left.right as Node;
    left.right = root;
    draft.any['root'] = left;
    left.right.name = 'changed';
  },
  'a filtered list that is gone on with': (draft) => {
    const kept = draft.rows.filter(({ id }) => id > 0);
    draft.rows = kept;
    kept.push({ id: 5, tags: [] });
    kept[0]!.tags.push('kept');
    draft.rows[1]!.tags.push('new');
  },
  'a list that is spread with something new': (draft) => {
    const row: Row = { id: 6, tags: [] };
    draft.rows = [row, ...draft.rows];
    row.tags.push('new');
    draft.rows[0]!.id = 7;
    draft.rows = [...draft.rows, { ...draft.rows[0]!, id: 8 }];
    draft.rows[3]!.tags = ['other'];
  },
  'what is spread': (draft) => {
    const next = { ...draft.rows[1]!, tags: [...draft.rows[1]!.tags] };
    draft.rows[1] = next;
    next.tags.push('spread');
    next.id = 3;
    draft.any['copy'] = { ...next };
  },
  'what was put in and taken out again': (draft) => {
    const row: Row = { id: 4, tags: [] };
    draft.rows.push(row);
    const popped = draft.rows.pop();
    row.tags.push('out');
    draft.any['row'] = popped;
    row.tags.push('in');
  },
};

for (const [name, recipe] of Object.entries(recipes))
  test(`${name} is what it is in plain JavaScript`, () => check(recipe));

test('all who read within a recipe see what was done to an assigned value', () => {
  const store = createStore<{ o: Record<string, unknown>; n: number }>({ o: {}, n: 0 });
  const list: number[] = [];
  const seen: unknown[] = [];
  const reads: ((draft: { o: Record<string, unknown> }) => unknown)[] = [
    (draft) => (draft.o['list'] as number[]).length,
    (draft) => (draft.o['list'] as number[]).at(-1),
    (draft) => Object.keys(draft.o['list'] as number[]).length,
    (draft) => (current(draft) as typeof draft).o['list'],
    (draft) => JSON.stringify(draft),
    () => store.get().o['list'],
    () => store.at('o', 'list').get(),
    () => store.get((state) => (state.o['list'] as number[]).length),
  ];
  store.update((draft) => {
    draft.o['list'] = list;
    for (const read of reads) {
      list.push(list.length);
      seen.push(read(draft as never));
    }
    expect(original(draft)).toEqual({ o: {}, n: 0 });
  });
  expect(seen).toEqual([
    1,
    1,
    3,
    [0, 1, 2, 3],
    '{"o":{"list":[0,1,2,3,4]},"n":0}',
    [0, 1, 2, 3, 4, 5],
    [0, 1, 2, 3, 4, 5, 6],
    8,
  ]);
});

test('a value that was assigned does not change with the draft, and can be frozen', () => {
  const store = createStore<{ rows: { n: number }[]; o?: unknown }>({ rows: [] });
  const row = { n: 1 };
  const frozen = Object.freeze({ n: 1 });
  store.update((draft) => {
    draft.rows.push(row, frozen);
    for (const each of draft.rows) each.n++;
    draft.rows.push(store.get().rows[0]!);
    draft.rows[2]!.n = 5;
  });
  expect([row, frozen, store.get().rows]).toEqual([{ n: 1 }, { n: 1 }, [{ n: 2 }, { n: 2 }, { n: 5 }]]);
  row.n = 9;
  expect([Object.isFrozen(row), store.get().rows[0]]).toEqual([false, { n: 2 }]);
});

test('a list that is changed as a value and through the draft is refused where both cannot be had', () => {
  const store = createStore<{ list: number[] }>({ list: [] });
  store.update((draft) => {
    const list = [1];
    draft.list = list;
    list.push(2);
    draft.list.push(3);
    list.push(4);
  });
  expect(store.get().list).toEqual([1, 2, 3, 4]);
  expect(() =>
    store.update((draft) => {
      const list = [1, 2];
      draft.list = list;
      draft.list.shift();
      list.shift();
    }),
  ).toThrow('go on with one of the two');
  expect(store.get().list).toEqual([1, 2, 3, 4]);
});

test('what contains itself is refused, whenever it comes to', () => {
  const store = createStore<{ o: Record<string, unknown> }>({ o: {} });
  const itself: Record<string, unknown> = {};
  expect(() =>
    store.update((draft) => {
      draft.o['itself'] = itself;
      itself['itself'] = itself;
    }),
  ).toThrow('contains itself');
  expect(() =>
    store.update((draft) => {
      const value: Record<string, unknown> = {};
      draft.o['value'] = value;
      value['outer'] = draft.o;
    }),
  ).toThrow();
  expect([store.get(), store.version]).toEqual([{ o: {} }, 0]);
  expect(() =>
    store.update((draft) => {
      draft.o['f'] = itself;
      delete itself['itself'];
      itself['f'] = () => {};
    }),
  ).toThrow();
  expect([store.get(), store.version]).toEqual([{ o: {} }, 0]);
});

test('a batch within a recipe that is rolled back takes back the state, not the value', () => {
  const store = createStore<{ o: Record<string, unknown>; n: number }>({ o: {}, n: 0 });
  store.update((draft) => {
    const value = { list: [1] };
    draft.o['value'] = value;
    expect(() =>
      store.batch(() => {
        value.list.push(2);
        expect(store.get().o['value']).toEqual({ list: [1, 2] });
        draft.o['gone'] = value;
        draft.o['other'] = { gone: true };
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
    expect(draft.o).toEqual({ value: { list: [1, 2] } });
    value.list.push(3);
    store.at('n').increment();
    store.at('o').update((o) => {
      o['inner'] = value.list.length;
    });
  });
  expect(store.get()).toEqual({ o: { value: { list: [1, 2, 3] }, inner: 3 }, n: 1 });
  expect(store.version).toBe(1);
});
