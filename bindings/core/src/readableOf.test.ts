import { expect, test } from 'vitest';
import { createStore, type Readable } from './index.ts';
import { readableOf } from './readableOf.ts';

const store = createStore({ n: 1, map: new Map([['k', 1]]) });

test('what is readable is taken as it is, or what a selector makes of a store', () => {
  const own: Readable<unknown> = { get: () => 1, subscribe: () => () => {} };
  const all: Readable<unknown>[] = [store, store.at('n'), store.history, own];
  for (const readable of all) expect(readableOf(readable)).toBe(readable);
  const selector = (state: unknown) => Object.keys(state as object).length;
  expect(readableOf(store, selector).get()).toBe(2);
});

test.each([undefined, null, 1, 'text', {}, () => store, store.get(), store.get().map, store.at('n').get()])(
  'what is none is said to be none: %s',
  (value) => {
    expect(() => readableOf(value as never)).toThrow(/takes a store, a cursor or a selection/);
    expect(() => readableOf(value as never, () => 1)).toThrow(/takes a store/);
  },
);

test('a selector of a cursor is no selector of a store', () => {
  expect(() => readableOf(store.at('n'), () => 1)).toThrow(/A selector goes with a store/);
});
