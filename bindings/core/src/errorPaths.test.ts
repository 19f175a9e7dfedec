/** Errors name the path from the root, and are the same in and out of a batch. */
import { expect, test, vi } from 'vitest';
import { writeDelta } from '../../../tests/support/deltaWriter.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { createStore, invert, type Store } from './index.ts';

interface State {
  a: { b: Record<string, unknown>; list: readonly number[]; n: number };
}

/** A cursor whose number may be gone. */
interface Counted {
  at(key: string): { increment(): void };
}

const open = (): Store<State> =>
  createStore<State>({ a: { b: { c: 1 }, list: [1], n: 1 } }, { limits: { bytes: 1 << 20 } });
const LONG = 'x'.repeat((1 << 20) + 1);

/** What a write is refused with, which has to be the same in a batch. */
function refusedTwice(write: (store: Store<State>) => unknown): { code: string; path: readonly unknown[] } {
  const [out, inside] = [open(), open()];
  const refused = [
    refusal(() => write(out)),
    refusal(() => inside.batch(() => write(inside))),
    refusal(() =>
      inside.batch(() => {
        inside.at('a', 'n').increment();
        write(inside);
      }),
    ),
  ].map(({ code, path }) => ({ code, path }));
  expect(refused[1]).toEqual(refused[0]);
  expect(refused[2]).toEqual(refused[0]);
  for (const store of [out, inside]) expect(store.get()).toEqual(open().get());
  return refused[0] as { code: string; path: readonly unknown[] };
}

const missing = (store: Store<State>) => store.at('a', 'x' as 'b');
const scalar = (store: Store<State>) => store.at('a', 'n') as unknown as Store<State>;

test.each<[string, (store: Store<State>) => unknown, string, readonly unknown[]]>([
  [
    'a Map with other keys',
    (s) => s.at('a', 'b').merge(new Map([[5, 1]]) as never),
    'UNSUPPORTED_VALUE',
    ['a', 'b'],
  ],
  ['a key too long to merge', (s) => s.at('a', 'b').merge({ [LONG]: 1 }), 'LIMIT_EXCEEDED', ['a', 'b']],
  ['a key too long to set', (s) => s.at('a', 'b', LONG).set({}), 'LIMIT_EXCEEDED', ['a', 'b', LONG]],
  [
    'a Map with other keys in a value',
    (s) => s.at('a', 'b').merge({ c: new Map([[5, 1]]) }),
    'UNSUPPORTED_VALUE',
    ['a', 'b', 'c'],
  ],
  ['merging nothing into nothing', (s) => missing(s).merge({}), 'PATH_NOT_FOUND', ['a', 'x']],
  [
    'merging an empty Map into nothing',
    (s) => missing(s).merge(new Map() as never),
    'PATH_NOT_FOUND',
    ['a', 'x'],
  ],
  ['merging nothing into a number', (s) => scalar(s).merge({}), 'TYPE_MISMATCH', ['a', 'n']],
  [
    'merging nothing into an array',
    (s) => s.at('a', 'list').merge({} as never),
    'TYPE_MISMATCH',
    ['a', 'list'],
  ],
  [
    'pushing nothing into nothing',
    (s) => (missing(s) as never as { push(): void }).push(),
    'PATH_NOT_FOUND',
    ['a', 'x'],
  ],
  [
    'pushing nothing into an object',
    (s) => (s.at('a', 'b') as never as { push(): void }).push(),
    'TYPE_MISMATCH',
    ['a', 'b'],
  ],
  ['inserting nothing behind the end', (s) => s.at('a', 'list').insert(5), 'PATH_NOT_FOUND', ['a', 'list']],
  [
    'removing nothing from nothing',
    (s) => (missing(s) as never as { remove(i: number, n: number): void }).remove(0, 0),
    'PATH_NOT_FOUND',
    ['a', 'x'],
  ],
  [
    'adding nothing to nothing',
    (s) => (missing(s) as never as { increment(n: number): void }).increment(0),
    'PATH_NOT_FOUND',
    ['a', 'x'],
  ],
])('%s', (_, write, code, path) => {
  expect(refusedTwice(write)).toEqual({ code, path });
});

test('merging nothing into what is there changes nothing', () => {
  const store = open();
  store.at('a', 'b').merge({});
  store.batch(() => store.at('a', 'b').merge({}));
  expect([store.get(), store.version]).toEqual([open().get(), 0]);
  // What the batch itself has put there is there.
  store.batch(() => {
    store.at('a', 'b', 'new').set({});
    store.at('a', 'b', 'new').merge({});
  });
  expect(store.version).toBe(1);
});

test('an onConflict that disposes the store is no uncaught error', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const store = createStore<{ a: { n: number } | number }>({ a: { n: 0 } });
  const calls: string[] = [];
  for (const name of ['first', 'second']) {
    store.optimistic(() => (store.at('a') as never as Counted).at('n').increment(), {
      onConflict: () => {
        calls.push(name);
        store.dispose();
      },
    });
  }
  store.apply(writeDelta({ ops: [{ kind: 'replace', path: [], key: 'a', old: { n: 0 }, next: 5 }] }), {
    origin: 'server',
  });
  expect([calls, reported.mock.calls]).toEqual([['first'], []]);
  vi.unstubAllGlobals();
});

test('versions are counted exactly: what begins too high is refused', () => {
  for (const version of [2 ** 52 + 1, Number.MAX_SAFE_INTEGER, 2 ** 53, Number.POSITIVE_INFINITY]) {
    expect(() => createStore({ n: 0 }, { version })).toThrow(TypeError);
  }
  const store = createStore({ n: 0 }, { version: 2 ** 52, log: true });
  store.at('n').set(1);
  expect(store.version).toBe(2 ** 52 + 1);
});

test('a log does not reach back more versions than the engine counts', () => {
  const store = createStore({ n: 0 }, { version: 2 ** 32, log: true });
  expect(refusal(() => store.deltaSince(0)).code).toBe('VERSION_GONE');
});

test('the last version there can be has no inverse', () => {
  const { MAX_SAFE_INTEGER } = Number;
  const delta = writeDelta({ versions: [MAX_SAFE_INTEGER - 1, MAX_SAFE_INTEGER], ops: [] });
  expect(refusal(() => invert(delta)).code).toBe('CORRUPT_DATA');
});
