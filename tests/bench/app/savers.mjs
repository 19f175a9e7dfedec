/** @import { Row } from './rows.mjs' */

/**
 * @typedef {{ rows: Row[] }} State
 *
 * @typedef {object} Opened
 * @property {(at: number) => Row} row
 * @property {() => State} all as plain objects
 * @property {() => void} close
 */

/**
 * A state that can be saved, and what was saved opened again. The rows that it is made of are its
 * own to keep and change.
 *
 * @template [S=unknown]
 * @typedef {object} Saver
 * @property {(at: number, score: number) => void} edit makes what is saved next another state than before
 * @property {() => S} save
 * @property {(saved: S) => number | undefined} size in bytes, where it has one
 * @property {(saved: S) => Opened} open
 */

/** @typedef {(rows: Row[]) => Saver} OpenSaver */

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<OpenSaver>>}
 */
const savers = {
  'snapshot, none': async () => (await import('./savers/ours.mjs')).none,
  'snapshot, lz4': async () => (await import('./savers/ours.mjs')).lz4,
  'snapshot, auto': async () => (await import('./savers/ours.mjs')).auto,
  'JSON, text': async () => (await import('./savers/plain.mjs')).text,
  'JSON, bytes': async () => (await import('./savers/plain.mjs')).bytes,
  structuredClone: async () => (await import('./savers/plain.mjs')).clone,
  'v8.serialize': async () => (await import('./savers/v8.mjs')).open,
  'msgpackr, plain': async () => (await import('./savers/msgpackr.mjs')).plain,
  'msgpackr, records': async () => (await import('./savers/msgpackr.mjs')).records,
  'msgpackr, shared structures': async () => (await import('./savers/msgpackr.mjs')).shared,
  'msgpackr, bundled strings': async () => (await import('./savers/msgpackr.mjs')).bundled,
  'cbor-x, plain': async () => (await import('./savers/cbor-x.mjs')).plain,
  'cbor-x, records': async () => (await import('./savers/cbor-x.mjs')).records,
  'cbor-x, shared structures': async () => (await import('./savers/cbor-x.mjs')).shared,
};

/** @param {string} name @returns {Promise<OpenSaver>} */
export async function loadSaver(name) {
  const load = savers[name];
  if (load === undefined) throw new Error(`Nobody saves as '${name}'.`);
  return load();
}

/**
 * A saver of plain objects.
 *
 * @template S
 * @param {object} format
 * @param {(state: State) => S} format.save
 * @param {(saved: S) => number | undefined} format.size
 * @param {(saved: S) => unknown} format.open
 * @returns {OpenSaver}
 */
export const saverOf =
  ({ save, size, open }) =>
  (rows) => {
    const state = { rows };
    /** @type {Saver<S>} */
    const saver = {
      edit: (at, score) => {
        rows[at].score = score;
      },
      save: () => save(state),
      size,
      open: (saved) => {
        const opened = /** @type {State} */ (open(saved));
        return { row: (at) => opened.rows[at], all: () => opened, close: () => {} };
      },
    };
    return /** @type {Saver} */ (saver);
  };
