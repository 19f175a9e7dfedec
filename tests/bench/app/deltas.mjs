import { rowsAsJson } from './rows.mjs';

/** @import { Row } from './rows.mjs' */

/**
 * A state and a replica of it that follows by deltas. The rows that each is
 * made of are its own to keep and change.
 *
 * @typedef {Uint8Array | string} Delta
 *
 * @typedef {object} Pair
 * @property {(ids: readonly string[]) => (first: number) => Delta} encoder
 *   gives what makes `first + at` the score of each row `ids[at]`, in one transaction, and gives the delta of that;
 *   what can be looked up once is looked up here
 * @property {(delta: Delta) => void} apply to the replica
 * @property {(id: string) => Row} sent the row as the state has it
 * @property {(id: string) => Row} arrived the row as the replica has it
 *
 * @typedef {(rows: Row[], replica: Row[]) => Pair} OpenPair
 */

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<OpenPair>>}
 */
const pairs = {
  'by key': async () => (await import('./deltas/ours.mjs')).byKey,
  'kept cursor': async () => (await import('./deltas/ours.mjs')).kept,
  'immer patches, Map': async () => (await import('./deltas/immer.mjs')).map,
  'immer patches, list': async () => (await import('./deltas/immer.mjs')).list,
  'mutative patches, Map': async () => (await import('./deltas/mutative.mjs')).map,
  'mutative patches, list': async () => (await import('./deltas/mutative.mjs')).list,
  'fast-json-patch': async () => (await import('./deltas/fast-json-patch.mjs')).open,
  yjs: async () => (await import('./deltas/yjs.mjs')).open,
  floor: async () => (await import('./deltas/floor.mjs')).open,
};

/**
 * @param {string} name
 * @param {number} size
 * @returns {Promise<{ pair: Pair, rows: Row[], ids: string[] }>} the rows as they were, and the very ids of those
 *   that the state got
 */
export async function openPair(name, size) {
  const load = pairs[name];
  if (load === undefined) throw new Error(`There are no deltas of '${name}'.`);
  const open = await load();
  const text = rowsAsJson(size);
  /** @type {Row[]} */
  const given = JSON.parse(text);
  const ids = given.map((row) => row.id);
  return { pair: open(given, JSON.parse(text)), rows: JSON.parse(text), ids };
}
