import { createStore } from 'gaesup-state';
import { look, parse } from '../refetchers.mjs';

/** @import { Cursor } from 'gaesup-state' */
/** @import { OpenRefetcher } from '../refetchers.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @typedef {Cursor<Row[]>} Rows */

const byKey = { key: 'id' };

/** @param {(rows: Rows, bytes: Uint8Array) => void} take @param {'seen' | 'all'} read @returns {OpenRefetcher} */
const refetcherOf = (take, read) => (initial, seen) => {
  const store = createStore({ rows: initial });
  const rows = store.at('rows');
  const cursors = seen.map((at) => rows.at(at));
  return {
    refetch: (bytes) => {
      take(rows, bytes);
      if (read === 'all') for (const row of rows.get()) look(/** @type {Row} */ (row));
      else for (const cursor of cursors) look(/** @type {Row} */ (cursor.get()));
    },
    row: (at) => /** @type {Row} */ (rows.at(at).get()),
    rows: () => /** @type {readonly Row[]} */ (rows.get()),
    close: () => store.dispose(),
  };
};

/** @param {Rows} rows @param {Uint8Array} bytes */
const ingest = (rows, bytes) => {
  rows.ingest(bytes, byKey);
};

export const ingested = refetcherOf(ingest, 'seen');
export const ingestedAndRead = refetcherOf(ingest, 'all');
export const reconciled = refetcherOf((rows, bytes) => {
  rows.reconcile(parse(bytes), byKey);
}, 'seen');
