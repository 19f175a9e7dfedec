/** What the types of the package promise. Checked by the compiler; nothing here runs. */
import {
  type Cursor,
  createStore,
  type Draft,
  diff,
  equals,
  type GaesupError,
  type Immutable,
  type IngestSource,
  type Initial,
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
// @ts-expect-error there may be no number
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

// Tuples stay tuples, also those of any length.
expectTypeOf<Immutable<[string, ...number[]]>>().toEqualTypeOf<readonly [string, ...number[]]>();
expectTypeOf<Immutable<[string, Todo?]>>().toEqualTypeOf<readonly [string, Immutable<Todo>?]>();
expectTypeOf<Draft<readonly [string, ...number[]]>>().toEqualTypeOf<[string, ...number[]]>();
expectTypeOf<Immutable<readonly string[]>>().toEqualTypeOf<readonly string[]>();

interface Shop {
  readonly id: string;
  name: string;
  width: number;
  height: number;
  user: Todo | null;
  address?: { city: string; geo?: { lat: number } };
  visits?: number;
  todos: Todo[];
  byId: Record<string, Todo>;
  scores: Map<string, Todo>;
  path: [string, ...number[]];
  pair: [number, string];
  shape: { kind: 'circle'; radius: number } | { kind: 'label'; text: string };
}
declare const shopState: Shop;
declare const shop: Store<Shop>;

// Through what may be missing comes undefined, by keys as by a function.
expectTypeOf(shop.at('address', 'city').get()).toEqualTypeOf<string | undefined>();
expectTypeOf(shop.at('address', 'geo', 'lat').get()).toEqualTypeOf<number | undefined>();
expectTypeOf(shop.at((s) => s.address?.city).get()).toEqualTypeOf<string | undefined>();
expectTypeOf(shop.at('user', 'title').get()).toEqualTypeOf<string | undefined>();
expectTypeOf(shop.at('shape', 'radius').get()).toEqualTypeOf<number | undefined>();
expectTypeOf(shop.at('todos', 0, 'tags', 0).get()).toEqualTypeOf<string>();

// A function given to `at` names a place of the type that is declared.
expectTypeOf(shop.at((s) => s)).toEqualTypeOf<Cursor<Shop>>();
expectTypeOf(shop.at((s) => s.user)).toEqualTypeOf<Cursor<Todo | null>>();
expectTypeOf(shop.at((s) => s.todos[0])).toEqualTypeOf<Cursor<Todo>>();
expectTypeOf(shop.at((s) => s.scores)).toEqualTypeOf<Cursor<Map<string, Todo>>>();
expectTypeOf(shop.at((s) => s.scores.get('a').tags)).toEqualTypeOf<Cursor<string[]>>();
expectTypeOf(shop.at((s) => s.path)).toEqualTypeOf<Cursor<[string, ...number[]]>>();
expectTypeOf(shop.at((s) => s.pair[0])).toEqualTypeOf<Cursor<number>>();
expectTypeOf(shop.at((s) => s.shape)).toEqualTypeOf<Cursor<Shop['shape']>>();
// @ts-expect-error it only names a place
shop.at((s) => (s.name = 'other'));

// Keys are known in generic code.
export function idOf<T extends { id: string }>(some: Store<T>, row: Cursor<{ rows: T[] }>): string {
  const id: Cursor<T['id']> = some.at('id');
  row
    .at('rows', 0)
    .at('id')
    .set(id.get() as T['id']);
  // @ts-expect-error not every such type has this
  some.at('name');
  return some.at((state) => state.id).get() as string;
}
export const opened = <S>(initial: Initial<S>): Store<S> => createStore<S>(initial);

// What cannot be meant does not compile.
// @ts-expect-error the key is not optional
shop.at('todos').delete();
// @ts-expect-error nor does a place in a tuple go
shop.at('pair', 0).delete();
// @ts-expect-error nor the root
shop.delete();
shop.at('address').delete();
shop.at('todos', 0).delete();
shop.at('byId', 'a').delete();
shop.at('scores', 'a').delete();
shop.at((s) => s.todos[0]).delete();
shop.at('visits').increment();
// @ts-expect-error undefined has no keys
shop.at('address').merge(undefined);
// @ts-expect-error nor has null
shop.at('user').merge(null);
shop.at('address').merge({ city: 'Bonn' });
// @ts-expect-error a list is not merged
shop.at('todos').merge({});
// @ts-expect-error the key is readonly
shop.at('id').set('other');
// @ts-expect-error also for merge
shop.merge({ id: 'other' });
// @ts-expect-error a pair has two items
shop.at('pair').push(1);
// @ts-expect-error no item is put before another
shop.at('path').insert(0, 1);
shop.at('path').push(1);
// @ts-expect-error only numbers come at the end
shop.at('path').push('a');
declare const sizeOrName: 'width' | 'name';
expectTypeOf(shop.at(sizeOrName).get()).toEqualTypeOf<number | string>();
// @ts-expect-error it may be the other
shop.at(sizeOrName).set('wide');
declare const side: 'width' | 'height';
shop.at(side).set(3);
shop.at(side).increment();

// A store holds what can be stored, and says what cannot.
// @ts-expect-error a Set
createStore({ tags: new Set<string>() });
// @ts-expect-error also at the root
createStore(new Set<string>());
// @ts-expect-error numbers are no keys
createStore({ names: new Map<number, string>() });
// @ts-expect-error a function
createStore({ run: () => 1 });
// @ts-expect-error an instance of a class
createStore({ pattern: /x/ });
// @ts-expect-error further down as well
createStore({ rows: [{ key: Symbol('key') }] });
// @ts-expect-error other binary data
createStore({ floats: new Float32Array(1) });
// @ts-expect-error the type that is given counts
createStore<Shop>({ ...shopState, name: 1 });
createStore(shop.get());
expectTypeOf(createStore<unknown>(1)).toEqualTypeOf<Store<unknown>>();
expectTypeOf(createStore('text')).toEqualTypeOf<Store<string>>();
expectTypeOf(createStore({ kind: 'a', at: new Date(), none: null, map: new Map([['a', 1]]) })).toEqualTypeOf<
  Store<{ kind: string; at: Date; none: null; map: Map<string, number> }>
>();
interface Tree {
  name: string;
  children: Tree[];
  byName: Map<string, Tree>;
  parent: Tree | null;
  pair?: [Tree, ...Tree[]];
}
declare const tree: Tree;
expectTypeOf(
  createStore(tree)
    .at((s) => s.children[0].children[1].name)
    .get(),
).toEqualTypeOf<string>();

// Of an empty list nothing is known, but that it is one.
const empty = createStore({ todos: [] });
expectTypeOf(empty.get().todos).toEqualTypeOf<readonly unknown[]>();
empty.at('todos').push({ title: 'x' });
empty.update((draft) => {
  draft.todos.push({ title: 'x' });
});

// What takes a store of unknown takes any, and what takes one with some keys takes one with more.
declare function anyOf(store: Store<unknown>, cursor: Cursor<unknown>, readable: Readable<unknown>): void;
anyOf(shop, shop, shop);
anyOf(
  store,
  shop.at('todos'),
  shop.select((s) => s.name),
);
anyOf(empty, shop.at('todos', 0, 'title'), shop.at('id'));
declare function withTodos(store: Store<{ todos: Todo[] }>, cursor: Cursor<{ todos: Todo[] }>): void;
withTodos(shop, shop);
// @ts-expect-error it has none
withTodos(board, shop);
declare function textField(cursor: Cursor<string>): void;
textField(shop.at('name'));
// @ts-expect-error a number is no text
textField(shop.at('width'));

// `equals` gets values; a lazy listener gets none.
shop.subscribe(() => {}, { equals: (a, b) => a.name === b.name });
shop.at('name').subscribe(() => {}, { equals: (a, b) => a.length === b.length });
shop.select((s) => s.todos, { equals: (a, b) => a.length === b.length });
// @ts-expect-error a name is no number
shop.at('name').subscribe(() => {}, { equals: (a, b) => a - b === 0 });
declare function wrapped<A extends readonly unknown[]>(
  listener: (...values: A) => void,
): (...values: A) => void;
shop.at('name').subscribe(wrapped((value) => value.length));
shop.subscribe(() => shop.get(), { lazy: true, schedule: 'sync' });
// @ts-expect-error it asks for the value itself
shop.subscribe((value) => value, { lazy: true });
// @ts-expect-error what is not computed is not compared
shop.subscribe(() => {}, { lazy: true, equals: Object.is });
declare const source: IngestSource;
expectTypeOf(shop.ingest(source)).toExtend<unknown>();

// What was read can be written back.
const [first] = shop.get().todos;
shop.update((draft) => {
  draft.todos.push(first!);
  draft.todos.unshift(...shop.get().todos);
  draft.todos.splice(0, 1, first!);
  draft.scores.set('a', first!);
  draft.todos = draft.todos.filter((todo) => todo.done);
  draft.address = shop.get().address!;
  draft.user = shopState.user;
  draft.todos[0]!.tags = [...first!.tags];
  const mine: Todo[] = draft.todos;
  mine.pop();
});

// A recipe returns what may stand there, or nothing.
shop.update(() => shopState);
shop.update(() => shop.get());
shop.update((draft) => draft);
shop.at('width').update((width) => width + 1);
// @ts-expect-error not a number or false
shop.update((draft) => draft.width > 5 && draft.todos.push(shopState.todos[0]!));
// @ts-expect-error not a promise
shop.update(async () => {});
