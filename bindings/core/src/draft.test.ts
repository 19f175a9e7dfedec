/** What recipes do: the same as to a plain copy, in one commit, and nothing more. */
import { expect, test } from 'vitest';
import { createStore, type Store } from './index.ts';

const SYNC = { schedule: 'sync' } as const;

interface Todo {
  id: number;
  title: string;
  done: boolean;
  tags?: string[];
}

interface State {
  n: number;
  todos: Todo[];
  byId: Record<string, Todo>;
  map: Map<string, { v: number } | number>;
  nested: { deep: { list: number[][] } };
  on?: Date;
}

const initial = (): State => ({
  n: 0,
  todos: [0, 1, 2].map((id) => ({ id, title: `todo ${id}`, done: false })),
  byId: { a: { id: 7, title: 'a', done: true } },
  map: new Map<string, { v: number } | number>([
    ['x', { v: 1 }],
    ['y', 2],
  ]),
  nested: { deep: { list: [[1, 2], [3]] } },
});

type Recipe = (draft: State) => unknown;

/** Runs a recipe on a store and on a plain copy; both end alike, in one commit that is told once. */
function check(recipe: Recipe, commits = 1): Store<State> {
  const store = createStore(initial());
  const before = store.get();
  let calls = 0;
  store.subscribe(() => calls++, SYNC);
  const plain = initial();
  const returned = recipe(plain);
  store.update(recipe as never);
  expect(store.get()).toEqual(returned === undefined || returned === plain ? plain : returned);
  expect([store.version, calls]).toEqual([commits, commits]);
  if (commits === 0) expect(store.get()).toBe(before);
  return store;
}

const recipes: Record<string, Recipe> = {
  'nested mutation': (draft) => {
    draft.todos[1]!.done = true;
    draft.nested.deep.list[0]!.push(9);
    draft.n += 5;
  },
  'reading what was written': (draft) => {
    draft.todos.push({ id: 3, title: 'new', done: false });
    draft.todos.at(-1)!.title += '!';
    draft.n = draft.todos.filter((todo) => todo.title.endsWith('!')).length + draft.todos.length;
  },
  'delete, in, Object.keys and friends': (draft) => {
    delete draft.byId['a'];
    draft.byId['b'] = { id: 8, title: 'b', done: 'a' in draft.byId };
    draft.todos[0]!.tags = Object.keys(draft.byId).concat(Object.keys(draft.todos[1]!));
    draft.n = Object.values(draft.byId).length * 10 + Object.entries(draft.todos[0]!).length;
    draft.todos[2]!.title = JSON.stringify({ ...draft.todos[2], n: draft.n, list: draft.nested });
  },
  'for of, for in, spread and destructuring': (draft) => {
    for (const todo of draft.todos) todo.done = !todo.done;
    for (const key in draft.byId) draft.byId[key]!.title += key;
    const [first, ...rest] = draft.todos;
    draft.nested.deep.list = [[first!.id], rest.map((todo) => todo.id), ...draft.nested.deep.list];
  },
  'swapping, sorting and moving items': (draft) => {
    [draft.todos[0], draft.todos[2]] = [draft.todos[2]!, draft.todos[0]!];
    draft.todos.push(draft.todos.shift()!);
    draft.todos.sort((a, b) => b.id - a.id);
  },
  'a plain value that holds drafts': (draft) => {
    draft.byId['c'] = { ...draft.todos[0]!, tags: ['copied'] };
    draft.nested = { deep: { list: [draft.nested.deep.list[1]!, [0]] } };
  },
  'assigning a filtered list to itself': (draft) => {
    draft.todos = draft.todos.filter((todo) => todo.id !== 1);
  },
  'assigning a mapped list to itself': (draft) => {
    draft.todos = draft.todos.map((todo) => (todo.id === 1 ? { ...todo, done: true } : todo));
  },
  'Maps: set, delete and change inside': (draft) => {
    (draft.map.get('x') as { v: number }).v = 5;
    draft.map.set('z', 3).set('y', 4);
    if (draft.map.has('x') && draft.map.size === 3) draft.map.delete('y');
  },
  'Maps: clear and begin anew': (draft) => {
    draft.map.clear();
    draft.map.set('x', 1);
  },
  'Maps: changes while going through': (draft) => {
    const seen: string[] = [];
    for (const [key] of draft.map) {
      seen.push(key);
      if (seen.length < 5) draft.map.set(`new ${seen.length}`, seen.length);
      if (key === 'y') draft.map.delete('x');
    }
    draft.todos[0]!.tags = seen;
  },
  'Maps: forEach, keys, values, entries': (draft) => {
    const parts: string[] = [];
    draft.map.forEach((value, key, map) => void parts.push(`${key} ${typeof value} ${map.size}`));
    draft.todos[0]!.tags = [
      ...parts,
      ...draft.map.keys(),
      ...[...draft.map.values()].map((value) => typeof value),
    ];
    draft.n = [...draft.map.entries()].length;
  },
  'a date': (draft) => {
    draft.on = new Date(5);
    draft.n = draft.on.getTime();
  },
  'a value returned': (draft) => ({ ...initial(), n: draft.n + 1 }),
  'the draft returned': (draft) => {
    draft.n = 8;
    return draft;
  },
  'a part of the draft in a value returned': (draft) => ({ ...initial(), n: 4, todos: [draft.todos[2]!] }),
};

for (const [name, recipe] of Object.entries(recipes)) test(name, () => void check(recipe));

const nothing: Record<string, Recipe> = {
  'doing nothing': () => {},
  reading: (draft) => void JSON.stringify(draft),
  'setting what is there': (draft) => {
    draft.n = 0;
    draft.todos[0]!.title = 'todo 0';
    draft.map.set('y', 2);
  },
  'there and back': (draft) => {
    draft.n++;
    draft.n--;
    draft.todos.push(draft.todos.pop()!);
    draft.todos.reverse().reverse();
    draft.map.set('z', 1).delete('z');
  },
  'assigning itself': (draft) => {
    draft.todos[0] = draft.todos[0]!;
    Reflect.set(draft, 'nested', draft.nested);
  },
  'sorting what is sorted': (draft) => void draft.todos.sort((a, b) => a.id - b.id),
  'deleting what is not there': (draft) => {
    delete draft.byId['none'];
    draft.map.delete('none');
    draft.todos.splice(1, 0);
  },
  'returning the draft': (draft) => draft,
};

for (const [name, recipe] of Object.entries(nothing))
  test(`no commit for ${name}`, () => void check(recipe, 0));

test('what was not touched is the same object, moved or not', () => {
  const store = createStore(initial());
  const { todos, byId, map, nested } = store.get();
  store.update((draft) => {
    draft.todos[0]!.done = true;
    [draft.todos[1], draft.todos[2]] = [draft.todos[2]!, draft.todos[1]!];
  });
  const now = store.get();
  expect([now.byId === byId, now.map === map, now.nested === nested]).toEqual([true, true, true]);
  expect([now.todos[1] === todos[2], now.todos[2] === todos[1], now.todos[0] === todos[0]]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a draft that is assigned is the same in both places until the recipe ends', () => {
  const store = createStore(initial());
  store.update((draft) => {
    const [first] = draft.todos;
    draft.byId['copy'] = first!;
    first!.title = 'changed after';
    draft.todos.push(draft.byId['copy']);
    draft.byId['copy'].done = true;
  });
  const expected = { id: 0, title: 'changed after', done: true };
  expect(store.at('byId', 'copy').get()).toEqual(expected);
  expect(store.at('todos', 0).get()).toEqual(expected);
  expect(store.at('todos', 3).get()).toEqual(expected);
  store.at('todos', 3, 'done').set(false);
  expect(store.at('todos', 0).get()).toEqual(expected);
});

test('a container in itself is a copy', () => {
  const store = createStore<{ a: { b?: unknown; n: number } }>({ a: { n: 1 } });
  store.update((draft) => {
    draft.a.b = draft.a;
  });
  expect(store.get()).toEqual({ a: { n: 1, b: { n: 1 } } });
});

test('what was taken out can be changed and put back', () => {
  const store = createStore(initial());
  store.update((draft) => {
    const [taken] = draft.todos.splice(0, 1);
    taken!.title = 'taken';
    delete (taken as Partial<Todo>).done;
    taken!.tags = ['a'];
    draft.todos.push(taken!);
  });
  expect(
    store
      .at('todos')
      .get()
      .map((todo) => todo.id),
  ).toEqual([1, 2, 0]);
  expect(store.at('todos', 2).get()).toEqual({ id: 0, title: 'taken', tags: ['a'] });
});

test('what was taken out and is not put back is gone, whatever is done to it', () => {
  const store = createStore(initial());
  store.update((draft) => {
    const { todos, byId } = draft;
    const [taken] = todos.splice(0, 1);
    taken!.tags = ['a', 'b'];
    delete (draft as Partial<State>).nested;
    draft.byId = {};
    byId['late'] = taken!;
    byId['a']!.title = 'late';
  });
  expect(store.get()).toEqual({ n: 0, todos: initial().todos.slice(1), byId: {}, map: initial().map });
});
