import type { Bytes } from './commitTypes.ts';
import { composeWith } from './compose.ts';
import { wasmText } from './generated/wasm-inline.js';
import { bytesOf } from './load.ts';
import { diffWith, equalsWith, inspectWith } from './snapshots.ts';
import { makeStore } from './store.ts';
import type { StoreOptions } from './storeOptions.ts';
import type { Comparable, ReconcileOptions, SnapshotInfo } from './transferTypes.ts';
import type { Store } from './types.ts';
import type { Initial } from './valueTypes.ts';

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
export function createStore<S>(initial: Initial<S>, options: StoreOptions = {}): Store<S> {
  return makeStore(compileNow(), { value: initial }, options);
}

/**
 * Makes a store of a snapshot: O(its size), without building objects unless it is migrated.
 *
 * @throws GaesupError `CORRUPT_DATA` with the offset; `UNSUPPORTED_VERSION` for a later format, or
 * another version of the application's state than {@link StoreOptions.schema} knows;
 * `LIMIT_EXCEEDED`, `OUT_OF_MEMORY`; what `migrate` throws
 *
 * @example
 * localforage.setItem('state', store.snapshot());
 * // next time
 * const store = openStore<State>(await localforage.getItem('state'));
 */
export function openStore<S>(snapshot: Uint8Array, options: StoreOptions = {}): Store<S> {
  return makeStore(compileNow(), { snapshot }, options);
}

/**
 * What a snapshot says of itself, without opening it: O(its head). Nothing behind the head
 * is looked at, so that what is said may be true of bytes that are damaged.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`
 */
export function inspect(snapshot: Uint8Array): SnapshotInfo {
  return inspectWith(compileNow, snapshot);
}

/**
 * The delta that leads from one state to another; each is a store, a cursor or a snapshot. It names no
 * versions, so it can be applied wherever the first state is, and its inverse wherever the second is.
 * O(size of both), and as {@link WholeValue.reconcile}; where nothing came, went or moved it is
 * the pages that differ that are read, at the speed of memory. What both snapshots hold in the same
 * bytes is then not looked into, beyond its checksum.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`
 *
 * @example
 * const changes = toJSONPatch(diff(yesterday, today, { key: 'id' }));
 */
export function diff(a: Comparable, b: Comparable, options?: ReconcileOptions): Bytes {
  return diffWith(compileNow, a, b, options);
}

/**
 * Whether two states are the same; each is a store, a cursor or a snapshot. The order of keys
 * counts: it is part of the state. Versions do not, and neither does how a snapshot was compressed. O(size
 * of both), mostly at the speed of memory; snapshots of the same bytes are not looked into, nor
 * those of different numbers of containers, be they damaged or not. Of others all checksums are
 * compared; what is in the sections is read up to the first difference.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`
 */
export function equals(a: Comparable, b: Comparable): boolean {
  return equalsWith(compileNow, a, b);
}

/**
 * One delta that does what several do one after the other: their net effect. What ends as it
 * began is not in it, and many changes of one field are one. O(n log n) in their bytes.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`; `VERSION_BEHIND` or `VERSION_AHEAD`
 * when one leads on from a later or an earlier version than the one before leads to
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
