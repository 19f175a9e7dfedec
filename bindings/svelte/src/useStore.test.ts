import { expect, test } from 'vitest';
import { createStore } from '../../core/src/index.ts';
import { bindable, useStore } from './index.ts';

const initial = () => ({ n: 0, rows: [{ title: 'a' }, { title: 'b' }] });

test('the store contract: a value at once, each that follows, and an end', () => {
  const store = createStore(initial());
  const titles = useStore(store, (s) => s.rows.map((row) => row.title));
  const seen: string[] = [];
  const end = titles.subscribe((value) => seen.push(value.join()));
  store.at('n').set(1);
  store.at('rows', 1, 'title').set('c');
  expect(seen).toEqual(['a,b', 'a,c']);
  end();
  expect(store.stats().watchers).toBe(0);
  expect(titles.current).toEqual(['a', 'c']);
});

test('who writes when it is told the first value is told the one it made', () => {
  const store = createStore(initial());
  const n = bindable(store.at('n'));
  const seen: number[] = [];
  const end = n.subscribe((value) => {
    seen.push(value);
    if (value < 2) n.set(value + 1);
  });
  store.at('n').set(5);
  expect(seen).toEqual([0, 1, 2, 5]);
  end();
  expect(store.stats().watchers).toBe(0);
});

test('what is bound is set where the cursor is', () => {
  const store = createStore(initial());
  const n = bindable(() => store.at('n'));
  n.current = 2;
  n.update((before) => before + 1);
  expect([n.current, store.get().n]).toEqual([3, 3]);
});

test('a cleared input of a number leaves the number, or sets what it is told to', () => {
  const store = createStore<{ n: number; size: number | null; chosen: { id: number } | null }>({
    n: 3,
    size: 5,
    chosen: { id: 1 },
  });
  const n = bindable(store.at('n'));
  const size = bindable(store.at('size'), { empty: null });
  const chosen = bindable(store.at('chosen'));
  // What `bind:value` gives is not what its type says.
  n.current = null as never;
  n.set(undefined as never);
  size.current = null;
  chosen.current = null;
  expect(store.get()).toEqual({ n: 3, size: null, chosen: null });
  size.set(6);
  n.current = 4;
  expect(store.get()).toEqual({ n: 4, size: 6, chosen: null });
});
