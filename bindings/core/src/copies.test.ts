import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import * as own from './index.ts';

/** A second copy of the package, as another bundle in the page has one. */
async function otherCopy(): Promise<typeof own> {
  vi.resetModules();
  return await import('./index.ts');
}

const FOREIGN = expect.objectContaining({ code: 'FOREIGN_STORE' });

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return 'no error';
}

test('functions refuse stores, cursors and drafts of another copy', async () => {
  const other = await otherCopy();
  const foreign = other.createStore({ n: 1, list: [1], map: new Map([['k', 1]]) });
  const mine = own.createStore({ n: 1 });
  for (const given of [foreign, foreign.at('list')] as own.Comparable[]) {
    expect(errorOf(() => own.diff(given, mine))).toMatchObject({ code: 'FOREIGN_STORE' });
    expect(errorOf(() => own.diff(mine, given))).toMatchObject({ code: 'FOREIGN_STORE' });
    expect(errorOf(() => own.equals(given, mine))).toMatchObject({ code: 'FOREIGN_STORE' });
    expect(errorOf(() => own.equals(given, given))).toMatchObject({ code: 'FOREIGN_STORE' });
  }
  expect(errorOf(() => own.applyJSONPatch(foreign as never, []))).toMatchObject({ code: 'FOREIGN_STORE' });
  foreign.update((draft) => {
    for (const part of [draft, draft.list, draft.map]) {
      expect(errorOf(() => own.current(part))).toEqual(FOREIGN);
      expect(errorOf(() => own.original(part))).toEqual(FOREIGN);
    }
  });
});

test('a selector that reads a store of another copy says so, and both go on', async () => {
  const other = await otherCopy();
  const foreign = other.createStore({ n: 1 });
  const double = foreign.select((state) => state.n * 2);
  const mine = own.createStore({ n: 1 });
  expect(errorOf(() => mine.get((state) => state.n + foreign.get().n))).toMatchObject({
    code: 'FOREIGN_STORE',
  });
  expect(errorOf(() => mine.select((state) => state.n + double.get()).get())).toMatchObject({
    code: 'FOREIGN_STORE',
  });
  expect(foreign.at('n').get() + double.get()).toBe(3);
  expect(mine.get((state) => state.n)).toBe(1);
});

test('bytes and readables go from one copy to another', async () => {
  const other = await otherCopy();
  const foreign = other.createStore({ n: 1 });
  expect(own.equals(foreign.snapshot(), own.createStore({ n: 1 }))).toBe(true);
  let seen = 0;
  const readable: own.Readable<number> = foreign.at('n');
  readable.subscribe((n) => (seen = n), { schedule: 'sync' });
  foreign.at('n').set(5);
  expect([seen, readable.get()]).toEqual([5, 5]);
});

test('a store, cursor or selection is no value', () => {
  const store = own.createStore<{ a: unknown }>({ a: 1 });
  for (const value of [store, store.at('a'), store.select((state) => state.a)]) {
    expect(errorOf(() => store.at('a').set(value))).toMatchObject({ code: 'UNSUPPORTED_VALUE' });
    expect(String(errorOf(() => store.at('a').set(value)))).toContain('what its get() returns');
  }
});

test('a console shows values, not the engine', () => {
  const store = own.createStore({ a: [1, { b: 'x' }], m: new Map([['k', 1]]) }, { name: 'todos' });
  expect(inspect(store)).toBe(`Store "todos": { a: [ 1, { b: 'x' } ], m: Map(1) { 'k' => 1 } }`);
  expect(inspect(store.at('a', 1))).toBe("Cursor of a[1]: { b: 'x' }");
  expect(inspect({ inside: [store.at('a', 0)] })).toBe('{ inside: [ Cursor of a[0]: 1 ] }');
  expect(inspect(store.select((state) => state.a.length))).toBe('Selection: 2');
  expect(inspect([[[[store]]]])).not.toContain('engine');
  store.update((draft) => {
    draft.a.push(2);
    expect(inspect(draft)).toBe(`Draft: { a: [ 1, { b: 'x' }, 2 ], m: Map(1) { 'k' => 1 } }`);
    expect(inspect(draft.a)).toBe(`Draft: [ 1, { b: 'x' }, 2 ]`);
    expect(inspect(draft.m)).toBe(`Draft: Map(1) { 'k' => 1 }`);
    expect(Reflect.ownKeys(draft.a)).toEqual(['0', '1', '2', 'length']);
  });
  let printed = '';
  let runs = 0;
  const first = store.select((state) => {
    runs++;
    printed = inspect(state.a);
    return state.a[0];
  });
  first.subscribe(() => {});
  expect(printed).toContain(`[ 1, { b: 'x' }, 2 ]`);
  store.at('a', 2).set(9);
  first.get();
  // Printing is no reason to depend on all of it.
  expect(runs).toBe(1);
  store.dispose();
  expect(inspect(store)).toBe('[Store "todos": The store has been disposed.]');
});

test('JSON.stringify gives values', () => {
  const store = own.createStore({ a: [1, { b: 'x' }] });
  expect(JSON.stringify(store)).toBe('{"a":[1,{"b":"x"}]}');
  expect(JSON.stringify({ at: store.at('a', 1), of: store.select((state) => state.a[0]) })).toBe(
    '{"at":{"b":"x"},"of":1}',
  );
});
