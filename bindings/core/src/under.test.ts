import { describe, expect, it } from 'vitest';
import { type Commit, createStore, GaesupError, openStore, type Store } from './index.ts';

interface Row {
  id: number;
  done: boolean;
}

interface State {
  rows: Row[];
  n: number;
  text: string;
}

const start = (): State => ({
  rows: [1, 2, 3].map((id) => ({ id, done: false })),
  n: 1,
  text: 'as it was',
});

const shown = (store: Store<State>) =>
  store
    .get()
    .rows.map(({ done }) => (done ? 'x' : '.'))
    .join('');

type Way = (
  store: Store<State>,
  data: State,
  options: { key?: string; origin?: string; under?: boolean },
) => unknown;

const ways: readonly (readonly [string, Way])[] = [
  ['ingest', (store, data, options) => store.ingest(JSON.stringify(data), options)],
  ['reconcile', (store, data, options) => store.reconcile(data, options)],
  ['restore', (store, data, options) => store.restore(createStore(data).snapshot(), options)],
];
const server = { key: 'id', origin: 'server' };

describe.each(ways)('data from a server, by %s', (_, take) => {
  it('does not let optimistic updates flicker', () => {
    const store = createStore(start(), { history: true });
    const seen: string[] = [];
    store.subscribe(() => seen.push(shown(store)), { schedule: 'sync' });
    const data = start();
    const tick = (at: number) => store.optimistic(() => store.at('rows', at, 'done').set(true));
    const effects = [tick(0), tick(1), tick(2)];
    for (const [at, effect] of effects.entries()) {
      data.rows[at].done = true;
      take(store, data, server);
      effect.commit();
    }
    expect(seen).toEqual(['x..', 'xx.', 'xxx']);
    expect(store.get()).toEqual(data);
    expect(store.history.canUndo).toBe(false);
  });

  it('is what is left when an update that equals it is rolled back', () => {
    const store = createStore(start());
    const effect = store.optimistic(() => store.at('text').set('new'));
    take(store, { ...start(), text: 'new' }, server);
    effect.rollback();
    expect(store.get()).toEqual({ ...start(), text: 'new' });
  });

  it('is what is left when an update that wins over it is rolled back', () => {
    const store = createStore(start());
    const effect = store.optimistic(() => {
      store.at('text').set('mine');
      store.at('n').increment(5);
    });
    take(store, { ...start(), text: 'theirs', n: 10 }, server);
    expect(store.get()).toEqual({ ...start(), text: 'mine', n: 15 });
    effect.rollback();
    expect(store.get()).toEqual({ ...start(), text: 'theirs', n: 10 });
  });

  it('leaves rows that were inserted optimistically where they are', () => {
    const store = createStore(start());
    const seen: number[][] = [];
    store.subscribe(() => seen.push(store.get().rows.map(({ id }) => id)), { schedule: 'sync' });
    const effect = store.optimistic(() => store.at('rows').push({ id: 9, done: false }));
    const data = start();
    data.rows[0].done = true;
    data.rows.push({ id: 4, done: false });
    take(store, data, server);
    expect(
      store
        .get()
        .rows.map(({ id }) => id)
        .sort(),
    ).toEqual([1, 2, 3, 4, 9]);
    effect.rollback();
    expect(store.get()).toEqual(data);
    for (const ids of seen) expect(new Set(ids).size).toBe(ids.length);
  });

  it('is a version of its own, which replicas get at once', () => {
    const store = createStore(start());
    const replica = createStore(start());
    const commits: Commit[] = [];
    store.onCommit((commit) => {
      commits.push(commit);
      replica.apply(commit.delta, { origin: 'store' });
    });
    const effect = store.optimistic(() => store.at('n').increment());
    const data = { ...start(), text: 'theirs' };
    take(store, data, server);
    expect(commits.map(({ origin, version }) => [origin, version])).toEqual([['server', 1]]);
    expect(replica.get()).toEqual(data);
    expect(replica.version).toBe(store.version);
    take(store, data, server);
    expect(store.version).toBe(1);
    effect.commit();
    expect(replica.get()).toEqual(store.get());
    expect([replica.version, store.get().n]).toEqual([2, 2]);
  });

  it('keeps texts apart that are new to the engine', () => {
    const store = createStore<State>(start());
    const effect = store.optimistic(() => store.at('text').set('quite new to it'));
    take(store, { ...start(), text: 'newer than that' }, { key: 'a key of nobody', origin: 'server' });
    store.at('text').set('a key of nobody');
    expect(store.get().text).toBe('a key of nobody');
    effect.rollback();
    expect(store.get().text).toBe('a key of nobody');
  });

  it('is on top of what waits where that is asked for, or nothing is said', () => {
    for (const options of [{}, { origin: 'server', under: false }]) {
      const store = createStore(start());
      const effect = store.optimistic(() => store.at('text').set('mine'));
      take(store, { ...start(), text: 'theirs' }, options);
      expect(store.get().text).toBe('theirs');
      effect.rollback();
      expect(store.get().text).toBe('theirs');
    }
  });

  it('goes under without an origin, as an own step', () => {
    const store = createStore(start(), { history: true });
    const effect = store.optimistic(() => store.at('n').increment());
    take(store, { ...start(), text: 'opened' }, { under: true });
    expect([store.get().n, store.get().text]).toEqual([2, 'opened']);
    effect.commit();
    store.history.undo();
    store.history.undo();
    expect(store.get()).toEqual(start());
  });

  it('is from elsewhere with an origin also when nothing waits', () => {
    const store = createStore(start(), { history: true });
    const origins: unknown[] = [];
    store.onCommit(({ origin }) => origins.push(origin));
    take(store, { ...start(), text: 'theirs' }, server);
    store.at('n').increment();
    expect(origins).toEqual(['server', undefined]);
    store.history.undo();
    expect(store.get()).toEqual({ ...start(), text: 'theirs' });
    expect(store.history.canUndo).toBe(false);
  });

  it('is no part of a batch', () => {
    const store = createStore(start());
    for (const options of [{ origin: 'server' }, { under: true }]) {
      expect(() => store.batch(() => take(store, { ...start(), n: 7 }, options))).toThrow(
        expect.objectContaining({ code: 'INVALID_CALL' }),
      );
    }
    expect(store.get()).toEqual(start());
    expect(() => take(store, start(), { under: 1 as never })).toThrow(TypeError);
  });
});

describe('what goes wrong under what waits', () => {
  it('leaves everything as it was', () => {
    const store = createStore(start(), { history: true });
    const effect = store.optimistic(() => store.at('n').increment());
    const before = store.get();
    let calls = 0;
    store.subscribe(() => calls++, { schedule: 'sync' });
    const bad: readonly (readonly [() => unknown, string])[] = [
      [() => store.ingest('{"rows": [', { origin: 'server' }), 'CORRUPT_DATA'],
      [() => store.at('none' as never, 'x' as never).ingest('1', { origin: 'server' }), 'PATH_NOT_FOUND'],
      [() => store.restore(new Uint8Array(40), { origin: 'server' }), 'CORRUPT_DATA'],
      [() => store.at('text').reconcile((() => 1) as never, { origin: 'server' }), 'UNSUPPORTED_VALUE'],
    ];
    for (const [call, code] of bad) {
      try {
        call();
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(GaesupError);
        expect((error as GaesupError).code).toBe(code);
      }
      expect(store.get()).toBe(before);
    }
    expect(calls).toBe(0);
    expect(store.version).toBe(0);
    store.ingest(JSON.stringify({ ...start(), text: 'good' }), { origin: 'server' });
    expect(store.get()).toEqual({ ...start(), n: 2, text: 'good' });
    effect.rollback();
    expect(store.get()).toEqual({ ...start(), text: 'good' });
  });
});

describe('a confirmed snapshot', () => {
  it('holds the state of the version, and leaves alone what waits', async () => {
    const store = createStore(start());
    const seen: string[] = [];
    store.subscribe(() => seen.push(shown(store)), { schedule: 'sync' });
    const effect = store.optimistic(() => {
      store.at('rows', 0, 'done').set(true);
      store.at('rows').push({ id: 9, done: true });
    });
    const visible = store.get();
    const bytes = store.snapshot({ confirmed: true });
    const later = store.snapshotAsync({ confirmed: true });
    expect(store.get()).toBe(visible);
    effect.commit();
    expect(seen).toEqual(['x..x']);
    expect(openStore<State>(bytes).get()).toEqual(start());
    expect(openStore<State>(await later).get()).toEqual(start());
    expect(openStore<State>(store.snapshot({ confirmed: true })).get()).toEqual(visible);
    expect(openStore<State>(store.snapshot()).get()).toEqual(visible);
  });

  it('is of one place, which has to be confirmed', () => {
    const store = createStore<Record<string, unknown>>({ a: 1 });
    store.optimistic(() => {
      store.at('a').set(2);
      store.at('b').set(3);
    });
    expect(openStore(store.at('a').snapshot({ confirmed: true })).get()).toBe(1);
    expect(() => store.at('b').snapshot({ confirmed: true })).toThrow(
      expect.objectContaining({ code: 'PATH_NOT_FOUND' }),
    );
    expect(store.get()).toEqual({ a: 2, b: 3 });
    expect(() => store.batch(() => store.snapshot({ confirmed: true }))).toThrow(
      expect.objectContaining({ code: 'INVALID_CALL' }),
    );
  });
});
