import { createStore } from 'gaesup-state';
import { expect, isEqual } from './expect.mjs';
import { distinct } from './rows.mjs';

/**
 * What the state keeps in memory, held by the object that is returned.
 *
 * @typedef {{ rows: () => readonly unknown[], wasmBytes: () => number }} Held
 * @typedef {{ rows: unknown[] }} State
 * @typedef {() => Promise<number>} Weigh collects garbage and tells the bytes in use, without any store's own memory
 */

/** The store collects strings that it does not need when it has been idle for a while. */
const idle_ms = 600;
const FEW = 100;

/** @param {State} state @param {(store: import('gaesup-state').Store<State>) => void} read @returns {Held} */
function stored(state, read) {
  const store = createStore(state);
  read(store);
  return { rows: () => store.get().rows, wasmBytes: () => store.stats().bytes.total };
}

/** @type {Record<string, (state: State) => Held>} */
export const holders = {
  'just created': (state) => stored(state, () => {}),
  '100 rows read': (state) =>
    stored(state, (store) => {
      for (const row of distinct(FEW, state.rows.length)) store.at('rows', row).get();
    }),
  'all rows read': (state) => stored(state, (store) => store.get()),
  'plain objects': (state) => ({ rows: () => state.rows, wasmBytes: () => 0 }),
};

/** @param {number} delay_ms */
const pause = (delay_ms) => new Promise((resolve) => setTimeout(resolve, delay_ms));

/**
 * @param {string} name
 * @param {() => Promise<string>} readText gives the rows as JSON
 * @param {Weigh} weigh
 * @param {'counted' | 'apart'} wasm whether `weigh` counts WebAssembly memory itself
 * @returns {Promise<number[]>} bytes per row
 */
export async function measureMemory(name, readText, weigh, wasm) {
  const hold = holders[name];
  // The code, compiled and warm, is no part of the state: it comes before the first weighing.
  hold({ rows: JSON.parse(await readText()).slice(0, FEW * 2) });
  await pause(idle_ms);
  const before = await weigh();
  // Nothing but what is held may survive the line below.
  const held = hold({ rows: JSON.parse(await readText()) });
  await pause(idle_ms);
  const after = await weigh();
  const bytes = after - before + (wasm === 'apart' ? held.wasmBytes() : 0);
  const rows = JSON.parse(await readText());
  expect(isEqual(held.rows(), rows), 'the rows that are held');
  return [bytes / rows.length];
}
