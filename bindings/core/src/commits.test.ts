/** What the documentation promises of commits and their deltas, rule by rule. */
import { afterEach, expect, test, vi } from 'vitest';
import { sealed, writeDelta } from '../../../tests/support/deltaWriter.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { type Commit, compose, createStore, invert, type Store, toJSONPatch } from './index.ts';

afterEach(() => void vi.unstubAllGlobals());

function recorded(store: Pick<Store<unknown>, 'onCommit'>): Commit[] {
  const commits: Commit[] = [];
  store.onCommit((commit) => commits.push(commit));
  return commits;
}

test('each commit is told at once and in order, with its version', () => {
  const store = createStore({ a: 0, b: 0 });
  const versions: number[] = [];
  const stop = store.onCommit(({ version }) => {
    versions.push(version);
    expect(store.version).toBe(version);
  });
  store.at('a').set(1);
  expect(versions).toEqual([1]);
  store.at('a').set(1);
  store.batch(() => {
    store.at('a').set(2);
    store.at('b').set(2);
  });
  stop();
  stop();
  store.at('a').set(3);
  expect(versions).toEqual([1, 2]);
});

test('commits that listeners make are told when all have been told of this one', () => {
  const store = createStore({ a: 0, b: 0 });
  const told: string[] = [];
  store.onCommit(({ version }) => {
    told.push(`first ${version}`);
    if (version === 1) store.at('b').set(1);
  });
  store.onCommit(({ version }) => told.push(`second ${version}`));
  store.at('a').set(1);
  expect(told).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
});

test('what a listener throws is reported, and the others are told', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const store = createStore({ a: 0 });
  store.onCommit(() => {
    throw new Error('no');
  });
  const commits = recorded(store);
  store.at('a').set(1);
  expect([commits.length, reported.mock.calls.length]).toEqual([1, 1]);
});

test('a delta brings a replica along, and says whose it was', () => {
  const [store, replica] = [createStore({ rows: [{ n: 1 }] }), createStore({ rows: [{ n: 1 }] })];
  const origins: (string | undefined)[] = [];
  store.onCommit(({ delta }) => replica.apply(delta, { origin: 'store' }));
  replica.onCommit(({ origin }) => origins.push(origin));
  store.at('rows', 0, 'n').increment(4);
  store.at('rows').insert(0, { n: 9 });
  expect(replica.get()).toEqual({ rows: [{ n: 9 }, { n: 5 }] });
  expect([replica.version, origins]).toEqual([2, ['store', 'store']]);
});

test('a delta is bytes of its own, the same each time it is read', () => {
  const store = createStore({ a: 0 });
  const commits = recorded(store);
  store.at('a').set(1);
  const { delta } = commits[0];
  expect(commits[0].delta).toBe(delta);
  for (let value = 2; value < 100; value++) store.at('a').set(value);
  expect(commits[0].patches()).toEqual([{ op: 'replace', path: '/a', value: 1 }]);
});

test('deltaSince is the net effect of all commits since', () => {
  const initial = { n: 0, text: '' };
  const store = createStore(initial, { log: true });
  for (let value = 1; value <= 100; value++) store.at('n').set(value);
  const replica = createStore(initial);
  const delta = store.deltaSince(0);
  replica.apply(delta);
  expect([replica.get(), replica.version]).toEqual([{ n: 100, text: '' }, 100]);
  expect(delta.length).toBeLessThan(40);
  replica.apply(store.deltaSince(100));
  expect(replica.version).toBe(100);
});

test('a log that was not asked for begins with the first question', () => {
  const store = createStore({ a: 0 });
  store.at('a').set(1);
  expect(refusal(() => store.deltaSince(0)).code).toBe('VERSION_GONE');
  store.at('a').set(2);
  expect(toJSONPatch(store.deltaSince(1))).toEqual([{ op: 'replace', path: '/a', value: 2 }]);
});

test('the log forgets the oldest commits first', () => {
  const store = createStore({ a: '' }, { log: { bytes: 2_000 } });
  for (let value = 0; value < 100; value++) store.at('a').set(`${value}`.repeat(20));
  expect(refusal(() => store.deltaSince(0)).code).toBe('VERSION_GONE');
  expect(store.deltaSince(99)).toBeInstanceOf(Uint8Array);
});

test('deltaSince takes versions that there have been', () => {
  const store = createStore({ a: 0 }, { log: true });
  for (const version of [-1, 1, 0.5, Number.NaN]) expect(() => store.deltaSince(version)).toThrow(TypeError);
});

test('a delta is refused that leads on from another version', () => {
  const store = createStore({ a: 0 });
  const commits = recorded(store);
  store.at('a').set(1);
  store.at('a').set(2);
  const replica = createStore({ a: 0 });
  const { delta } = commits[1];
  expect(refusal(() => replica.apply(delta)).code).toBe('VERSION_BEHIND');
  expect(refusal(() => store.apply(delta)).code).toBe('VERSION_AHEAD');
  expect([replica.get(), replica.version]).toEqual([{ a: 0 }, 0]);
});

test('a delta is refused as a whole when a part does not fit, and names the place', () => {
  const store = createStore({ a: 0, b: { c: 1 }, list: [1] } as Record<string, unknown>);
  const first = { kind: 'replace', path: [], key: 'a', old: 0, next: 1 } as const;
  const seconds = [
    { op: { kind: 'replace', path: ['b'], key: 'c', old: 2, next: 3 }, code: 'CONFLICT', path: ['b', 'c'] },
    {
      op: { kind: 'replace', path: ['b'], key: 'd', old: 2, next: 3 },
      code: 'PATH_NOT_FOUND',
      path: ['b', 'd'],
    },
    {
      op: { kind: 'replace', path: ['x'], key: 'c', old: 2, next: 3 },
      code: 'PATH_NOT_FOUND',
      path: ['x', 'c'],
    },
    { op: { kind: 'add', path: ['b'], key: 'c', next: 3 }, code: 'CONFLICT', path: ['b', 'c'] },
    { op: { kind: 'remove', path: ['b'], key: 'c', old: 7 }, code: 'CONFLICT', path: ['b', 'c'] },
    {
      op: { kind: 'splice', path: ['b'], index: 0, removed: [], inserted: [1] },
      code: 'TYPE_MISMATCH',
      path: ['b'],
    },
    {
      op: { kind: 'splice', path: ['list'], index: 0, removed: [2], inserted: [] },
      code: 'CONFLICT',
      path: ['list'],
    },
    { op: { kind: 'increment', path: [], key: 'b', old: 0, next: 1, by: 1 }, code: 'CONFLICT', path: ['b'] },
  ] as const;
  const before = store.get();
  for (const { op, code, path } of seconds) {
    const error = refusal(() => store.apply(writeDelta({ ops: [first, op] })));
    expect({ op, code: error.code, path: error.path }).toEqual({ op, code, path });
  }
  expect([store.get() === before, store.version]).toEqual([true, 0]);
});

test('damaged deltas are refused, with the offset', () => {
  const store = createStore({ a: 0 });
  const commits = recorded(store);
  store.at('a').set(1);
  const { delta } = commits[0];
  const replica = createStore({ a: 0 });
  for (let length = 0; length < delta.length; length++) {
    const error = refusal(() => replica.apply(delta.slice(0, length)));
    expect([error.code, /\d/.test(error.message)]).toEqual(['CORRUPT_DATA', true]);
  }
  for (let bit = 0; bit < delta.length * 8; bit++) {
    const flipped = delta.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    expect(['CORRUPT_DATA', 'UNSUPPORTED_VERSION']).toContain(refusal(() => replica.apply(flipped)).code);
  }
  const future = delta.slice(0, -4);
  future[2] = 2;
  expect(refusal(() => replica.apply(sealed(future))).code).toBe('UNSUPPORTED_VERSION');
  expect([replica.get(), replica.version]).toEqual([{ a: 0 }, 0]);
});

test('apply is refused within a batch, and takes only bytes', () => {
  const store = createStore({ a: 0 });
  const delta = writeDelta({ ops: [{ kind: 'replace', path: [], key: 'a', old: 0, next: 1 }] });
  expect(refusal(() => store.batch(() => store.apply(delta))).code).toBe('INVALID_CALL');
  expect(() => store.apply([1, 2] as never)).toThrow(TypeError);
  expect(store.version).toBe(0);
});

test('an inverted delta takes back what the delta does, as the next version', () => {
  const store = createStore({ a: 0, list: [1, 2, 3] });
  const commits = recorded(store);
  store.batch(() => {
    store.at('a').set(1);
    store.at('list').move(0, 2);
  });
  const back = invert(commits[0].delta);
  store.apply(back);
  expect([store.get(), store.version]).toEqual([{ a: 0, list: [1, 2, 3] }, 2]);
  store.apply(invert(back));
  expect([store.get(), store.version]).toEqual([{ a: 1, list: [2, 3, 1] }, 3]);
});

test('composed deltas are their net effect, and refused when they do not follow each other', () => {
  const store = createStore({ a: 0, b: 0 });
  const commits = recorded(store);
  store.at('a').set(1);
  store.at('b').set(1);
  store.at('a').set(0);
  const [first, second, third] = commits.map(({ delta }) => delta);
  const replica = createStore({ a: 0, b: 0 });
  replica.apply(compose(first, second, third));
  expect([replica.get(), replica.version]).toEqual([{ a: 0, b: 1 }, 3]);
  expect(refusal(() => compose(first, third)).code).toBe('VERSION_BEHIND');
  expect(refusal(() => compose(first, second, second)).code).toBe('VERSION_AHEAD');
  expect(() => compose()).toThrow(TypeError);
});

test('a delta that changes something leads to another version', () => {
  const store = createStore({ n: 1 });
  const ops = [{ path: [], kind: 'replace', key: 'n', old: 1, next: 2 }] as const;
  const refused = refusal(() => store.apply(writeDelta({ versions: [0, 0], ops })));
  expect([refused.code, store.get(), store.version]).toEqual(['CORRUPT_DATA', { n: 1 }, 0]);
  store.apply(writeDelta({ versions: [0, 0], ops: [] }));
  expect(store.version).toBe(0);
});

test('commits are counted from the version that a store starts with', () => {
  const store = createStore({ n: 1 }, { version: 7 });
  expect([store.version, store.stats().commits]).toEqual([7, 0]);
  store.at('n').set(2);
  expect([store.version, store.stats().commits]).toEqual([8, 1]);
});
