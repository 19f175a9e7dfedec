/** What recipes promise beyond their results: what is refused, what is kept, what drafts are. */
import { expect, test } from 'vitest';
import { createStore, current, GaesupError, original, type Store } from './index.ts';

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

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
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
    draft.map.forEach((value, key, map) => parts.push(`${key} ${typeof value} ${map.size}`));
    draft.todos[0]!.tags = [...parts, ...draft.map.keys(), ...[...draft.map.values()].map((value) => typeof value)];
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
    draft.nested = draft.nested;
  },
  'sorting what is sorted': (draft) => void draft.todos.sort((a, b) => a.id - b.id),
  'deleting what is not there': (draft) => {
    delete draft.byId['none'];
    draft.map.delete('none');
    draft.todos.splice(1, 0);
  },
  'returning the draft': (draft) => draft,
};

for (const [name, recipe] of Object.entries(nothing)) test(`no commit for ${name}`, () => void check(recipe, 0));

test('what was not touched is the same object, moved or not', () => {
  const store = createStore(initial());
  const { todos, byId, map, nested } = store.get();
  store.update((draft) => {
    draft.todos[0]!.done = true;
    [draft.todos[1], draft.todos[2]] = [draft.todos[2]!, draft.todos[1]!];
  });
  const now = store.get();
  expect([now.byId === byId, now.map === map, now.nested === nested]).toEqual([true, true, true]);
  expect([now.todos[1] === todos[2], now.todos[2] === todos[1], now.todos[0] === todos[0]]).toEqual([true, true, false]);
});

test('a draft that is assigned is copied at that moment', () => {
  const store = createStore(initial());
  store.update((draft) => {
    const [first] = draft.todos;
    draft.byId['copy'] = first!;
    first!.title = 'changed after';
    draft.todos.push(draft.byId['copy']);
    draft.byId['copy'].done = true;
  });
  expect(store.at('byId', 'copy').get()).toEqual({ id: 0, title: 'todo 0', done: true });
  expect(store.at('todos', 0, 'title').get()).toBe('changed after');
  expect(store.at('todos', 3).get()).toEqual({ id: 0, title: 'todo 0', done: false });
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
  expect(store.at('todos').get().map((todo) => todo.id)).toEqual([1, 2, 0]);
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

const refused: Record<string, [Recipe, (error: unknown) => void]> = {
  'what it throws': [
    (draft) => {
      draft.n = 5;
      draft.todos.length = 0;
      draft.map.clear();
      throw new RangeError('no');
    },
    (error) => expect(error).toBeInstanceOf(RangeError),
  ],
  'changing and returning': [
    (draft) => {
      draft.n = 1;
      return initial();
    },
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'an async recipe': [
    async (draft) => {
      draft.n = 1;
    },
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'a promise': [
    (draft) => {
      draft.n = 1;
      return Promise.resolve();
    },
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'what cannot be stored': [
    (draft) => {
      draft.n = 1;
      draft.byId['f'] = { id: 1, title: 'f', done: (() => {}) as unknown as boolean };
    },
    (error) => {
      expect(error).toBeInstanceOf(GaesupError);
      expect((error as GaesupError).code).toBe('UNSUPPORTED_VALUE');
      expect((error as GaesupError).path).toEqual(['byId', 'f', 'done']);
    },
  ],
  'a property of an array': [
    (draft) => {
      (draft.todos as unknown as { name: string }).name = 'x';
    },
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'Object.defineProperty': [
    (draft) => Object.defineProperty(draft, 'n', { get: () => 1 }),
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'Object.setPrototypeOf': [
    (draft) => void Object.setPrototypeOf(draft.byId, {}),
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'a symbol': [
    (draft) => {
      (draft as unknown as Record<symbol, number>)[Symbol('s')] = 1;
    },
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  "a Map's key that is no string": [
    (draft) => void draft.map.set(5 as unknown as string, 1),
    (error) => expect(error).toBeInstanceOf(TypeError),
  ],
  'a length that is none': [
    (draft) => {
      draft.todos.length = -1;
    },
    (error) => expect(error).toBeInstanceOf(RangeError),
  ],
};

for (const [name, [recipe, expected]] of Object.entries(refused)) {
  test(`nothing happens after ${name}`, () => {
    const store = createStore(initial());
    const before = store.get();
    let calls = 0;
    store.subscribe(() => calls++, SYNC);
    expected(errorOf(() => store.update(recipe as never)));
    expect(store.get()).toBe(before);
    expect(before).toEqual(initial());
    expect([calls, store.version]).toEqual([0, 0]);
    store.update((draft) => void draft.n++);
    expect([store.at('n').get(), calls, store.version]).toEqual([1, 1, 1]);
  });
}

test('no prototype changes, and __proto__ is a key', () => {
  const store = createStore<Record<string, unknown>>({});
  store.update((draft) => {
    draft['__proto__'] = { polluted: true };
  });
  expect(Object.hasOwn(store.get(), '__proto__')).toBe(true);
  expect([Object.getPrototypeOf(store.get()), ({} as { polluted?: boolean }).polluted]).toEqual([Object.prototype, undefined]);
});

test('drafts cannot be used when their recipe has ended, well or not', () => {
  const store = createStore(initial());
  const kept: State[] = [];
  const maps: State['map'][] = [];
  store.update((draft) => {
    kept.push(draft);
    maps.push(draft.map);
  });
  errorOf(() =>
    store.update((draft) => {
      kept.push(draft);
      maps.push(draft.map);
      throw new Error('no');
    }),
  );
  const uses: (() => unknown)[] = kept.flatMap((draft) => [() => draft.n, () => (draft.n = 1), () => Object.keys(draft), () => current(draft)]);
  uses.push(...maps.flatMap((map) => [() => map.get('x'), () => map.set('x', 1), () => [...map]]));
  for (const use of uses) expect((errorOf(use) as GaesupError).code).toBe('CONFLICT');
  expect(store.version).toBe(0);
});

test('current is the state now, which stays; original is the one before', () => {
  const store = createStore(initial());
  const before = store.get();
  let now: unknown;
  store.update((draft) => {
    draft.todos[0]!.done = true;
    draft.todos.push({ id: 9, title: 'nine', done: false });
    now = current(draft.todos);
    expect(original(draft)).toEqual(before);
    expect(original(draft.todos[0])).toEqual(before.todos[0]);
    expect(original(draft.map)).toEqual(before.map);
    draft.todos.length = 0;
    expect(current(draft.todos)).toEqual([]);
    expect(current(draft)).toEqual({ ...initial(), todos: [] });
  });
  const todos = initial().todos.map((todo) => ({ ...todo, done: todo.id === 0 }));
  expect(now).toEqual([...todos, { id: 9, title: 'nine', done: false }]);
  for (const no of [5, {}, null, undefined, before]) expect(() => current(no)).toThrow(TypeError);
});

test('a recipe at a cursor, at a scalar, and where nothing is', () => {
  const store = createStore(initial());
  store.at('todos', 1).update((draft) => {
    draft.title = 'at a cursor';
  });
  store.at('n').update((n) => n + 5);
  expect([store.at('todos', 1, 'title').get(), store.at('n').get(), store.version]).toEqual(['at a cursor', 5, 2]);
  store.at('n').update((n) => n);
  expect(store.version).toBe(2);
  const missing = store.at('todos', 9, 'title');
  expect((errorOf(() => missing.update(() => 'x')) as GaesupError).code).toBe('PATH_NOT_FOUND');
});

test('recipes in batches and batches in recipes are one commit', () => {
  const store = createStore(initial());
  store.batch(() => {
    store.at('n').set(1);
    store.update((draft) => {
      draft.n++;
      store.at('n').increment(10);
      expect(draft.n).toBe(12);
      errorOf(() =>
        store.batch(() => {
          draft.n = 100;
          throw new Error('the inner one');
        }),
      );
      expect(draft.n).toBe(12);
      store.at('todos').update((todos) => void todos.pop());
      expect(draft.todos.length).toBe(2);
    });
    store.at('n').increment();
  });
  expect([store.at('n').get(), store.version]).toEqual([13, 1]);
});

test('a large list costs what is touched', () => {
  const store = createStore({ rows: Array.from({ length: 20_000 }, (_, id) => ({ id, on: false })) });
  store.update((draft) => void (draft.rows[0]!.on = true));
  const before = store.stats();
  store.update((draft) => {
    draft.rows[10_000]!.on = true;
    draft.rows[10_001]!.id++;
  });
  const after = store.stats();
  expect(after.views.built).toBe(before.views.built);
  expect(after.crossings.bytesIn - before.crossings.bytesIn).toBeLessThan(1_000);
  expect(after.crossings.bytesOut - before.crossings.bytesOut).toBeLessThan(1_000);
  expect(store.at('rows', 10_000, 'on').get()).toBe(true);
});
