import type { Bytes } from './commitTypes.ts';
import { composeWith } from './compose.ts';
import { wasmText } from './generated/wasm-inline.js';
import { bytesOf } from './load.ts';
import { openStore } from './store.ts';
import type { Store, StoreOptions } from './types.ts';

export * from './public.ts';

let compiled: WebAssembly.Module | undefined;

/**
 * Compiles the engine ahead of the first store. Only needed where a page may
 * not compile a module of this size at once: then {@link createStore} says so.
 */
export async function ready(): Promise<void> {
  compiled ??= await WebAssembly.compile(bytesOf(wasmText));
}

/**
 * Makes a store that holds a copy of `initial`: anything made of plain
 * objects, arrays, `Map`s with string keys, strings, numbers, booleans,
 * `null`, `undefined`, bigints, dates and `Uint8Array`s.
 *
 * @throws GaesupError `UNSUPPORTED_VALUE` for anything else, with its path;
 * `LIMIT_EXCEEDED`, `OUT_OF_MEMORY`
 *
 * @example
 * const store = createStore({ todos: [{ title: 'milk', done: false }] });
 * store.at(s => s.todos[0].done).set(true);
 * store.get(); // { todos: [{ title: 'milk', done: true }] }
 */
export function createStore<S>(initial: S, options: StoreOptions = {}): Store<S> {
  return openStore(compileNow(), initial, options);
}

/**
 * One delta that does what several do one after the other: their net effect. What ends as it
 * began is not in it, and many changes of one field are one. O(n log n) in their bytes.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`; `CONFLICT` when one does not
 * lead on from the version that the one before leads to
 *
 * @example
 * const offline: Uint8Array[] = [];
 * store.onCommit(({ delta }) => offline.push(delta));
 * // ...
 * socket.send(compose(...offline));
 */
export function compose(...deltas: Uint8Array[]): Bytes {
  return composeWith(compileNow, deltas);
}

function compileNow(): WebAssembly.Module {
  if (compiled !== undefined) return compiled;
  try {
    compiled = new WebAssembly.Module(bytesOf(wasmText));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error('This browser compiles no module of this size at once: call `await ready()` first.', {
      cause: error,
    });
  }
  return compiled;
}
