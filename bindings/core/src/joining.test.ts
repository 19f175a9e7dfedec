/** Who begins to follow what others already follow, and have not asked for since it changed. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Follower } from './follower.ts';
import { createStore, type Readable, type Store } from './index.ts';
import type { Schedule, SubscribeOptions } from './types.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], now: 0 }));
afterEach(() => void vi.useRealTimers());

interface State {
  list: number[];
  box: { inner: { list: number[] } };
  map: Map<string, number[]>;
  rows: { list: number[] }[];
}

const initial = (): State => ({
  list: [1, 2, 3],
  box: { inner: { list: [1, 2, 3] } },
  map: new Map([['k', [1, 2, 3]]]),
  rows: [{ list: [0] }, { list: [1, 2, 3] }],
});

/** What is followed: a cursor there, a function that names it, and how it comes to be another container. */
const places: Record<
  string,
  {
    at: (store: Store<State>) => Readable<readonly number[]>;
    read: (state: State) => readonly number[];
    move: (store: Store<State>) => void;
    write: (store: Store<State>, item: number) => void;
  }
> = {
  'a list that grew': {
    at: (store) => store.at('list'),
    read: (s) => s.list,
    move: (store) => store.at('list').push(4),
    write: (store, item) => store.at('list', 0).set(item),
  },
  'what is around was replaced': {
    at: (store) => store.at('box', 'inner', 'list'),
    read: (s) => s.box.inner.list,
    move: (store) => store.at('box').set({ inner: { list: [7, 8] } }),
    write: (store, item) => store.at('box', 'inner', 'list', 0).set(item),
  },
  'an entry of a map was replaced': {
    at: (store) => store.at('map', 'k') as Readable<readonly number[]>,
    read: (s) => s.map.get('k') as number[],
    move: (store) => store.at('map', 'k').set([7, 8, 9, 10]),
    write: (store, item) => (store.at('map', 'k', 0) as never as { set(n: number): void }).set(item),
  },
  'an item got another index': {
    at: (store) => store.at('rows', 1, 'list') as Readable<readonly number[]>,
    read: (s) => s.rows[1]!.list,
    move: (store) => store.at('rows').insert(0, { list: [-1] }, { list: [-2] }),
    write: (store, item) => store.at('rows', 1, 'list', 0).set(item),
  },
};

/** Who joins: gives what it shows, and how often it was notified. */
type Join = (
  store: Store<State>,
  place: (typeof places)[string],
) => { shown: () => unknown; notified: () => number };

function subscribed(readable: {
  get(): unknown;
  subscribe(listener: () => void, options?: SubscribeOptions): () => void;
}) {
  const listener = vi.fn();
  readable.subscribe(listener, { schedule: 'sync' });
  return { shown: () => readable.get(), notified: () => listener.mock.calls.length };
}

const joins: Record<string, Join> = {
  'a listener of the cursor': (store, { at }) => subscribed(at(store)),
  'a selection that names the place': (store) => subscribed(store.select((s) => s.list)),
  'a selection that reads the cursor': (store, { at }) =>
    subscribed(store.select(() => [...at(store).get()])),
  'a selection of another store that reads the cursor': (store, { at }) =>
    subscribed(createStore({ n: 1 }).select((s) => [s.n, ...at(store).get()])),
  'a selection of a selection': (store, { read }) => {
    const inner = store.select(read as never) as Readable<readonly number[]>;
    return subscribed(store.select(() => [...inner.get()]));
  },
  'what a component shows': (store, { at }) => {
    const follower = new Follower<readonly number[]>({});
    const notify = vi.fn();
    const readable = at(store);
    follower.follow(readable, notify);
    return { shown: () => follower.show(readable), notified: () => notify.mock.calls.length };
  },
};

const waiting: readonly Schedule[] = ['microtask', 'frame', { debounce: 50 }];

for (const [name, place] of Object.entries(places)) {
  for (const [who, join] of Object.entries(joins)) {
    // This one names its place by its text.
    const isNamed = who === 'a selection that names the place';
    if (isNamed && name !== 'a list that grew') continue;
    test(`${name}: ${who} is notified of each change while another listener waits`, () => {
      for (const schedule of waiting) {
        const store = createStore(initial());
        place.at(store).subscribe(() => {}, { schedule });
        place.move(store);
        const { shown, notified } = join(store, place);
        for (const item of [20, 21]) {
          const before = notified();
          place.write(store, item);
          const expected = [...place.read(store.get() as State)];
          const value = shown() as number[];
          expect([schedule, value.slice(-expected.length), notified() - before]).toEqual([
            schedule,
            expected,
            1,
          ]);
        }
      }
    });
  }
}
