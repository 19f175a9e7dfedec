/** Each write by example: what it leaves, what it refuses, what counts as a commit. */
import { check, checkEqual, checkNotSame, checkSame, thrownBy } from './check.ts';
import { type Cursor, type Harness, type Subject, withStore } from './subject.ts';

type Outcome =
  | { readonly state: unknown; readonly commits?: number }
  | { readonly code: 'PATH_NOT_FOUND' | 'TYPE_MISMATCH' };

interface Example {
  readonly name: string;
  readonly initial: unknown;
  readonly run: (store: Cursor) => void;
  readonly outcome: Outcome;
}

const becomes = (state: unknown): Outcome => ({ state });
const stays = (state: unknown): Outcome => ({ state, commits: 0 });
const notFound: Outcome = { code: 'PATH_NOT_FOUND' };
const mismatch: Outcome = { code: 'TYPE_MISMATCH' };

const rows = (): unknown => ({ rows: [{ n: 1 }, { n: 2 }, { n: 3 }], map: new Map([['k', 1]]), text: 'x' });

function example(name: string, initial: unknown, run: (store: Cursor) => void, outcome: Outcome): Example {
  return { name, initial, run, outcome };
}

const SET: readonly Example[] = [
  example('set replaces a field', { a: 1 }, (s) => s.at('a').set(2), becomes({ a: 2 })),
  example('set adds a field', { a: 1 }, (s) => s.at('b').set(2), becomes({ a: 1, b: 2 })),
  example(
    'set adds a field that is undefined',
    {},
    (s) => s.at('b').set(undefined),
    becomes({ b: undefined }),
  ),
  example('set replaces the root', { a: 1 }, (s) => s.set([1]), becomes([1])),
  example('set replaces an item', [1, 2, 3], (s) => s.at(1).set(9), becomes([1, 9, 3])),
  example('set at the length appends', [1], (s) => s.at(1).set(2), becomes([1, 2])),
  example('set past the length is refused', [1], (s) => s.at(2).set(2), notFound),
  example('set at a negative index is refused', [1], (s) => s.at(-1).set(2), notFound),
  example('set at a fraction is refused', [1], (s) => s.at(0.5).set(2), notFound),
  example('set under a missing parent is refused', {}, (s) => s.at('a', 'b').set(1), notFound),
  example('set under a scalar is refused', { a: 1 }, (s) => s.at('a', 'b').set(1), notFound),
  example('set of the same scalar is nothing', { a: NaN }, (s) => s.at('a').set(NaN), stays({ a: NaN })),
  example('set of -0 over 0 is a change', { a: 0 }, (s) => s.at('a').set(-0), becomes({ a: -0 })),
  example('set of equal content is nothing', rows(), (s) => s.set(rows()), stays(rows())),
  example(
    'set of an equal date is nothing',
    { d: new Date(5) },
    (s) => s.at('d').set(new Date(5)),
    stays({ d: new Date(5) }),
  ),
  example(
    'set of equal bytes is nothing',
    [Uint8Array.of(1)],
    (s) => s.at(0).set(Uint8Array.of(1)),
    stays([Uint8Array.of(1)]),
  ),
  example(
    'set of another key order is a change',
    { o: { a: 1, b: 2 } },
    (s) => s.at('o').set({ b: 2, a: 1 }),
    becomes({ o: { b: 2, a: 1 } }),
  ),
  example(
    'set of an object over an equal Map is a change',
    [new Map()],
    (s) => s.at(0).set({}),
    becomes([{}]),
  ),
  example(
    'set in a Map',
    rows(),
    (s) => s.at('map', 'j').set(2),
    becomes({
      ...(rows() as object),
      map: new Map([
        ['k', 1],
        ['j', 2],
      ]),
    }),
  ),
];

const MERGE_DELETE_INCREMENT: readonly Example[] = [
  example(
    'merge sets each key',
    { a: 1, b: 2 },
    (s) => s.merge({ b: 3, c: 4 }),
    becomes({ a: 1, b: 3, c: 4 }),
  ),
  example('merge keeps undefined', { a: 1 }, (s) => s.merge({ a: undefined }), becomes({ a: undefined })),
  example(
    'merge is shallow',
    { o: { a: 1, b: 1 } },
    (s) => s.merge({ o: { b: 2 } }),
    becomes({ o: { b: 2 } }),
  ),
  example(
    'merge of a Map',
    new Map([['a', 1]]),
    (s) => s.merge({ b: 2 }),
    becomes(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ),
  ),
  example(
    'merge of equal values is nothing',
    { a: 1, o: [1] },
    (s) => s.merge({ a: 1, o: [1] }),
    stays({ a: 1, o: [1] }),
  ),
  example('merge of nothing is nothing', { a: 1 }, (s) => s.merge({}), stays({ a: 1 })),
  example('merge into a list is refused', { a: [] }, (s) => s.at('a').merge({ b: 1 }), mismatch),
  example('merge into a scalar is refused', { a: 1 }, (s) => s.at('a').merge({ b: 1 }), mismatch),
  example('merge at a missing place is refused', {}, (s) => s.at('a').merge({ b: 1 }), notFound),
  example('delete removes a field', { a: 1, b: 2 }, (s) => s.at('a').delete(), becomes({ b: 2 })),
  example('delete removes an entry', new Map([['a', 1]]), (s) => s.at('a').delete(), becomes(new Map())),
  example('delete removes an item, others move up', [1, 2, 3], (s) => s.at(0).delete(), becomes([2, 3])),
  example('delete of a missing field is refused', {}, (s) => s.at('a').delete(), notFound),
  example('delete at the length is refused', [1], (s) => s.at(1).delete(), notFound),
  example('delete of an inherited name is refused', {}, (s) => s.at('toString').delete(), notFound),
  example('delete of the root is refused', {}, (s) => s.delete(), mismatch),
  example('increment adds one', { n: 1 }, (s) => s.at('n').increment(), becomes({ n: 2 })),
  example(
    'increment adds as floats do',
    { n: 0.1 },
    (s) => s.at('n').increment(0.2),
    becomes({ n: 0.1 + 0.2 }),
  ),
  example(
    'increment leaves the safe integers',
    { n: 2 ** 31 - 1 },
    (s) => s.at('n').increment(2 ** 53),
    becomes({ n: 2 ** 31 - 1 + 2 ** 53 }),
  ),
  example('increment by nothing is nothing', { n: 1 }, (s) => s.at('n').increment(0), stays({ n: 1 })),
  example('increment of -0 by 0 gives 0', { n: -0 }, (s) => s.at('n').increment(0), becomes({ n: 0 })),
  example('increment of NaN stays', { n: NaN }, (s) => s.at('n').increment(), stays({ n: NaN })),
  example('increment of text is refused', { n: '1' }, (s) => s.at('n').increment(), mismatch),
  example('increment of a big integer is refused', { n: 1n }, (s) => s.at('n').increment(), mismatch),
  example('increment of undefined is refused', { n: undefined }, (s) => s.at('n').increment(), mismatch),
  example('increment of a missing place is refused', {}, (s) => s.at('n').increment(), notFound),
];

const LISTS: readonly Example[] = [
  example('push appends', [1], (s) => s.push(2, [3]), becomes([1, 2, [3]])),
  example('push of nothing is nothing', [1], (s) => s.push(), stays([1])),
  example('push on an object is refused', { a: {} }, (s) => s.at('a').push(1), mismatch),
  example('push on a missing place is refused', {}, (s) => s.at('a').push(1), notFound),
  example('insert in front', [1, 2], (s) => s.insert(0, 8, 9), becomes([8, 9, 1, 2])),
  example('insert at the end', [1], (s) => s.insert(1, 2), becomes([1, 2])),
  example('insert past the end is refused', [1], (s) => s.insert(2, 2), notFound),
  example('insert before the start is refused', [1], (s) => s.insert(-1, 2), notFound),
  example('insert into a Map is refused', [new Map()], (s) => s.at(0).insert(0, 1), mismatch),
  example('remove takes one', [1, 2, 3], (s) => s.remove(1), becomes([1, 3])),
  example('remove takes several', [1, 2, 3], (s) => s.remove(0, 2), becomes([3])),
  example('remove stops at the end', [1, 2, 3], (s) => s.remove(1, 99), becomes([1])),
  example('remove of none is nothing', [1], (s) => s.remove(0, 0), stays([1])),
  example('remove past the end is refused', [1], (s) => s.remove(1), notFound),
  example('remove from text is refused', { a: 'abc' }, (s) => s.at('a').remove(0), mismatch),
  example('move down', [1, 2, 3, 4], (s) => s.move(0, 2), becomes([2, 3, 1, 4])),
  example('move up', [1, 2, 3, 4], (s) => s.move(3, 1), becomes([1, 4, 2, 3])),
  example('move to the same place is nothing', [1, 2], (s) => s.move(1, 1), stays([1, 2])),
  example('move from past the end is refused', [1, 2], (s) => s.move(2, 0), notFound),
  example('move to past the end is refused', [1, 2], (s) => s.move(0, 2), notFound),
];

export function defineOperations(subject: Subject, { describe, it }: Harness): void {
  describe('operations', () => {
    for (const { name, initial, run, outcome } of [...SET, ...MERGE_DELETE_INCREMENT, ...LISTS]) {
      it(name, () =>
        withStore(subject, initial, (store) => {
          const before = store.get();
          if ('code' in outcome) {
            const error = thrownBy(() => run(store));
            check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
            checkSame(error.code, outcome.code, 'code');
            checkSame(store.get(), before, 'state after the error');
            checkEqual(store.get(), initial, 'state after the error');
            checkSame(store.version, 0, 'version');
            return;
          }
          run(store);
          checkSame(store.version, outcome.commits ?? 1, 'version');
          checkEqual(store.get(), outcome.state);
          if (outcome.commits === 0) checkSame(store.get(), before, 'the view after no change');
          else checkNotSame(store.get(), before, 'the view after a change');
          checkEqual(before, initial, 'the view from before');
        }),
      );
    }
  });

  defineCursors(subject, { describe, it });
}

function defineCursors(subject: Subject, { describe, it }: Harness): void {
  describe('cursors', () => {
    it('name one place in four ways', () =>
      withStore(subject, { todos: [{ title: 'a' }, { title: 'b' }] }, (store) => {
        type State = { todos: { title: string }[] };
        const ways = [
          store.at('todos', 1, 'title'),
          store.at('todos').at(1).at('title'),
          store.at((state: State) => state.todos[1]?.title),
          store
            .at((state: State) => state.todos)
            .at((todos: State['todos']) => todos[1])
            .at('title'),
        ];
        for (const [index, cursor] of ways.entries()) {
          cursor.set(`way ${index}`);
          for (const other of ways) checkSame(other.get(), `way ${index}`);
        }
      }));

    it('reach into Maps by key and by get', () =>
      withStore(
        subject,
        {
          map: new Map([
            ['get', { n: 1 }],
            ['k', { n: 2 }],
          ]),
        },
        (store) => {
          type State = { map: Map<string, { n: number }> };
          store.at((state: State) => state.map.get('k')?.n).increment();
          store.at('map', 'get', 'n').increment(10);
          checkEqual(store.get(), {
            map: new Map([
              ['get', { n: 11 }],
              ['k', { n: 3 }],
            ]),
          });
        },
      ));

    it('take a number for a key of an object and its text for an index of a list', () =>
      withStore(subject, { fields: { 7: 'a' }, list: ['x', 'y'] }, (store) => {
        checkSame(store.at('fields', 7).get(), 'a');
        checkSame(store.at('list', '1').get(), 'y');
        checkSame(store.at('list', '01').get(), undefined);
      }));

    it('mean the path, whatever is there now', () =>
      withStore(subject, { list: [{ n: 1 }, { n: 2 }, { n: 3 }] as unknown }, (store) => {
        const second = store.at('list', 1, 'n');
        const last = store.at('list', 2, 'n');
        checkSame(second.get(), 2);
        store.at('list').insert(0, { n: 0 });
        checkSame(second.get(), 1);
        store.at('list').move(0, 3);
        checkSame(last.get(), 3);
        store.at('list').remove(1, 3);
        checkSame(last.get(), undefined);
        checkSame((thrownBy(() => last.increment()) as { code?: string }).code, 'PATH_NOT_FOUND');
        store.at('list').set({ 1: { n: 'text' } });
        checkSame(second.get(), 'text');
        store.set({ list: [0, { n: 10 }] });
        second.increment();
        checkEqual(store.get(), { list: [0, { n: 11 }] });
      }));

    it('follow a key that is deleted and comes back', () =>
      withStore(subject, { rows: { a: { n: 1 }, b: { n: 2 } } }, (store) => {
        const cursor = store.at('rows', 'a', 'n');
        cursor.increment();
        store.at('rows', 'a').delete();
        checkSame(cursor.get(), undefined);
        for (let index = 0; index < 100; index += 1) store.at('rows', `other ${index}`).set({ n: -1 });
        checkSame(cursor.get(), undefined);
        store.at('rows', 'a').set({ n: 7 });
        cursor.increment();
        checkSame(cursor.get(), 8);
        checkSame(store.at('rows', 'other 0', 'n').get(), -1);
      }));

    it('read undefined where there is nothing', () =>
      withStore(subject, { a: 1, list: [] }, (store) => {
        for (const path of [
          ['x'],
          ['x', 'y'],
          ['a', 'b'],
          ['list', 0],
          ['list', 0, 'x'],
          ['toString'],
          ['__proto__'],
        ]) {
          checkSame(store.at(...path).get(), undefined, `at ${path.join('.')}`);
        }
      }));

    it('count every commit, from zero', () =>
      withStore(subject, { n: 0 }, (store) => {
        checkSame(store.version, 0);
        for (let commit = 1; commit <= 100; commit += 1) {
          store.at('n').increment();
          checkSame(store.version, commit);
        }
      }));
  });
}
