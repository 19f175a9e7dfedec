import { ours } from './ours.mjs';
import { rowsAsJson } from './rows.mjs';

/** @import { Library, Table } from './library.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * Everyone in the cases about reactivity. Each library is loaded only where
 * it is measured, so none can disturb another one.
 *
 * @type {Record<string, () => Library | Promise<Library>>}
 */
const libraries = {
  'kept cursor': () => ours({ write: 'kept', watch: 'row' }),
  'by key': () => ours({ write: 'key', watch: 'row' }),
  'kept cursor, a field watched': () => ours({ write: 'kept', watch: 'field' }),
  'by key, a field watched': () => ours({ write: 'key', watch: 'field' }),
  'kept cursor, selectors': () => ours({ write: 'kept', watch: 'selector' }),
  'by key, selectors': () => ours({ write: 'key', watch: 'selector' }),
  draft: () => ours({ write: 'draft', watch: 'row' }),
  zustand: () => import('./peers/zustand.mjs'),
  'zustand, Map': async () => {
    const { counter, mapTable } = await import('./peers/zustand.mjs');
    return { counter, table: mapTable };
  },
  'zustand + immer': () => import('./peers/zustand-immer.mjs'),
  mutative: () => import('./peers/mutative.mjs'),
  'Redux Toolkit': () => import('./peers/redux-toolkit.mjs'),
  valtio: () => import('./peers/valtio.mjs'),
  'valtio, in a microtask': async () => {
    const { counter, microtaskTable } = await import('./peers/valtio.mjs');
    return { counter, table: microtaskTable };
  },
  MobX: () => import('./peers/mobx.mjs'),
  'Preact signals': () => import('./peers/preact-signals.mjs'),
  'Preact signals, kept': async () => {
    const { counter, keptTable } = await import('./peers/preact-signals.mjs');
    return { counter, table: keptTable };
  },
  'alien-signals': () => import('./peers/alien-signals.mjs'),
  'alien-signals, kept': async () => {
    const { counter, keptTable } = await import('./peers/alien-signals.mjs');
    return { counter, table: keptTable };
  },
  Jotai: () => import('./peers/jotai.mjs'),
  'Nano Stores': () => import('./peers/nanostores.mjs'),
  'Legend-State': () => import('./peers/legend-state.mjs'),
  TinyBase: () => import('./peers/tinybase.mjs'),
  floor: () => import('./peers/floor.mjs'),
};

/** @param {string} name @returns {Promise<Library>} */
export async function loadLibrary(name) {
  const load = libraries[name];
  if (load === undefined) throw new Error(`There is no '${name}'.`);
  return load();
}

/**
 * @param {string} name
 * @param {number} size
 * @returns {Promise<{ table: Table, rows: Row[], ids: string[] }>} the rows as they were when the table got
 *   them, and the very ids that it got
 */
export async function openTable(name, size) {
  const library = await loadLibrary(name);
  const text = rowsAsJson(size);
  /** @type {Row[]} */
  const given = JSON.parse(text);
  const ids = given.map((row) => row.id);
  return { table: library.table(given), rows: JSON.parse(text), ids };
}
