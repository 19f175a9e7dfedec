import type { Bytes } from './commitTypes.ts';
import { composeWith } from './compose.ts';
import { wasmUrl } from './generated/wasm-url.js';
import { diffWith, equalsWith, inspectWith } from './snapshots.ts';
import { makeStore } from './store.ts';
import type { StoreOptions } from './storeOptions.ts';
import type { Comparable, ReconcileOptions, SnapshotInfo } from './transferTypes.ts';
import type { Store } from './types.ts';
import { isTagged } from './values.ts';
import type { Initial } from './valueTypes.ts';

export * from './public.ts';

let compiled: WebAssembly.Module | undefined;

/**
 * Loads and compiles the engine; needed once, before the first store. Without
 * a `source`, `gaesup.wasm` is taken from beside this file.
 *
 * @param source an address, the bytes, or a compiled module
 */
export async function ready(
  source: string | URL | BufferSource | WebAssembly.Module = wasmUrl(),
): Promise<void> {
  if (compiled !== undefined) return;
  if (typeof source === 'string' || source instanceof URL)
    compiled = await compileFrom(new URL(source, wasmUrl()));
  else if (isModule(source)) compiled = source;
  else compiled = await WebAssembly.compile(source);
}

/**
 * Makes a store that holds a copy of `initial`, as `createStore` of
 * `gaesup-state` does.
 *
 * @throws Error when {@link ready} was not awaited
 */
export function createStore<S>(initial: Initial<S>, options: StoreOptions = {}): Store<S> {
  return makeStore(loaded(), { value: initial }, options);
}

/** As in `gaesup-state`. @throws Error when {@link ready} was not awaited */
export function openStore<S>(snapshot: Uint8Array, options: StoreOptions = {}): Store<S> {
  return makeStore(loaded(), { snapshot }, options);
}

/** As in `gaesup-state`. @throws Error when {@link ready} was not awaited */
export function inspect(snapshot: Uint8Array): SnapshotInfo {
  return inspectWith(loaded, snapshot);
}

/** As in `gaesup-state`. @throws Error when {@link ready} was not awaited */
export function diff(a: Comparable, b: Comparable, options?: ReconcileOptions): Bytes {
  return diffWith(loaded, a, b, options);
}

/** As in `gaesup-state`. @throws Error when {@link ready} was not awaited */
export function equals(a: Comparable, b: Comparable): boolean {
  return equalsWith(loaded, a, b);
}

/**
 * One delta that does what several do one after the other, as `compose` of
 * `gaesup-state` makes it.
 *
 * @throws GaesupError; Error when {@link ready} was not awaited
 */
export function compose(...deltas: Uint8Array[]): Bytes {
  return composeWith(loaded, deltas);
}

function loaded(): WebAssembly.Module {
  if (compiled === undefined) throw new Error('The engine is not loaded: call `await ready()` first.');
  return compiled;
}

function isModule(source: object): source is WebAssembly.Module {
  // A module of another realm is no instance of this one's class.
  return isTagged(source, 'WebAssembly.Module');
}

async function compileFrom(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol === 'file:') {
    // A builtin fetched this way is invisible to bundlers, which would warn of an import.
    return WebAssembly.compile(new Uint8Array(process.getBuiltinModule('node:fs').readFileSync(url)));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be loaded: ${response.status}.`);
  return WebAssembly.compile(await response.arrayBuffer());
}
