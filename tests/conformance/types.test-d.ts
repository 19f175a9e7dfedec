/** What the types of the package promise. Checked by the compiler; nothing here runs. */
import {
  type Cursor,
  createStore,
  diff,
  equals,
  type GaesupError,
  type Immutable,
  type Readable,
  type Store,
} from 'gaesup-state';
import { expectTypeOf } from 'vitest';

interface Todo {
  title: string;
  done: boolean;
  due?: Date;
  tags: string[];
}

interface State {
  count: number;
  todos: Todo[];
  byId: Record<string, Todo>;
  scores: Map<string, number>;
  selected: string | null;
  big: bigint;
}

declare const initial: State;
const store = createStore(initial);

// A store is a cursor at the root, and disposable.
expectTypeOf(store).toEqualTypeOf<Store<State>>();
expectTypeOf(store).toExtend<Cursor<State>>();
expectTypeOf(store).toExtend<Readable<State>>();
expectTypeOf(store).toExtend<Disposable>();
declare function shownOf<T>(readable: Readable<T>): Immutable<T>;
expectTypeOf(shownOf(store).count).toEqualTypeOf<number>();
expectTypeOf(store.version).toEqualTypeOf<number>();
expectTypeOf(store.dispose()).toEqualTypeOf<void>();

// Places are inferred, through lists, dictionaries and Maps.
expectTypeOf(store.at((s) => s.count)).toEqualTypeOf<Cursor<number>>();
expectTypeOf(store.at((s) => s.todos[3]!.title)).toEqualTypeOf<Cursor<string>>();
expectTypeOf(store.at((s) => s.todos)).toEqualTypeOf<Cursor<Todo[]>>();
expectTypeOf(store.at((s) => s.byId['a']!.done).get()).toEqualTypeOf<boolean>();
expectTypeOf(store.at((s) => s.scores.get('a')!).get()).toEqualTypeOf<number>();
expectTypeOf(
  store
    .at((s) => s.todos)
    .at((todos) => todos[0]!.tags)
    .get(),
).toEqualTypeOf<readonly string[]>();
expectTypeOf(store.at((s) => s.selected).get()).toEqualTypeOf<string | null>();

// Keys are inferred too.
expectTypeOf(store.at('count').get()).toEqualTypeOf<number>();
expectTypeOf(store.at('todos', 3, 'title').get()).toEqualTypeOf<string>();
expectTypeOf(store.at('byId', 'a', 'tags', 0).get()).toEqualTypeOf<string>();
expectTypeOf(store.at('scores', 'a').get()).toEqualTypeOf<number>();

// What is read cannot be changed.
expectTypeOf(store.get()).toEqualTypeOf<Immutable<State>>();
expectTypeOf(store.get().todos).toExtend<readonly unknown[]>();
// @ts-expect-error a view is read-only
store.get().count = 1;
// @ts-expect-error also further down
store.get().todos[0]!.title = 'x';
// @ts-expect-error a list of a view has no push
store.get().todos.push(initial.todos[0]!);
// @ts-expect-error a Map of a view has no set
store.get().scores.set('a', 1);

// Writes take what the place holds.
store.at((s) => s.todos[0]!.title).set('x');
store.at((s) => s.selected).set(null);
store.at((s) => s.todos[0]!).set({ title: 'x', done: false, tags: [] });
// @ts-expect-error a number is no title
store.at((s) => s.todos[0]!.title).set(1);
// @ts-expect-error done is missing
store.at((s) => s.todos[0]!).set({ title: 'x', tags: [] });
// @ts-expect-error there is no such field
store.at((s) => s.nothing);
// @ts-expect-error nor by key
store.at('nothing');

// Views may be written back.
store.at((s) => s.todos).set(store.at((s) => s.todos).get());

// merge takes some of the fields.
store.merge({ count: 1 });
store.at((s) => s.todos[0]!).merge({ done: true });
store.at((s) => s.byId).merge({ a: { title: 'a', done: false, tags: [] } });
store.at((s) => s.scores).merge({ a: 1 });
// @ts-expect-error count is a number
store.merge({ count: 'one' });
// @ts-expect-error there is no such field
store.merge({ nothing: 1 });

// increment is for numbers.
store.at((s) => s.count).increment();
store.at((s) => s.count).increment(2);
// @ts-expect-error text cannot be counted up
store.at((s) => s.todos[0]!.title).increment();
// @ts-expect-error nor a big integer
store.at((s) => s.big).increment();
// @ts-expect-error nor the whole state
store.increment();

// Lists take items of their kind, and only lists take items.
store.at((s) => s.todos[0]!.tags).push('a', 'b');
store.at((s) => s.todos[0]!.tags).insert(0, 'a');
store.at((s) => s.todos).remove(0, 2);
store.at((s) => s.todos).move(0, 1);
// @ts-expect-error a number is no tag
store.at((s) => s.todos[0]!.tags).push(1);
// @ts-expect-error a number is no tag
store.at((s) => s.todos[0]!.tags).insert(0, 1);
// @ts-expect-error a number is no list
store.at((s) => s.count).push(1);
// @ts-expect-error an object is no list
store.at((s) => s.byId).remove(0);

// Listeners get views.
const stop = store
  .at((s) => s.todos[0]!)
  .subscribe((value, previous) => {
    expectTypeOf(value).toEqualTypeOf<Immutable<Todo>>();
    expectTypeOf(previous).toEqualTypeOf<Immutable<Todo>>();
  });
expectTypeOf(stop).toEqualTypeOf<() => void>();
store.subscribe(() => {}, {
  schedule: 'sync',
  immediate: true,
  equals: Object.is,
  signal: new AbortController().signal,
});
// @ts-expect-error there is no such schedule
store.subscribe(() => {}, { schedule: 'sometimes' });

// Errors have a code that can be told apart, and a path.
declare const error: GaesupError;
expectTypeOf(error).toExtend<Error>();
expectTypeOf(error.code).toExtend<string>();
expectTypeOf<'PATH_NOT_FOUND'>().toExtend<GaesupError['code']>();
// @ts-expect-error there is no such code
if (error.code === 'NO_SUCH_CODE') throw error;

// Options are checked.
createStore({ n: 1 }, { name: 'n', limits: { bytes: 1, depth: 2 } });
// @ts-expect-error bytes are a number
createStore({ n: 1 }, { limits: { bytes: 'many' } });

// stats() has a shape.
expectTypeOf(store.stats().bytes.total).toEqualTypeOf<number>();
expectTypeOf(store.stats().crossings.calls).toEqualTypeOf<number>();
expectTypeOf(store.stats().views.built).toEqualTypeOf<number>();

// Tuples, optional and read-only arrays, and what nothing is known of.
interface Mixed {
  pair: [number, string];
  fixed: readonly string[];
  maybe?: string[];
  count: number | null;
  deep: { a: { b: { c: { d: number } } } };
}
declare const mixed: Store<Mixed>;
expectTypeOf(mixed.at('pair', 0).get()).toEqualTypeOf<number>();
expectTypeOf(mixed.at('pair', 1).get()).toEqualTypeOf<string>();
expectTypeOf(mixed.at('deep', 'a', 'b', 'c', 'd').get()).toEqualTypeOf<number>();
mixed.at('fixed').push('x');
mixed.at('maybe').insert(0, 'x');
mixed.at('count').increment(2);
// @ts-expect-error a pair is no number
mixed.at('pair').increment();
// @ts-expect-error an object has no items
mixed.at('deep').remove(0);
declare const open: Store<unknown>;
expectTypeOf(open.get()).toEqualTypeOf<unknown>();
open.at('anything', 3).push(1);
const path: (string | number)[] = ['deep', 'a'];
expectTypeOf(mixed.at(...path).get()).toEqualTypeOf<unknown>();

// Selections, batches and drafts.
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
interface Board {
  readonly rows: readonly { readonly id: string; done: boolean; tags?: Set<string> }[];
  byId: Map<string, { n: number }>;
  pair: readonly [number, string];
  json: Json;
}
declare const board: Store<Board>;
expectTypeOf(board.select((s) => s.rows.filter((row) => row.done)).get()[0].id).toEqualTypeOf<string>();
expectTypeOf(board.select((s) => s.rows.length).get()).toEqualTypeOf<number>();
expectTypeOf(board.get((s) => s.byId.get('a')?.n)).toEqualTypeOf<number | undefined>();
expectTypeOf(board.select((s) => new Set(s.rows)).get().size).toEqualTypeOf<number>();
expectTypeOf(board.batch(() => 'result')).toEqualTypeOf<string>();
board.update((draft) => {
  draft.rows[0] = { id: 'a', done: true };
  draft.rows.push({ id: 'b', done: false });
  draft.byId.set('c', { n: 1 }).delete('d');
  draft.pair[0] = 2;
  draft.json = { deep: [{ deeper: null }] };
  // @ts-expect-error a number is no flag
  draft.rows[0].done = 1;
});
board.at('rows', 0, 'done').update((done) => !done);
board.get().json;
// @ts-expect-error what is selected is read-only
board.select((s) => s.rows).get()[0] = { id: 'x', done: true };
board.at('rows').subscribe(() => {}, { schedule: { throttle: 50 } });
// @ts-expect-error no such schedule
board.at('rows').subscribe(() => {}, { schedule: 'later' });

// States of one type are compared, as stores or as bytes.
expectTypeOf(diff(store, store.snapshot(), { key: 'id' })).toExtend<Uint8Array>();
expectTypeOf(equals(board, board)).toEqualTypeOf<boolean>();
// @ts-expect-error a value is no state
diff(store, { n: 1 });
