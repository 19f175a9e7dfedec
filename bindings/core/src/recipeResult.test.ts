/** What a recipe may return, and what is taken for the value of an expression that was meant for what it does. */
import { expect, test } from 'vitest';
import { createStore, current } from './index.ts';

const initial = () => ({
  n: 1,
  on: new Date(5),
  bytes: Uint8Array.of(1),
  list: [3, 1],
  rows: [{ id: 1 }, { id: 2 }],
  open: new Set<string>() as unknown as Map<string, number>,
  map: new Map([['x', 1]]),
  user: { name: 'a' } as { name: string } | null,
});
type State = ReturnType<typeof initial>;
const start = (): State => ({ ...initial(), open: new Map([['y', 1]]) });

/** Recipes whose result is none, each with what its message says of that. */
const refused: [recipe: (draft: State) => unknown, message: string][] = [
  [(d) => d.n > 5 && d.list.push(1), 'the boolean false'],
  [(d) => d.n < 5 && d.list.push(1), 'changes its draft or returns'],
  [(d) => d.open.delete('none'), 'the boolean false'],
  [(d) => d.open.delete('y'), 'changes its draft or returns'],
  [(d) => d.list.includes(3), 'the boolean true'],
  [(d) => d.rows.length, 'the number 2'],
  [(d) => d.list.indexOf(7), 'the number -1'],
  [(d) => d.list.join(), 'the string 3,1'],
  [(d) => d.n, 'the number 1'],
  [(d) => d.n || 'none', 'the number 1'],
  [(d) => BigInt(d.n), 'the bigint 1'],
  [(d) => d.on, 'date'],
  [(d) => d.bytes, 'bytes'],
  [(d) => d.rows, 'array'],
  [(d) => d.rows.find(({ id }) => id === 2), 'a draft of something else'],
  [(d) => d.user, 'a draft of something else'],
  [(d) => d.map, 'map'],
  [(d) => d.rows.sort((a, b) => a.id - b.id), 'array'],
  [(d) => d.rows.filter(({ id }) => id > 5).map((row) => row.id++), 'array'],
  [(d) => Object.keys(d), 'array'],
  [(d) => new Map(Object.entries(d)), 'map'],
];

for (const [recipe, message] of refused) {
  test(`the result of ${String(recipe)} does not replace the state`, () => {
    const store = createStore(start());
    const before = store.get();
    let calls = 0;
    store.subscribe(() => calls++, { schedule: 'sync' });
    expect(() => store.update(recipe as never)).toThrow(TypeError);
    expect(() => store.update(recipe as never)).toThrow(message);
    expect(() => store.batch(() => store.update(recipe as never))).toThrow(message);
    expect([store.get() === before, store.version, calls]).toEqual([true, 0, 0]);
    expect(store.get()).toEqual(start());
  });
}

test('a refusal names what is to be done, and where', () => {
  const store = createStore(start());
  expect(() => store.at('rows').update(((rows: unknown[]) => rows.length) as never)).toThrow(
    'A recipe returned the number 2 for the array at rows, which stays as it was: put the statement in braces, `draft => { ... }`, or write another value with set().',
  );
  expect(() => store.at('map').update(((map: unknown) => ({ map })) as never)).toThrow('the map at map');
});

test('scalars are replaced by whatever a recipe returns', () => {
  const store = createStore<Record<string, unknown>>({ n: 1, on: new Date(5), none: null, text: 'a' });
  store.at('n').update(((n: number) => n + 1) as never);
  store.at('on').update(((on: Date) => new Date(on.getTime() + 1)) as never);
  store.at('none').update((() => 5) as never);
  store.at('text').update(((text: string) => ({ text })) as never);
  store.at('missing').update((() => [true]) as never);
  expect(store.get()).toEqual({ n: 2, on: new Date(6), none: 5, text: { text: 'a' }, missing: [true] });
});

test('a container is replaced by one of its kind or by null, and undefined means that there is no result', () => {
  const store = createStore(start());
  store.at('list').update((list) => list.filter((n) => n > 1));
  store.at('map').update((map) => new Map([...map, ['z', 2]]));
  store.at('rows').update((rows) => current(rows).slice(1));
  store.at('open').update(() => undefined);
  store.at('user').update(() => null);
  const expected = {
    ...start(),
    list: [3],
    map: new Map([
      ['x', 1],
      ['z', 2],
    ]),
    rows: [{ id: 2 }],
    user: null,
  };
  expect(store.get()).toEqual(expected);
  const { version } = store;
  store.update((draft) => draft);
  store.update(() => undefined);
  expect([store.version, store.get()]).toEqual([version, expected]);
  store.update((draft) => ({ ...draft, n: 5 }));
  expect(store.get()).toEqual({ ...expected, n: 5 });
});
