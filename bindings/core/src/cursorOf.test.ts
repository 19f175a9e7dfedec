/** A cursor of a view means the container that the view shows, wherever that is. */
import { expect, test } from 'vitest';
import { createStore, cursorOf, GaesupError, type Store } from './index.ts';

const SYNC = { schedule: 'sync' } as const;

interface Row {
  id: number;
  title: string;
  tags: string[];
  note?: string;
}

interface State {
  rows: Row[];
  byId: Record<string, Row>;
  map: Map<string, Row>;
  n: number;
}

const row = (id: number): Row => ({ id, title: `t${id}`, tags: ['a'] });

const storeOf = (): Store<State> =>
  createStore<State>({
    rows: Array.from({ length: 12 }, (_, id) => row(id)),
    byId: { a: row(20), b: row(21) },
    map: new Map([['k', row(30)]]),
    n: 0,
  });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof GaesupError ? error.code : String(error);
  }
  return 'nothing was thrown';
}

function rowAt(store: Store<State>, index: number): Row {
  return store.at('rows', index).get() as Row;
}

test('a row that was read is written where it is', () => {
  const store = storeOf();
  cursorOf(rowAt(store, 3)).at('title').set('x');
  expect(store.at('rows', 3, 'title').get()).toBe('x');
  cursorOf(store.at('byId', 'b').get()).merge({ title: 'y' });
  expect(store.at('byId', 'b', 'title').get()).toBe('y');
  const entry = store.at('map', 'k').get() as Row;
  expect(cursorOf(entry).path).toEqual(['map', 'k']);
  cursorOf(entry.tags).push('b');
  expect(store.get((s) => s.map.get('k')?.tags)).toEqual(['a', 'b']);
  const root = cursorOf(store.get());
  expect(root.path).toEqual([]);
  root.at('n').increment();
  expect(store.at('n').get()).toBe(1);
});

test('it follows its row when items move', () => {
  const store = storeOf();
  const cursor = cursorOf(rowAt(store, 3));
  const title = cursor.at('title');
  const seen: unknown[] = [];
  title.subscribe((value) => void seen.push(value), SYNC);
  store.at('rows').move(3, 9);
  expect([cursor.path, title.path]).toEqual([
    ['rows', 9],
    ['rows', 9, 'title'],
  ]);
  store.at('rows', 3, 'title').set('of another');
  title.set('x');
  store.at('rows').remove(0, 2);
  store.update((draft) => void draft.rows.reverse());
  store.at('rows').insert(0, row(99));
  title.set('y');
  expect(seen).toEqual(['x', 'y']);
  expect([
    cursor.get()?.id,
    store.get((s) => s.rows.filter((r) => r.title === 'y').map((r) => r.id)),
  ]).toEqual([3, [3]]);
});

test('it is one cursor for all views of a container, also for old ones', () => {
  const store = storeOf();
  const first = rowAt(store, 3);
  const cursor = cursorOf(first);
  store.at('rows', 3, 'title').set('x');
  store.at('rows', 3, 'id').set(33);
  store.at('rows', 3, 'note').set('a key more moves it to another row');
  store.at('rows').remove(1);
  const now = rowAt(store, 2);
  expect(now.id).toBe(33);
  expect([
    cursorOf(now) === cursor,
    cursorOf(first) === cursor,
    cursor.at('id') === cursorOf(now).at('id'),
  ]).toEqual([true, true, true]);
  expect(cursor.get()).toBe(now);
  cursor.at('note').delete();
  cursorOf(first).at('title').set('y');
  expect(rowAt(store, 2)).toEqual({ id: 33, title: 'y', tags: ['a'] });
});

test('when its row is gone, reads give undefined and writes throw', () => {
  const store = storeOf();
  const cursor = cursorOf(rowAt(store, 3));
  const seen: unknown[] = [];
  cursor.subscribe((value) => void seen.push(value), SYNC);
  store.at('rows').remove(3);
  expect([cursor.get(), cursor.at('title').get(), seen]).toEqual([undefined, undefined, [undefined]]);
  for (const write of [
    () => cursor.set(row(1)),
    () => cursor.merge({ id: 1 }),
    () => cursor.at('title').set('x'),
    () => cursor.at('tags').push('x'),
    () => cursor.delete(),
    () => store.batch(() => cursor.at('id').increment()),
  ])
    expect(codeOf(write)).toBe('PATH_NOT_FOUND');
  expect(store.get((s) => s.rows.length)).toBe(11);
});

test('it sees what a batch has done so far', () => {
  const store = storeOf();
  const [cursor, other] = [cursorOf(rowAt(store, 3)), cursorOf(rowAt(store, 5))];
  store.batch(() => {
    store.at('rows').move(3, 0);
    cursor.at('title').set('x');
    cursor.at('note').set('n');
    cursor.at('id').increment(100);
    store.at('rows').remove(5);
    expect([cursor.path, cursor.at('id').get(), other.get()]).toEqual([['rows', 0], 103, undefined]);
  });
  expect(rowAt(store, 0)).toEqual({ id: 103, title: 'x', note: 'n', tags: ['a'] });
  expect(() =>
    store.batch(() => {
      cursor.delete();
      expect(cursor.get()).toBe(undefined);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect([cursor.path, cursor.at('id').get()]).toEqual([['rows', 0], 103]);
});

test('what was not read from a store is refused', () => {
  const store = storeOf();
  for (const value of [
    { ...rowAt(store, 1) },
    null,
    3,
    'text',
    new Date(0),
    store.get((s) => s.rows.filter(Boolean)),
  ])
    expect(() => cursorOf(value as object)).toThrow(TypeError);
  const view = rowAt(store, 1);
  const cursor = cursorOf(view);
  store.dispose();
  expect(codeOf(() => cursor.get())).toBe('DISPOSED');
  expect(codeOf(() => cursorOf(view))).toBe('DISPOSED');
});

test('cursors of rows mean the same rows whatever is done', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const store = storeOf();
  const cursors = new Map(store.get().rows.map((view) => [view.id, cursorOf(view as Row)]));
  let next = 100;
  for (let step = 0; step < 600; step++) {
    const { length } = store.get().rows;
    const [at, to] = [random(length), random(length)];
    const rows = store.at('rows');
    switch (random(9)) {
      case 0:
        if (length > 3) rows.remove(at);
        break;
      case 1:
        rows.insert(at, row(++next));
        cursors.set(next, cursorOf(rowAt(store, at)));
        break;
      case 2:
        rows.move(at, to);
        break;
      case 3:
        rows.at(at).at('tags').push(`t${step}`);
        break;
      case 4:
        rows.at(at).at('note').set(`n${step}`);
        break;
      case 5:
        if ('note' in rowAt(store, at)) rows.at(at).at('note').delete();
        break;
      case 6:
        store.update((draft) => void draft.rows.sort((a, b) => a.title.localeCompare(b.title)));
        break;
      case 7:
        store.batch(() => {
          rows.move(at, to);
          rows.at(at).at('title').set(`s${step}`);
        });
        break;
      default:
        cursors.get(rowAt(store, at).id)?.at('title').set(`r${step}`);
        expect(rowAt(store, at).title).toBe(`r${step}`);
    }
    const views = new Map(store.get().rows.map((view, index) => [view.id, { view, index }]));
    for (const [id, cursor] of cursors) {
      expect(cursor.get()).toBe(views.get(id)?.view);
      if (views.has(id)) expect(cursor.path).toEqual(['rows', views.get(id)?.index]);
    }
  }
});
