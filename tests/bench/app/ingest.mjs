import { createStore } from 'gaesup-state';
import { createStore as createZustand } from 'zustand/vanilla';
import { timeRuns } from './clock.mjs';
import { expect, isEqual } from './expect.mjs';
import { parse } from './refetchers.mjs';
import { makeRows } from './rows.mjs';

/** @import { Store } from 'gaesup-state' */
/** @import { Pace } from './clock.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * The job: the first answer, as bytes of JSON, into a store.
 *
 * @typedef {{ rows: readonly Row[] }} State
 * @typedef {{ read: () => unknown, dispose: () => void }} Loaded `read` gives the state as plain objects
 */

/** @returns {Store<{ rows: Row[] }>} */
const emptyStore = () => createStore({ rows: /** @type {Row[]} */ ([]) });

/** @param {Store<{ rows: Row[] }>} store @returns {Loaded} */
const stored = (store) => ({ read: () => store.get(), dispose: () => store.dispose() });

/** @type {Record<string, (bytes: Uint8Array) => Loaded>} */
const contenders = {
  ingest: (bytes) => {
    const store = emptyStore();
    store.at('rows').ingest(bytes, { key: 'id' });
    return stored(store);
  },
  'JSON.parse, createStore': (bytes) => stored(createStore({ rows: parse(bytes) })),
  'JSON.parse, zustand': (bytes) => {
    const store = createZustand(() => /** @type {State} */ ({ rows: [] }));
    store.setState({ rows: parse(bytes) });
    return { read: () => store.getState(), dispose: () => {} };
  },
};

/**
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds
 */
export function measureIngest(name, size, pace) {
  const load = contenders[name];
  if (load === undefined) throw new Error(`Nobody takes in what arrives as '${name}'.`);
  const rows = makeRows(size);
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  const check = (/** @type {Loaded} */ loaded) => {
    expect(isEqual(loaded.read(), { rows }), 'what was taken in');
    loaded.dispose();
  };
  check(load(bytes));
  const samples = timeRuns(pace, {
    prepare: () => {},
    run: () => load(bytes),
    finish: (loaded) => loaded.dispose(),
  });
  check(load(bytes));
  return samples;
}
