import { createStore } from 'gaesup-state';
import { expect, isEqual } from './expect.mjs';
import { byId, distinct } from './rows.mjs';

/** @import { Store } from 'gaesup-state' */
/** @import { Row } from './rows.mjs' */

/**
 * What the state keeps in memory, held by the object that is returned.
 *
 * @typedef {{ rows: () => readonly unknown[], wasmBytes: () => number }} Held
 * @typedef {{ rows: Row[] } | { rows: Record<string, Row> }} State
 * @typedef {() => Promise<number>} Weigh collects garbage and tells the bytes in use, without any store's own memory
 */

/** The store collects strings that it does not need when it has been idle for a while. */
const idle_ms = 600;
const FEW = 100;

/** @param {State} state @param {(store: Store<State>) => void} read @returns {Held} */
function stored(state, read) {
  const store = createStore(state);
  read(store);
  return { rows: () => Object.values(store.get().rows), wasmBytes: () => store.stats().bytes.total };
}

/** @param {State} state @param {Store<State>} store */
function readFew({ rows }, store) {
  const keys = Array.isArray(rows) ? rows.map((_, index) => index) : Object.keys(rows);
  for (const at of distinct(FEW, keys.length)) store.at('rows', keys[at]).get();
}

/** @type {Record<string, (state: State) => Held>} */
export const holders = {
  'just created': (state) => stored(state, () => {}),
  '100 rows read': (state) => stored(state, (store) => readFew(state, store)),
  'all rows read': (state) => stored(state, (store) => store.get()),
  'plain objects': (state) => ({ rows: () => Object.values(state.rows), wasmBytes: () => 0 }),
};

/** How the rows are held: in an array, or in an object by id. @type {Record<string, (rows: Row[]) => State>} */
const forms = {
  list: (rows) => ({ rows }),
  object: (rows) => ({ rows: byId(rows) }),
};

/** @param {number} delay_ms */
const pause = (delay_ms) => new Promise((resolve) => setTimeout(resolve, delay_ms));

/**
 * @param {string} name
 * @param {'list' | 'object'} form
 * @param {() => Promise<string>} readText gives the rows as JSON
 * @param {Weigh} weigh
 * @param {'counted' | 'apart'} wasm whether `weigh` counts WebAssembly memory itself
 * @returns {Promise<number[]>} bytes per row
 */
export async function measureMemory(name, form, readText, weigh, wasm) {
  const hold = (/** @type {Row[]} */ rows) => holders[name](forms[form](rows));
  // The code, compiled and warm, is no part of the state: it comes before the first weighing.
  hold(JSON.parse(await readText()).slice(0, FEW * 2));
  await pause(idle_ms);
  const before = await weigh();
  // Nothing but what is held may survive the line below.
  const held = hold(JSON.parse(await readText()));
  await pause(idle_ms);
  const after = await weigh();
  const bytes = after - before + (wasm === 'apart' ? held.wasmBytes() : 0);
  const rows = JSON.parse(await readText());
  expect(isEqual(held.rows(), rows), 'the rows that are held');
  return [bytes / rows.length];
}
