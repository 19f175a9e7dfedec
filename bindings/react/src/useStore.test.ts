// @vitest-environment happy-dom
import { act, createElement, StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Cursor, createStore, type Store } from '../../core/src/index.ts';
import { StoreProvider, useCursor, useStore, useStoreContext } from './index.ts';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

const initial = () => ({ n: 0, rows: [{ title: 'a' }, { title: 'b' }] });

async function mounted(component: () => string) {
  const page = document.createElement('div');
  const root = createRoot(page);
  await act(() => root.render(createElement(StrictMode, null, createElement(component))));
  return { page, unmount: () => act(() => root.unmount()) };
}

test('a selector that is written inline and returns fresh objects renders what has changed, and that only', async () => {
  const store = createStore(initial());
  let renders = 0;
  const { page, unmount } = await mounted(() => {
    renders++;
    return `${useStore(store, (s) => ({ n: s.n })).n} ${useStore(store.at('rows', 0, 'title'))}`;
  });
  expect(page.textContent).toBe('0 a');
  await act(() => store.at('n').set(5));
  expect(page.textContent).toBe('5 a');
  await act(() => store.at('rows', 0, 'title').set('c'));
  expect(page.textContent).toBe('5 c');
  const before = renders;
  await act(() => store.at('rows', 1, 'title').set('d'));
  expect(renders).toBe(before);
  await unmount();
  expect(store.stats().watchers).toBe(0);
});

test('a cursor is a value and a function that sets it, or makes it of the one before', async () => {
  const store = createStore(initial());
  let set: ReturnType<typeof useCursor<number>>[1] | undefined;
  const { page } = await mounted(() => {
    const [value, setValue] = useCursor(store.at('n'));
    set = setValue;
    return String(value);
  });
  await act(() => set?.(3));
  await act(() => set?.((before) => before + 4));
  expect(page.textContent).toBe('7');
});

test('a place that is named while rendering is watched once, and not anew with each rendering', async () => {
  const crossingsOf = async (
    named: (store: Store<ReturnType<typeof initial>>) => () => Cursor<{ title: string }>,
  ) => {
    const store = createStore(initial());
    const row = named(store);
    const { page } = await mounted(() => useStore(row()).title);
    await act(() => store.at('rows', 0, 'title').set('c'));
    const before = store.stats().crossings.calls;
    await act(() => store.at('rows', 0, 'title').set('d'));
    expect(page.textContent).toBe('d');
    return store.stats().crossings.calls - before;
  };
  const kept = await crossingsOf((store) => {
    const row = store.at('rows', 0);
    return () => row;
  });
  expect(await crossingsOf((store) => () => store.at('rows', 0))).toBe(kept);
});

test('what sets a cursor is the same function as long as the place is', async () => {
  const store = createStore(initial());
  const sets: unknown[] = [];
  const Page = ({ index, other = store }: { index: number; other?: typeof store }) => {
    const [value, set] = useCursor(other.at('rows', index, 'title'));
    useEffect(() => {
      sets.push(set);
      // With another function each time, this would never end.
      set(`set ${sets.length}`);
    }, [set]);
    return value;
  };
  const root = createRoot(document.createElement('div'));
  const show = (props: Parameters<typeof Page>[0]) => act(() => root.render(createElement(Page, props)));
  await show({ index: 0 });
  await show({ index: 0 });
  expect(store.get().rows[0]?.title).toBe('set 1');
  await show({ index: 1 });
  const other = createStore(initial());
  await show({ index: 1, other });
  expect([store.get().rows[1]?.title, other.get().rows[1]?.title]).toEqual(['set 2', 'set 3']);
  expect(new Set(sets).size).toBe(3);
});

test('a deferred selector of a row that goes throws nowhere either', async () => {
  const store = createStore(initial());
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const options = { deferred: true };
  const Row = ({ index }: { index: number }) =>
    useStore(store, (s) => s.rows[index]!.title.toUpperCase(), options);
  const List = () =>
    useStore(store, (s) => s.rows.length, options) > 1 ? createElement(Row, { index: 1 }) : 'none';
  const page = document.createElement('div');
  const root = createRoot(page);
  await act(() => root.render(createElement(List)));
  await act(() => store.at('rows').remove(1));
  expect(page.textContent).toBe('none');
  expect(complaints).not.toHaveBeenCalled();
  // One that fails by itself says so.
  const alone = createRoot(page);
  await act(() => root.unmount());
  const showing = async () => act(() => alone.render(createElement(Row, { index: 7 })));
  await expect(showing).rejects.toThrow(TypeError);
  complaints.mockRestore();
});

test('a store may end before its components do, and give way to another', async () => {
  const store = createStore(initial());
  const second = createStore({ ...initial(), n: 7 });
  const Page = ({ from }: { from: typeof store }) =>
    `${useStore(from, (s) => s.n)} ${useStore(from.at('n'), { schedule: 'frame' })}`;
  const page = document.createElement('div');
  const root = createRoot(page);
  await act(() => root.render(createElement(Page, { from: store })));
  await act(() => store.dispose());
  expect(page.textContent).toBe('0 0');
  await act(() => root.render(createElement(Page, { from: second })));
  expect(page.textContent).toBe('7 7');
  await act(() => second.dispose());
  await act(() => root.unmount());
  expect(page.textContent).toBe('');
});

test('a selector of a row that goes throws nowhere when its component goes as well', async () => {
  const store = createStore(initial());
  const complaints = vi.fn();
  vi.stubGlobal('reportError', complaints);
  const Row = ({ index }: { index: number }) => useStore(store, (s) => s.rows[index]!.title.toUpperCase());
  const List = () =>
    useStore(store, (s) => s.rows.length) > 1 ? createElement(Row, { index: 1 }) : createElement('b');
  const page = document.createElement('div');
  const root = createRoot(page);
  await act(() => root.render(createElement(List)));
  expect(page.textContent).toBe('B');
  await act(() => store.at('rows').remove(1));
  expect(page.textContent).toBe('');
  expect(complaints).not.toHaveBeenCalled();
});

test('a server renders from the store of the request', () => {
  const Page = () => String(useStore(useStoreContext<ReturnType<typeof initial>>(), (s) => s.rows.length));
  const store = createStore(initial());
  const provided = createElement(StoreProvider<ReturnType<typeof initial>>, { store }, createElement(Page));
  expect(renderToString(provided)).toBe('2');
  expect(store.stats().watchers).toBe(0);
  expect(() => renderToString(createElement(Page))).toThrow('StoreProvider');
});
