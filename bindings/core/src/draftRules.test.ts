/** What recipes may not do, how long drafts live, and how they meet batches. */
import { expect, test } from 'vitest';
import { createStore, current, GaesupError, original } from './index.ts';

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

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

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
    (error) => expect((error as GaesupError).code).toBe('INVALID_CALL'),
  ],
  'a promise': [
    (draft) => {
      draft.n = 1;
      return Promise.resolve();
    },
    (error) => expect((error as GaesupError).code).toBe('INVALID_CALL'),
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
    Reflect.set(draft, '__proto__', { polluted: true });
  });
  expect(Object.hasOwn(store.get(), '__proto__')).toBe(true);
  expect([Object.getPrototypeOf(store.get()), ({} as { polluted?: boolean }).polluted]).toEqual([
    Object.prototype,
    undefined,
  ]);
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
  const uses: (() => unknown)[] = kept.flatMap((draft) => [
    () => draft.n,
    () => (draft.n = 1),
    () => Object.keys(draft),
    () => current(draft),
  ]);
  uses.push(...maps.flatMap((map) => [() => map.get('x'), () => map.set('x', 1), () => [...map]]));
  for (const use of uses) expect((errorOf(use) as GaesupError).code).toBe('INVALID_CALL');
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
  expect([store.at('todos', 1, 'title').get(), store.at('n').get(), store.version]).toEqual([
    'at a cursor',
    5,
    2,
  ]);
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
  store.update((draft) => {
    draft.rows[0]!.on = true;
  });
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
