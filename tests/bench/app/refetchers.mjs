/** @import { Row } from './rows.mjs' */

/**
 * Rows that are fetched again. What has not changed stays the very same object.
 *
 * @typedef {object} Refetcher
 * @property {(bytes: Uint8Array) => void} refetch takes in JSON of an array of rows, and reads what is on screen
 * @property {(at: number) => Row} row
 * @property {() => readonly Row[]} rows as plain objects
 * @property {() => void} close
 *
 * @typedef {(rows: Row[], seen: readonly number[]) => Refetcher} OpenRefetcher the rows are its own to keep and change;
 *   `seen` are those that are on screen
 */

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<OpenRefetcher>>}
 */
const refetchers = {
  ingest: async () => (await import('./refetchers/ours.mjs')).ingested,
  'JSON.parse, reconcile': async () => (await import('./refetchers/ours.mjs')).reconciled,
  'ingest, all rows read': async () => (await import('./refetchers/ours.mjs')).ingestedAndRead,
  'TanStack Query, replaceEqualDeep': async () => (await import('./refetchers/query.mjs')).open,
  'solid, reconcile': async () => (await import('./refetchers/solid.mjs')).open,
  'floor, by hand': async () => (await import('./refetchers/floor.mjs')).byHand,
  'JSON.parse alone': async () => (await import('./refetchers/floor.mjs')).parsed,
};

/** @param {string} name @returns {Promise<OpenRefetcher>} */
export async function loadRefetcher(name) {
  const load = refetchers[name];
  if (load === undefined) throw new Error(`Nobody refetches as '${name}'.`);
  return load();
}

const decoder = new TextDecoder();

/** What `response.json()` does with the bytes that arrived. @param {Uint8Array} bytes @returns {Row[]} */
export const parse = (bytes) => JSON.parse(decoder.decode(bytes));

/**
 * Looks at a row, so that nobody can put the work of making it off.
 *
 * @param {Row} row
 */
export function look(row) {
  if (typeof row.score !== 'number') throw new Error('A row has no score.');
}

/**
 * One that keeps plain objects.
 *
 * @param {(rows: Row[], bytes: Uint8Array) => Row[]} next
 * @returns {OpenRefetcher}
 */
export const refetcherOf = (next) => (initial, seen) => {
  let rows = initial;
  return {
    refetch: (bytes) => {
      rows = next(rows, bytes);
      for (const at of seen) look(rows[at]);
    },
    row: (at) => rows[at],
    rows: () => rows,
    close: () => {},
  };
};
