// @vitest-environment happy-dom
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { act, createElement, useMemo } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore, openStore } from '../../core/src/index.ts';
import type { Store } from '../../core/src/types.ts';
import { StoreProvider, useStore, useStoreContext } from './index.ts';

type State = { n: number; rows: { title: string }[] };

const initial = (): State => ({ n: 0, rows: [{ title: 'a' }, { title: 'b' }] });
const titlesOf = (state: { rows: readonly { title: string }[] }) =>
  state.rows.map(({ title }) => title).join();

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

function Page() {
  const store = useStoreContext<State>();
  const n = useStore(store.at('n'));
  const count = useStore(store, ({ rows }) => ({ rows: rows.length }));
  const titles = useStore(useMemo(() => store.select(titlesOf), [store]));
  return `${n} ${count.rows} ${titles}`;
}

const provided = (store: Store<State>, serverState?: () => Store<State>) =>
  createElement(StoreProvider<State>, { store, ...(serverState && { serverState }) }, createElement(Page));

/** A page as the server sent it, hydrated with a store that `change` has changed. */
async function hydrated(change: (store: Store<State>) => void) {
  const server = createStore(initial());
  const page = document.createElement('div');
  page.innerHTML = renderToString(provided(server));
  const bytes = server.snapshot();
  const store = openStore<State>(bytes, { version: 40 });
  change(store);
  const opened: WeakRef<Store<State>>[] = [];
  const serverState = () => {
    const state = openStore<State>(bytes);
    opened.push(new WeakRef(state));
    return state;
  };
  const mended: unknown[] = [];
  const node = page.firstChild;
  await act(() =>
    hydrateRoot(page, provided(store, serverState), { onRecoverableError: (error) => mended.push(error) }),
  );
  expect(mended).toEqual([]);
  expect(page.firstChild).toBe(node);
  return { page, opened };
}

test('what was changed before hydration fits, by a cursor, a selector and a selection', async () => {
  const { page, opened } = await hydrated((store) => {
    store.at('n').set(7);
    store.at('rows').push({ title: 'c' });
  });
  expect(page.textContent).toBe('7 3 a,b,c');
  expect(opened).toHaveLength(1);
});

test('a state that is the one that was rendered is not opened again', async () => {
  const { page, opened } = await hydrated(() => {});
  expect(page.textContent).toBe('0 2 a,b');
  expect(opened).toHaveLength(0);
});

test('what was opened is let go when nothing is hydrated', async () => {
  const { opened } = await hydrated((store) => store.at('n').set(7));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await vi.waitFor(() => {
    collect();
    expect(opened[0]?.deref()).toBeUndefined();
  });
});
