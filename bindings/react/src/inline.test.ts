// @vitest-environment happy-dom
/** Selectors that are written where they are used: how often they run, and that rendering comes to an end. */
import { createElement, type ReactNode, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { createStore, type Store } from '../../core/src/index.ts';
import { type UseStoreOptions, useStore } from './index.ts';

const initial = () => ({
  rows: [
    { id: 1, kind: 'a' },
    { id: 2, kind: 'b' },
  ],
  record: { a: 1, b: 2 } as Record<string, number>,
  map: new Map([['k', 1]]),
  ts: 1_000,
  other: 0,
});
type State = ReturnType<typeof initial>;

/** What functions make that is never the same twice. */
const unlike: Record<string, (s: State) => unknown> = {
  'objects in an array': (s) => s.rows.map((row) => ({ value: row.id })),
  'Object.entries': (s) => Object.entries(s.record),
  'a map spread': (s) => [...s.map],
  'a date': (s) => new Date(s.ts),
  groups: (s) => ({ a: s.rows.filter((row) => row.kind === 'a').map((row) => ({ ...row })) }),
};
/** What may be the same although something has changed. */
const alike: Record<string, (s: State) => unknown> = {
  'the same rows': (s) => s.rows.filter((row) => row.kind === 'a'),
  'a number': (s) => s.rows.length + s.ts,
  'a path': (s) => s.rows,
};

const change = (store: Store<State>, n: number) =>
  store.batch(() => {
    store.at('rows', 0).merge({ id: n });
    store.at('record', 'a').set(n);
    store.at('map', 'k').set(n);
    store.at('ts').set(n);
  });

const options: UseStoreOptions[] = [
  {},
  { deferred: true },
  { schedule: 'microtask' },
  { schedule: 'frame' },
  { schedule: 'adaptive' },
  { schedule: { debounce: 5 } },
  { schedule: { throttle: 5 } },
  { schedule: 'frame', deferred: true },
];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Does something, and lets pass what waits for React, a frame or a timer: as in a page, without `act`. */
async function settled(work: () => void, { schedule = 'sync' }: UseStoreOptions = {}) {
  work();
  if (schedule !== 'sync') await pause(25);
  for (let turn = 0; turn < 3; turn++) await pause(1);
}

/** A component of a store that counts its renderings and the runs of its selector. */
function counted(select: (s: State) => unknown, how: UseStoreOptions, isInlineSelect = false) {
  const useSelect = (store: Store<State>, counting: (s: unknown) => unknown) =>
    useStore(store.select(counting), how);
  const useSelector = (store: Store<State>, counting: (s: unknown) => unknown) =>
    useStore(store, counting, how);
  const useValue = isInlineSelect ? useSelect : useSelector;
  const store = createStore(initial());
  const counts = { renders: 0, runs: 0 };
  const values: unknown[] = [];
  const Page = (): ReactNode => {
    counts.renders++;
    const counting = (s: unknown) => {
      counts.runs++;
      return select(s as State);
    };
    const value = useValue(store, counting);
    values.push(value);
    return JSON.stringify(value);
  };
  const page = document.createElement('div');
  const root = createRoot(page);
  return {
    store,
    values,
    page,
    show: () => root.render(createElement(Page)),
    showStrictly: () => root.render(createElement(StrictMode, null, createElement(Page))),
    unmount: () => settled(() => root.unmount()),
    /** How often it rendered and ran while something was done. */
    async of(work: () => void) {
      Object.assign(counts, { renders: 0, runs: 0 });
      await settled(work, how);
      return [counts.renders, counts.runs];
    },
  };
}

for (const [name, select] of Object.entries(unlike)) {
  for (const how of options) {
    // One kind is enough where what differs is only when something is shown.
    if (how.schedule !== undefined && name !== 'objects in an array') continue;
    test(`${name}, ${JSON.stringify(how)}: one rendering to mount, one run for each rendering`, async () => {
      for (const isInlineSelect of [false, true]) {
        const { store, values, page, show, of, unmount } = counted(select, how, isInlineSelect);
        expect(await of(show)).toEqual([1, 1]);
        // Deferring renders twice: with the value before, and with the new one.
        const each = how.deferred ? 2 : 1;
        for (const n of [5, 6, 7]) {
          expect(await of(() => change(store, n))).toEqual([each, each]);
          expect(page.textContent).toBe(JSON.stringify(select(store.get() as State)));
        }
        expect(await of(() => store.at('other').set(5))).toEqual([0, 0]);
        const before = values.at(-1);
        expect(await of(show)).toEqual([1, 1]);
        expect(values.at(-1)).toBe(before);
        await unmount();
        expect(store.stats().watchers).toBe(0);
      }
    });
  }
}

for (const [name, select] of Object.entries({ ...unlike, ...alike })) {
  test(`${name}: rendering comes to an end in StrictMode, with any option`, async () => {
    for (const how of options.slice(0, name === 'groups' ? options.length : 2)) {
      const { store, page, values, showStrictly, of, unmount } = counted(select, how);
      await of(showStrictly);
      change(store, 5);
      const [renders = 0] = await of(() => change(store, 6));
      expect(renders).toBeLessThanOrEqual(how.deferred ? 4 : 2);
      expect(page.textContent).toBe(JSON.stringify(select(store.get() as State)));
      const shown = values.at(-1);
      await of(showStrictly);
      expect(values.at(-1)).toBe(shown);
      await unmount();
    }
  });
}

test('a result that may be the same is looked at before anything renders', async () => {
  const store = createStore(initial());
  let renders = 0;
  const page = document.createElement('div');
  const root = createRoot(page);
  const kinds = ['a'];
  const Page = () => {
    renders++;
    return `${useStore(store, (s) => s.rows.filter((row) => kinds.includes(row.kind))).length}`;
  };
  await settled(() => root.render(createElement(Page)));
  await settled(() => store.at('rows', 1, 'kind').set('c'));
  expect([renders, page.textContent]).toEqual([1, '1']);
  await settled(() => store.at('rows', 1, 'kind').set('a'));
  expect([renders, page.textContent]).toEqual([2, '2']);
});

test('a function that uses only the state runs once for all components, and is watched once', async () => {
  const store = createStore(initial());
  const Kind = () => `${useStore(store, (s) => s.rows.filter((row) => row.kind === 'a')).length}`;
  const root = createRoot(document.createElement('div'));
  const runsOf = async (work: () => void) => {
    const before = store.stats().selectorRuns;
    await settled(work);
    return store.stats().selectorRuns - before;
  };
  const show = () => root.render([1, 2, 3].map((key) => createElement(Kind, { key })));
  expect(await runsOf(show)).toBe(1);
  expect(store.stats().watchers).toBe(1);
  expect(await runsOf(() => store.at('rows', 1, 'kind').set('a'))).toBe(1);
  expect(await runsOf(show)).toBe(0);
});

test('a rendering watches nothing again where its selector reads the same', async () => {
  const selects: Record<string, (offset: number) => (s: State) => unknown> = {
    'a number': (offset) => (s) => s.rows.length + offset,
    'rows that fit': (offset) => (s) => s.rows.filter((row) => row.id > offset),
    'fresh items': (offset) => (s) => s.rows.map((row) => [row.id + offset]),
    'a path': (offset) => (s) => s.rows[offset],
  };
  for (const [name, select] of Object.entries(selects)) {
    const store = createStore(initial());
    const Page = () => JSON.stringify(useStore(store, select(0) as () => unknown));
    const root = createRoot(document.createElement('div'));
    const callsOf = async (work: () => void) => {
      const before = store.stats().crossings.calls;
      await settled(work);
      return store.stats().crossings.calls - before;
    };
    const show = () => root.render(createElement(Page));
    await settled(show);
    await settled(show);
    // A run reads, and a rendering does nothing else.
    const run = await callsOf(() => void store.select(select(0) as () => unknown).get());
    expect([name, await callsOf(show)]).toEqual([name, run]);
  }
});

test('the selector of the last rendering is the one that counts, whatever caused it', async () => {
  for (const how of options) {
    const store = createStore(initial());
    let setFactor: (factor: number) => void = () => {};
    const Page = () => {
      const [factor, set] = useState(1);
      setFactor = set;
      return JSON.stringify(useStore(store, (s) => s.rows.map((row) => ({ n: row.id * factor })), how));
    };
    const page = document.createElement('div');
    const root = createRoot(page);
    await settled(() => root.render(createElement(Page)), how);
    await settled(() => setFactor(10), how);
    expect(page.textContent).toBe('[{"n":10},{"n":20}]');
    await settled(() => {
      store.at('rows', 0, 'id').set(3);
      setFactor(100);
    }, how);
    expect(page.textContent).toBe('[{"n":300},{"n":200}]');
    await settled(() => store.at('rows', 1, 'id').set(4), how);
    expect(page.textContent).toBe('[{"n":300},{"n":400}]');
    await settled(() => root.unmount());
  }
});
