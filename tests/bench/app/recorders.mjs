/** @import { Delta } from './deltas.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * A state that tells each change that is made to it as a delta, and a replica
 * that follows. Each makes its own copy of what it is given.
 *
 * @typedef {{ rows: Record<string, Row>, order: string[] }} State
 *
 * @typedef {object} Recorder
 * @property {(ids: readonly string[], first: number) => Delta} score makes `first + at` the score of each row `ids[at]`
 * @property {(rows: readonly Row[]) => Delta} add rows that come last
 * @property {(from: number, to: number) => Delta} move one of the order to where index `to` is then
 * @property {(id: string, letter: string) => Delta} type a letter at the end of a row's title
 * @property {(delta: Delta) => void} apply to the replica
 * @property {() => State} replica as plain objects; keys may have another order
 *
 * @typedef {(state: State) => Recorder} OpenRecorder
 */

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<OpenRecorder>>}
 */
const recorders = {
  delta: async () => (await import('./recorders/ours.mjs')).open,
  'JSON Patch, fast-json-patch': async () => (await import('./recorders/jsonPatch.mjs')).found,
  'JSON Patch, invertible': async () => (await import('./recorders/jsonPatch.mjs')).invertible,
  'JSON Patch, by hand': async () => (await import('./recorders/jsonPatch.mjs')).byHand,
  'immer patches': async () => (await import('./recorders/immer.mjs')).oneWay,
  'immer patches, both ways': async () => (await import('./recorders/immer.mjs')).bothWays,
  yjs: async () => (await import('./recorders/yjs.mjs')).open,
};

/** @param {string} name @returns {Promise<OpenRecorder>} */
export async function loadRecorder(name) {
  const load = recorders[name];
  if (load === undefined) throw new Error(`Nobody records '${name}'.`);
  return load();
}
