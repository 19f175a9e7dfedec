/** What the documentation promises of restoring into a live store and of versions of a schema. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { difference } from '../../../tests/conformance/check.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { Engine } from './engine.ts';
import { type Commit, createStore, equals, inspect, openStore, type Store } from './index.ts';

afterEach(() => void vi.restoreAllMocks());

const SYNC = { schedule: 'sync' } as const;

interface Row {
  id: number;
  name: string;
  tags: string[];
}

interface State {
  title: string;
  rows: Row[];
  map: Map<string, { v: number }>;
}

const rowOf = (id: number): Row => ({ id, name: `name ${id}`, tags: ['x', `${id}`] });

const stateOf = (): State => ({
  title: 'a',
  rows: Array.from({ length: 40 }, (_, id) => rowOf(id)),
  map: new Map([
    ['k', { v: 1 }],
    ['l', { v: 2 }],
  ]),
});

/** The same with four differences: a title, a row's name, a row that is gone, and one that is new. */
function changedState(): State {
  const state = stateOf();
  state.title = 'b';
  (state.rows[3] as Row).name = 'other';
  state.rows.splice(10, 1);
  state.rows.push(rowOf(99));
  return state;
}

function bytesOf(state: unknown, version = 0): Uint8Array {
  const store = createStore<unknown>(state, { schema: { version } });
  const bytes = store.snapshot();
  store.dispose();
  return bytes;
}

/** Counts whom a change of a store tells. */
function tellers(store: Store<State>): () => Record<string, number> {
  const counts: Record<string, number> = {};
  const watch = (name: string, place: Pick<Store<unknown>, 'subscribe'>) => {
    counts[name] = 0;
    place.subscribe(() => {
      counts[name] = (counts[name] ?? 0) + 1;
    }, SYNC);
  };
  watch('root', store as Store<unknown>);
  watch('title', store.at('title'));
  watch('rows', store.at('rows'));
  watch('map', store.at('map'));
  watch('name of 3', store.at('rows', 3, 'name'));
  watch('tags of 3', store.at('rows', 3, 'tags'));
  watch('name of 4', store.at('rows', 4, 'name'));
  watch(
    'count of rows',
    store.select((s) => s.rows.length),
  );
  watch(
    'row 5',
    store.select((s) => s.rows[5]),
  );
  return () => counts;
}

/** What differs between the two states tells those once, and nobody else. */
const TOLD = {
  root: 1,
  title: 1,
  rows: 1,
  map: 0,
  'name of 3': 1,
  'tags of 3': 0,
  'name of 4': 0,
  'count of rows': 0,
  'row 5': 0,
};

describe('restoring into a live store', () => {
  test('tells only what differs, and what is equal keeps its identity', () => {
    const store = createStore(stateOf());
    const before = store.get();
    const counts = tellers(store);
    const changes = store.restore(bytesOf(changedState()), { key: 'id' });
    expect(counts()).toEqual(TOLD);
    const after = store.get();
    expect(difference(after, changedState())).toBe(undefined);
    expect(after.map).toBe(before.map);
    expect(after.rows[3]).not.toBe(before.rows[3]);
    expect(after.rows[3]?.tags).toBe(before.rows[3]?.tags);
    for (const row of after.rows.filter(({ id }) => id !== 3 && id !== 99))
      expect(row).toBe(before.rows[row.id]);
    expect(changes).toEqual({ added: 1, removed: 1, updated: 2, moved: 0 });
  });

  test('is one commit and one step to undo', () => {
    const store = createStore(stateOf(), { history: true });
    const replica = createStore(stateOf());
    const commits: Commit[] = [];
    store.onCommit((commit) => {
      commits.push(commit);
      replica.apply(commit.delta);
    });
    const before = store.snapshot();
    store.restore(bytesOf(changedState()), { key: 'id' });
    expect([store.version, commits.length, store.history.steps.length]).toEqual([1, 1, 1]);
    expect(commits[0]?.origin).toBe(undefined);
    expect(replica.snapshot()).toEqual(store.snapshot());
    expect(store.history.undo()).toBe(true);
    expect(store.snapshot()).toEqual(before);
    expect(store.history.redo()).toBe(true);
    expect(store.get()).toEqual(changedState());
  });

  test('with an origin is told as such and not undone', () => {
    const store = createStore(stateOf(), { history: true });
    const origins: unknown[] = [];
    store.onCommit(({ origin }) => void origins.push(origin));
    store.at('title').set('mine');
    store.restore(bytesOf({ ...changedState(), title: 'mine' }), { origin: 'disk' });
    expect(origins).toEqual([undefined, 'disk']);
    expect(store.history.steps.length).toBe(1);
    expect(store.history.undo()).toBe(true);
    expect(store.get()).toEqual({ ...changedState(), title: 'a' });
    expect(store.history.undo()).toBe(false);
  });

  test('of what is there already is no commit and tells nobody', () => {
    const store = createStore(stateOf(), { history: true });
    const before = store.get();
    const counts = tellers(store);
    store.onCommit(() => expect.unreachable());
    const none = { added: 0, removed: 0, updated: 0, moved: 0 };
    for (const compression of ['none', 'lz4', 'auto'] as const) {
      expect(store.restore(store.snapshot({ compression }))).toEqual(none);
      expect(store.restore(bytesOf(stateOf()), { key: 'id', origin: 'disk' })).toEqual(none);
    }
    expect(store.at('rows').restore(store.at('rows').snapshot())).toEqual(none);
    expect(Object.values(counts()).every((count) => count === 0)).toBe(true);
    expect(store.get()).toBe(before);
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
  });

  test('at a place changes that alone', () => {
    const store = createStore(stateOf(), { history: true });
    const { rows, map } = store.get();
    store.at('map').restore(
      bytesOf(
        new Map([
          ['k', { v: 1 }],
          ['m', { v: 3 }],
        ]),
      ),
    );
    expect(store.at('rows').get()).toBe(rows);
    expect(store.at('map', 'k').get()).toBe(map.get('k'));
    expect([...store.at('map').get().keys()]).toEqual(['k', 'm']);
    store.at('rows', 0, 'name').restore(bytesOf('scalar'));
    expect(store.at('rows', 0).get()).toEqual({ ...rowOf(0), name: 'scalar' });
    store.at('rows', 1).restore(bytesOf([1, [2]]));
    expect((store.at('rows').get() as unknown[])[1]).toEqual([1, [2]]);
    store.history.jumpTo(0);
    expect(store.get()).toEqual(stateOf());
  });

  test('where there is nothing yet adds it', () => {
    const store = createStore<Record<string, unknown>>({ list: [1], map: new Map(), object: {} });
    const bytes = bytesOf({ deep: [1] });
    const added = { added: 1, removed: 0, updated: 0, moved: 0 };
    expect(store.at('new').restore(bytes)).toEqual(added);
    expect(store.at('map', 'k').restore(bytes)).toEqual(added);
    expect(store.at('object', '__proto__').restore(bytes)).toEqual(added);
    expect(store.at('list', 1).restore(bytes)).toEqual(added);
    const value = { deep: [1] };
    expect(
      difference(store.get(), {
        list: [1, value],
        map: new Map([['k', value]]),
        object: Object.fromEntries([['__proto__', value]]),
        new: value,
      }),
    ).toBe(undefined);
    expect(store.version).toBe(4);
    for (const place of [store.at('list', 5), store.at('none', 'deeper'), store.at('list', 0, 'x')]) {
      expect(refusal(() => place.restore(bytes)).code).toMatch(/PATH_NOT_FOUND|TYPE_MISMATCH/);
    }
    expect(store.version).toBe(4);
  });

  test('in a batch is part of it', () => {
    const store = createStore(stateOf(), { history: true });
    const before = store.get();
    const counts = tellers(store);
    const bytes = bytesOf(changedState());
    store.batch(() => {
      store.at('title').set('first');
      store.restore(bytes, { key: 'id' });
      expect(difference(store.get(), changedState())).toBe(undefined);
      expect(counts()['root']).toBe(0);
      store.at('rows', 0, 'name').set('later');
    });
    expect(counts()['root']).toBe(1);
    expect([store.version, store.history.steps.length]).toEqual([1, 1]);
    const after = changedState();
    (after.rows[0] as Row).name = 'later';
    expect(store.get()).toEqual(after);
    store.history.undo();
    expect(store.get()).toEqual(before);
  });

  test('in a batch that fails has not happened', () => {
    const store = createStore(stateOf(), { history: true });
    const before = store.get();
    const counts = tellers(store);
    const boom = new Error('boom');
    const bytes = bytesOf(changedState());
    const fail = () => {
      store.restore(bytes);
      throw boom;
    };
    expect(() => store.batch(fail)).toThrow(boom);
    expect(store.get()).toBe(before);
    // The inner batch alone is taken back.
    store.batch(() => {
      store.at('title').set('kept');
      expect(() => store.batch(fail)).toThrow(boom);
    });
    expect(store.get()).toEqual({ ...stateOf(), title: 'kept' });
    expect(store.get().rows).toBe(before.rows);
    expect(counts()).toMatchObject({ root: 1, title: 1, rows: 0, map: 0 });
    expect(store.version).toBe(1);
  });

  test('of damaged bytes in a batch fails it, also when it is caught', () => {
    const store = createStore(stateOf());
    const before = store.get();
    const damaged = bytesOf(changedState()).slice(0, -9);
    const run = () =>
      store.batch(() => {
        store.at('title').set('lost');
        expect(refusal(() => store.restore(damaged)).code).toBe('CORRUPT_DATA');
      });
    expect(refusal(run).code).toBe('CORRUPT_DATA');
    expect(store.get()).toBe(before);
    store.at('title').set('works');
    expect(store.get().title).toBe('works');
  });

  test('of bytes that break off leaves no text that others take for theirs', () => {
    const bytes = bytesOf(stateOf());
    const broken = bytes.slice();
    broken[broken.length - 1] ^= 1;
    const store = createStore<unknown>(0) as Store<unknown> as Store<State>;
    expect(refusal(() => store.restore(broken)).code).toBe('CORRUPT_DATA');
    store.restore(bytes);
    expect(store.at('rows', 3, 'name').get()).toBe(rowOf(3).name);
    const { version } = store;
    store.at('rows', 3, 'name').set(rowOf(3).name);
    expect([store.version, equals(store, bytes), store.get()]).toEqual([version, true, stateOf()]);
  });

  test('while an optimistic update waits stays when that is taken back', () => {
    const store = createStore(stateOf());
    const update = store.optimistic(() => {
      store.at('title').set('waits');
      store.at('map', 'k', 'v').increment();
    });
    const next = { ...changedState(), title: 'waits' };
    next.map.set('k', { v: 2 });
    store.restore(bytesOf(next), { key: 'id' });
    expect(store.get()).toEqual(next);
    update.rollback();
    // What the update had changed was equal: the restoration has not touched it.
    expect(store.get()).toEqual({ ...changedState(), title: 'a' });
  });

  test('cannot be done by a selector or a getter of a value being written', () => {
    const store = createStore(stateOf());
    const bytes = bytesOf(changedState());
    expect(refusal(() => store.get(() => store.restore(bytes))).code).toBe('INVALID_CALL');
    const value = {
      get part() {
        return store.restore(bytes);
      },
    };
    expect(refusal(() => store.at('title').set(value as never)).code).toBe('INVALID_CALL');
    expect(store.get()).toEqual(stateOf());
  });

  test('of something that is no bytes is a TypeError', () => {
    const store = createStore<unknown>({ a: 1 });
    for (const other of [undefined, 'text', [1], new ArrayBuffer(8), new Uint16Array(4)]) {
      expect(() => store.restore(other as never)).toThrow(TypeError);
      expect(() => openStore(other as never)).toThrow(TypeError);
    }
    expect(() => store.restore(bytesOf({ a: 2 }), { key: 5 as never })).toThrow(TypeError);
    expect(() => store.restore(bytesOf({ a: 2 }), { origin: 5 as never })).toThrow(TypeError);
    expect(store.get()).toEqual({ a: 1 });
  });
});

describe('limits', () => {
  test('leave the store as it was', () => {
    const store = createStore<unknown>({ mine: 'x' }, { limits: { bytes: 1_000_000 }, history: true });
    const before = store.get();
    const big = bytesOf(Array.from({ length: 40_000 }, (_, at) => `item ${at} is a text of its own`));
    for (let round = 0; round < 3; round++) {
      expect(refusal(() => store.restore(big)).code).toBe('LIMIT_EXCEEDED');
      expect(store.get()).toBe(before);
    }
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
    store.restore(bytesOf({ mine: 'y' }));
    expect(store.get()).toEqual({ mine: 'y' });
  });

  test('make room by collecting what nobody needs any more', () => {
    const textsOf = (round: number) =>
      Array.from({ length: 5_000 }, (_, at) => `text ${at} of round ${round}`);
    const store = createStore<unknown>(textsOf(0), { limits: { bytes: 1_500_000 } });
    for (let round = 1; round < 20; round++) {
      store.restore(bytesOf(textsOf(round)));
      expect(store.at(4_999).get()).toBe(`text 4999 of round ${round}`);
    }
    expect(store.get()).toEqual(textsOf(19));
  });

  test('of depth count from the root', () => {
    const store = createStore<{ a: { b: unknown } }>({ a: { b: null } }, { limits: { depth: 5 } });
    store.at('a', 'b').restore(bytesOf([[[]]]));
    expect(refusal(() => store.at('a', 'b').restore(bytesOf([[[[]]]]))).code).toBe('LIMIT_EXCEEDED');
    expect(store.get()).toEqual({ a: { b: [[[]]] } });
  });
});

describe('a version of the schema', () => {
  interface New {
    todos: string[];
  }
  const old = { items: ['a', 'b'] };
  const migrate = vi.fn((state: unknown, from: number) =>
    from < 2 ? { todos: (state as typeof old).items } : state,
  );
  afterEach(() => void migrate.mockClear());

  test('is written into snapshots and opens those of the same', () => {
    const store = createStore({ todos: ['x'] }, { schema: { version: 2, migrate } });
    const bytes = store.snapshot();
    expect(inspect(bytes).version).toBe(2);
    expect(openStore(bytes, { schema: { version: 2, migrate } }).get()).toEqual({ todos: ['x'] });
    store.restore(bytes);
    expect(migrate).not.toHaveBeenCalled();
    expect(inspect(createStore(1, { schema: { version: 2 ** 32 - 1 } }).snapshot()).version).toBe(
      2 ** 32 - 1,
    );
    expect(inspect(createStore(1).snapshot()).version).toBe(0);
  });

  test('that is newer migrates what is opened', () => {
    const store = openStore<New>(bytesOf(old, 1), {
      schema: { version: 2, migrate },
      history: true,
      version: 8,
    });
    expect(migrate).toHaveBeenCalledExactlyOnceWith(old, 1);
    expect(store.get()).toEqual({ todos: ['a', 'b'] });
    expect([store.version, store.history.canUndo]).toEqual([8, false]);
    expect(inspect(store.snapshot()).version).toBe(2);
    // Without a version it was version 0.
    expect(openStore<New>(bytesOf(old), { schema: { version: 2, migrate } }).get()).toEqual(store.get());
    expect(migrate).toHaveBeenLastCalledWith(old, 0);
  });

  test('that is newer migrates what is restored, and only differences are told', () => {
    const store = createStore<New>({ todos: ['a', 'c'] }, { schema: { version: 2, migrate }, history: true });
    const calls = { first: 0, second: 0 };
    store.at('todos', 0).subscribe(() => void calls.first++, SYNC);
    store.at('todos', 1).subscribe(() => void calls.second++, SYNC);
    expect(store.restore(bytesOf(old, 1))).toEqual({ added: 0, removed: 0, updated: 1, moved: 0 });
    expect(calls).toEqual({ first: 0, second: 1 });
    expect(store.get()).toEqual({ todos: ['a', 'b'] });
    expect([store.version, store.history.steps.length]).toEqual([1, 1]);
    expect(store.restore(bytesOf(old, 1))).toEqual({ added: 0, removed: 0, updated: 0, moved: 0 });
    expect(store.version).toBe(1);
  });

  test('migrates what is restored in a batch', () => {
    const store = createStore<New>({ todos: [] }, { schema: { version: 2, migrate } });
    store.batch(() => {
      store.restore(bytesOf(old, 1));
      expect(store.get()).toEqual({ todos: ['a', 'b'] });
      store.at('todos').push('c');
    });
    expect([store.get(), store.version]).toEqual([{ todos: ['a', 'b', 'c'] }, 1]);
  });

  test('that is older, or another one without a way, is refused', () => {
    const store = createStore<New>({ todos: [] }, { schema: { version: 2 } });
    const before = store.get();
    for (const version of [0, 1, 3, 2 ** 32 - 1]) {
      const bytes = bytesOf(old, version);
      for (const run of [
        () => store.restore(bytes),
        () => openStore(bytes, { schema: { version: 2 } }),
        // A part is not migrated: the function is for whole states.
        () => store.at('todos').restore(bytes),
      ]) {
        const { code, message } = refusal(run);
        expect(code).toBe('UNSUPPORTED_VERSION');
        expect(message).toContain(`version ${version} `);
      }
    }
    const newer = bytesOf(old, 3);
    expect(refusal(() => openStore(newer, { schema: { version: 2, migrate } })).code).toBe(
      'UNSUPPORTED_VERSION',
    );
    expect(refusal(() => openStore(newer)).code).toBe('UNSUPPORTED_VERSION');
    const migrating = createStore<New>({ todos: [] }, { schema: { version: 2, migrate } });
    expect(refusal(() => migrating.at('todos').restore(bytesOf([], 1))).code).toBe('UNSUPPORTED_VERSION');
    expect(migrate).not.toHaveBeenCalled();
    expect(store.get()).toBe(before);
    expect(store.version).toBe(0);
  });

  test('whose function throws leaves the store as it was, and leaves no store behind', () => {
    const boom = new Error('boom');
    const schema = {
      version: 2,
      migrate: () => {
        throw boom;
      },
    };
    const store = createStore<New>({ todos: [] }, { schema, history: true });
    const before = store.get();
    const disposed = vi.spyOn(Engine.prototype, 'dispose');
    expect(() => openStore(bytesOf(old, 1), { schema })).toThrow(boom);
    // One of them is that which made the bytes.
    expect(disposed).toHaveBeenCalledTimes(2);
    expect(() => store.restore(bytesOf(old, 1))).toThrow(boom);
    expect(disposed).toHaveBeenCalledTimes(4);
    expect(store.get()).toBe(before);
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
    store.at('todos').push('works');
    expect(store.get()).toEqual({ todos: ['works'] });
  });

  test('whose function gives what cannot be stored is UNSUPPORTED_VALUE', () => {
    const schema = { version: 1, migrate: () => ({ bad: [() => 0] }) };
    const store = createStore<unknown>('mine', { schema });
    const disposed = vi.spyOn(Engine.prototype, 'dispose');
    const { code, path } = refusal(() => openStore(bytesOf(old), { schema }));
    expect([code, path]).toEqual(['UNSUPPORTED_VALUE', ['bad', 0]]);
    expect(refusal(() => store.restore(bytesOf(old))).code).toBe('UNSUPPORTED_VALUE');
    expect(disposed).toHaveBeenCalledTimes(4);
    expect(store.get()).toBe('mine');
  });

  test('keeps the limits of the store while it migrates', () => {
    const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 1);
    const schema = { version: 1, migrate: (state: unknown) => ({ state }) };
    const deeper = createStore(deep, { limits: { depth: 300 } }).snapshot();
    const store = createStore<unknown>(null, { limits: { depth: 300 }, schema });
    store.restore(deeper);
    expect(difference(store.get(), { state: deep })).toBe(undefined);
  });

  test('is a whole number, and its function one', () => {
    for (const version of [-1, 0.5, 2 ** 32, Number.NaN, '1', undefined, null, 1n]) {
      expect(() => createStore(1, { schema: { version: version as number } })).toThrow(TypeError);
    }
    for (const other of [null, 'x', {}]) {
      expect(() => createStore(1, { schema: { version: 1, migrate: other as never } })).toThrow(TypeError);
    }
  });

  test('is of no account for a part of a store without one', () => {
    const store = createStore<{ a: unknown }>({ a: 1 });
    store.at('a').restore(store.at('a').snapshot());
    expect(store.version).toBe(0);
  });
});
