import { afterEach, expect, test, vi } from 'vitest';
import { createStore, equals, fromBase64, toBase64 } from './index.ts';

afterEach(() => vi.unstubAllGlobals());

const html = '<!doctype html><title>Sign in</title>';

test.each([
  [
    'HTML with status 200',
    new Response(html, { headers: { 'content-type': 'text/html' } }),
    [/text\/html/, /status 200/, /<!doctype/],
  ],
  [
    'nothing with status 204',
    new Response(null, { status: 204 }),
    [/nothing arrived/, /status 204/, /no content type/],
  ],
  ['text in a blob', new Blob(['oops'], { type: 'text/plain' }), [/text\/plain/, /oops/]],
])('ingest() of %s says what arrived', async (_, source, patterns) => {
  const store = createStore({ a: 1 });
  const error = (await Promise.resolve(store.ingest(source)).catch((thrown) => thrown)) as Error;
  expect(error).toMatchObject({ code: 'CORRUPT_DATA' });
  for (const pattern of patterns) expect(error.message).toMatch(pattern);
  expect(store.get()).toEqual({ a: 1 });
});

test('a value that is too deep names the option', () => {
  expect(() => createStore({ a: { b: {} } }, { limits: { depth: 2 } })).toThrow('limits.depth');
});

test('functions refuse what they do not take, by name', () => {
  const store = createStore({ a: 1 });
  const wrong: [() => unknown, RegExp][] = [
    [() => fromBase64(null as never), /fromBase64\(\) takes a string/],
    [() => fromBase64(5 as never), /fromBase64\(\) takes a string/],
    [() => toBase64('text' as never), /toBase64\(\) takes a Uint8Array/],
    [() => toBase64(null as never), /toBase64\(\) takes a Uint8Array/],
    [() => equals(null as never, null as never), /A state is a store/],
    [() => equals(5 as never, 5 as never), /A state is a store/],
    [() => store.subscribe(() => {}, { equals: 5 as never }), /equals is a function/],
    [() => store.subscribe(() => {}, { signal: 5 as never }), /signal is an AbortSignal/],
    [() => store.select((state) => state.a, { equals: 5 as never }), /equals is a function/],
    [() => createStore(1, { name: 5 as never }), /name must be a string/],
  ];
  for (const [work, message] of wrong) {
    expect(work).toThrow(TypeError);
    expect(work).toThrow(message);
  }
});

test('a limit too small for an empty store is an error with a code', () => {
  expect(() => createStore(1, { limits: { bytes: 1 } })).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
});

test('a store that cannot get memory says what to do', () => {
  vi.stubGlobal('WebAssembly', {
    ...WebAssembly,
    Module: WebAssembly.Module,
    Instance: class {
      constructor() {
        throw new RangeError('WebAssembly.Instance(): Out of memory');
      }
    },
  });
  expect(() => createStore(1)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
  expect(() => createStore(1)).toThrow(/Dispose of stores/);
});

test('a disposed store leaves no listener at a signal, and neither does one that ended', () => {
  let listening = 0;
  const { signal } = new AbortController();
  const count = (by: number, original: (...args: never[]) => void) =>
    function counted(...args: never[]): void {
      listening += by;
      original.apply(signal, args);
    };
  signal.addEventListener = count(1, signal.addEventListener) as never;
  signal.removeEventListener = count(-1, signal.removeEventListener) as never;
  const store = createStore({ a: 1, b: 2 });
  store.at('a').subscribe(() => {}, { signal });
  store.at('a').subscribe(() => {}, { signal });
  store.select((state) => state.b).subscribe(() => {}, { signal });
  const end = store.at('b').subscribe(() => {}, { signal });
  expect(listening).toBe(4);
  end();
  expect(listening).toBe(3);
  store.dispose();
  expect(listening).toBe(0);
});

test('a listener that fails keeps no other from its turn, even where failures cannot be reported', () => {
  vi.useFakeTimers();
  const store = createStore({ a: 1 });
  const seen: number[] = [];
  store.at('a').subscribe(() => seen.push(1), { schedule: 'frame' });
  vi.stubGlobal('requestAnimationFrame', () => {
    throw new Error('no frames');
  });
  vi.stubGlobal('reportError', () => {});
  store.at('a').set(2);
  vi.advanceTimersByTime(100);
  store.at('a').set(3);
  vi.advanceTimersByTime(100);
  vi.useRealTimers();
  expect(seen).toEqual([1, 1]);
});
