import { expect, test, vi } from 'vitest';
import { Core } from './core.ts';
import { CursorNode } from './cursor.ts';
import { GaesupError } from './errors.ts';
import { wasmText } from './generated/wasm-inline.js';
import { createStore } from './index.ts';
import { bytesOf } from './load.ts';

/** A store whose inside a test may reach into. */
function openCore(): { core: Core; root: CursorNode } {
  const core = new Core(new WebAssembly.Module(bytesOf(wasmText)), Number.POSITIVE_INFINITY, 128);
  const root = new CursorNode(core, core.holder, '');
  root.set({ n: 1 });
  return { core, root };
}

test('after a trap the store is dead, says so, and says so again', () => {
  const { core, root } = openCore();
  const trap = new WebAssembly.RuntimeError('unreachable');
  vi.spyOn((core.engine as unknown as { wasm: { number: () => number } }).wasm, 'number').mockImplementation(
    () => {
      throw trap;
    },
  );
  const code = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      return error instanceof GaesupError ? error.code : error;
    }
  };
  const number = root.at('n');
  number.get();
  expect(code(() => number.set(2))).toBe('STORE_DEAD');
  expect(code(() => number.set(2))).toBe('STORE_DEAD');
  expect(code(() => root.get())).toBe('STORE_DEAD');
  expect(code(() => root.subscribe(() => {}))).toBe('STORE_DEAD');
});

test('commands that do not decode are refused with their offset, and nothing has changed', () => {
  const { core, root } = openCore();
  const before = root.get();
  for (const words of [[99], [1, 0], [1, 3, 0, 0, 0, 0, 5, 0xfffe0009]]) {
    for (const word of words) core.engine.pair(word, 0);
    const answer = core.commit();
    expect(core.engine.error(answer).code).toMatch(/CORRUPT_DATA|PATH_NOT_FOUND/);
    expect(root.get()).toBe(before);
  }
});

test('a getter of a value being written cannot use the store', () => {
  const store = createStore<{ n: number; big: unknown }>({ n: 1, big: null });
  const before = store.get();
  for (const use of [() => store.at('n').set(2), () => store.get(), () => store.at('n').increment()]) {
    const value = {
      first: 1,
      get second() {
        return use();
      },
    };
    expect(() => store.at('big').set(value)).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
    expect(store.get()).toBe(before);
  }
  store.at('n').set(3);
  expect(store.get()).toEqual({ n: 3, big: null });
});
