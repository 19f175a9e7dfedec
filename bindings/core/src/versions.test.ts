/** Versions that authors, servers and replicas agree on, and orders of keys that they share. */
import { describe, expect, test } from 'vitest';
import { applyJSONPatch, compose, createStore, invert, type Store, toJSONPatch } from './index.ts';

type State = Record<string, unknown>;

const orderOf = (store: Store<State>): string => JSON.stringify(store.get());

describe('an update of which nothing is left', () => {
  test('reading its delta in a batch keeps the writes of the batch', () => {
    const store = createStore({ a: 1, b: 'x' });
    const update = store.optimistic(() => {});
    store.batch(() => {
      store.at('a').set(2);
      store.at('b').set('y');
      expect(update.delta.length).toBeGreaterThan(0);
      store.at('a').increment();
    });
    expect(store.get()).toEqual({ a: 3, b: 'y' });
  });

  test('a long value that waits in a batch survives reading the delta', () => {
    const store = createStore({ a: '', b: 1 });
    const update = store.optimistic(() => {});
    const long = 'long '.repeat(1_000_000);
    store.batch(() => {
      store.at('a').set(long);
      void update.delta;
      store.at('b').set(2);
    });
    expect(store.get()).toEqual({ a: long, b: 2 });
  });

  test('its delta leads to the version that it leads on from, and no other counts it', () => {
    const author = createStore<State>({ rows: [{ id: 1 }], n: 0 });
    const server = createStore<State>(author.get());
    const replica = createStore<State>(author.get());
    server.onCommit(({ delta, origin }) => {
      replica.apply(delta, { origin: 'server' });
      if (origin !== 'author') author.apply(delta, { origin: 'server' });
    });
    const gone = author.optimistic(() => author.at('rows', 0, 'id').set(2));
    const next = author.optimistic(() => author.at('n').set(5));
    server.at('rows', 0).delete();
    const send = (update: typeof gone): void => {
      server.apply(update.delta, { origin: 'author' });
      update.commit();
    };
    send(gone);
    send(next);
    expect([author, server, replica].map(({ version }) => version)).toEqual([2, 2, 2]);
    for (const store of [author, server, replica]) expect(store.get()).toEqual({ rows: [], n: 5 });
  });

  test('updates behind it lead on from the version before it', () => {
    const author = createStore<State>({ rows: [{ id: 1 }], n: 0 });
    const server = createStore<State>(author.get());
    server.onCommit(({ delta, origin }) => {
      if (origin !== 'author') author.apply(delta, { origin: 'server' });
    });
    author.optimistic(() => author.at('rows', 0, 'id').set(2));
    const next = author.optimistic(() => author.at('n').set(5));
    server.at('rows', 0).delete();
    server.apply(next.delta, { origin: 'author' });
    next.commit();
    expect([author.version, server.version]).toEqual([2, 2]);
    expect(author.get()).toEqual(server.get());
  });
});

/** Numbers from a seed, below a bound. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('programs of three replicas and a server end at one version and one state', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const roll = dice(seed);
    const initial: State = {
      rows: [
        { id: 0, n: 0 },
        { id: 1, n: 0 },
        { id: 2, n: 0 },
      ],
      n: 0,
      2: 'x',
      a: 1,
    };
    const server = createStore<State>(initial, { log: true });
    const replicas = [0, 1, 2].map(() => ({
      store: createStore<State>(initial),
      waiting: [] as ReturnType<typeof server.optimistic>[],
    }));
    const catchUp = (store: Store<State>): void => {
      if (store.version < server.version) store.apply(server.deltaSince(store.version), { origin: 'server' });
    };
    const work = (store: Store<State>): void => {
      const rows = (store.get() as { rows: unknown[] }).rows;
      const at = roll(rows.length || 1);
      const kind = roll(6);
      if (kind === 0 && rows.length > 0) store.at('rows', at).delete();
      else if (kind === 1 && rows.length > 0) store.at('rows', at, 'n').set(roll(3));
      else if (kind === 2) store.at('n').increment();
      else if (kind === 3) store.at('rows').push({ id: roll(100), n: 0 });
      else store.at(`${'a23b'[roll(4)]}`).set(roll(3));
    };
    const sendFirst = ({ store, waiting }: (typeof replicas)[number]): void => {
      catchUp(store);
      const update = waiting.shift();
      if (update === undefined) return;
      server.apply(update.delta, { origin: 'replica' });
      update.commit();
      expect(store.version, `seed ${seed}`).toBe(server.version);
    };
    for (let turn = 0; turn < 25; turn++) {
      const replica = replicas[roll(3)];
      const act = roll(4);
      if (act < 2) replica.waiting.push(replica.store.optimistic(() => work(replica.store)));
      else if (act === 2) sendFirst(replica);
      else catchUp(replica.store);
    }
    for (const replica of replicas) while (replica.waiting.length > 0) sendFirst(replica);
    for (const { store } of replicas) {
      catchUp(store);
      expect(store.version, `seed ${seed}`).toBe(server.version);
      expect(orderOf(store), `seed ${seed}`).toBe(orderOf(server));
      store.dispose();
    }
    server.dispose();
  }
}, 60_000);

describe('keys that look like indexes', () => {
  test('a key is never placed before one in an object', () => {
    const author = createStore<State>({ b: 1, a: 2 });
    author.at('2').set('two');
    const deltas: Uint8Array[] = [];
    author.onCommit(({ delta }) => deltas.push(delta));
    author.at('a').delete();
    author.at('c').set(3);
    const shown = JSON.parse('{"b":1,"a":2,"2":"two"}') as State;
    const from = createStore<State>(shown, { version: 1 });
    const together = compose(...deltas);
    from.apply(together.slice());
    expect(orderOf(from)).toBe(orderOf(author));
    from.apply(invert(together));
    expect(orderOf(from)).toBe('{"2":"two","b":1,"a":2}');
  });

  test('a removed key comes back to its place whatever the engine holds between', () => {
    for (const keys of [
      ['a', '2', 'b'],
      ['a', '2', '1', 'b', '7'],
      ['x', 'a', '10', 'b'],
    ]) {
      const author = createStore<State>({});
      for (const key of keys) author.at(key).set(0);
      const replica = createStore<State>(author.get(), { version: author.version });
      author.onCommit(({ delta }) => {
        replica.apply(delta);
        expect(orderOf(replica)).toBe(orderOf(author));
        const back = createStore<State>(replica.get(), { version: replica.version });
        back.apply(invert(delta));
        back.dispose();
      });
      const before = orderOf(author);
      let removal: Uint8Array | undefined;
      const stop = author.onCommit(({ delta }) => (removal ??= delta));
      author.at('a').delete();
      stop();
      if (removal === undefined) throw new Error('no delta');
      replica.apply(invert(removal));
      expect(orderOf(replica)).toBe(before);
    }
  });

  test('a Map keeps the order of all keys', () => {
    const author = createStore({
      m: new Map([
        ['a', 0],
        ['2', 0],
        ['b', 0],
      ]),
    });
    const replica = createStore(author.get());
    const deltas: Uint8Array[] = [];
    author.onCommit(({ delta }) => deltas.push(delta));
    const before = [...author.get().m.keys()];
    author.at('m', 'a').delete();
    author.at('m', '1').set(0);
    author.at('m', 'a').set(1);
    const together = compose(...deltas);
    replica.apply(together);
    expect([...replica.get().m.keys()]).toEqual([...author.get().m.keys()]);
    replica.apply(invert(together));
    expect([...replica.get().m.keys()]).toEqual(before);
  });
});

describe('a patch that JSON can carry', () => {
  const values: State = {
    undefined: undefined,
    big: 12n,
    date: new Date(0),
    bytes: new Uint8Array([1, 2, 3]),
    map: new Map([['k', { x: undefined, y: [5n] }]]),
    nan: Number.NaN,
    text: 'ä',
  };
  const plain = {
    undefined: null,
    big: '12',
    date: '1970-01-01T00:00:00.000Z',
    bytes: 'AQID',
    map: { k: { x: null, y: ['5'] } },
    nan: null,
    text: 'ä',
  };

  test('each kind of value is represented, and applying it gives that', () => {
    const store = createStore<{ v: State }>({ v: {} });
    const other = createStore<{ v: State }>({ v: {} });
    const sent: string[] = [];
    store.onCommit((commit) => {
      expect(commit.patches({ json: true })).toEqual(toJSONPatch(commit.delta, { json: true }));
      sent.push(JSON.stringify(commit.patches({ json: true })));
    });
    for (const [key, value] of Object.entries(values)) store.at('v', key).set(value);
    store.at('v', 'undefined').set(1);
    store.at('v', 'undefined').set(undefined);
    store.at('v', 'map', 'k').set(2);
    for (const patch of sent) applyJSONPatch(other, JSON.parse(patch));
    expect(other.get()).toEqual({ v: { ...plain, map: { k: 2 } } });
  });

  test('a key called __proto__ stays a key', () => {
    const store = createStore<State>({ o: 1 });
    let text = '';
    store.onCommit((commit) => (text = JSON.stringify(commit.patches({ json: true }))));
    store.at('o').set(new Map([['__proto__', 1n]]));
    expect(text).toBe('[{"op":"replace","path":"/o","value":{"__proto__":"1"}}]');
  });

  test('without the option values are as in the state', () => {
    const store = createStore<State>({});
    let patch: unknown;
    store.onCommit((commit) => (patch = commit.patches()));
    store.at('big').set(12n);
    expect(patch).toEqual([{ op: 'add', path: '/big', value: 12n }]);
  });
});
