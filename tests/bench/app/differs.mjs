/** @import { Row } from './rows.mjs' */

/**
 * The difference of two states in a form that leads from one to the other. The states that it is
 * made of are its own to keep and change.
 *
 * @template [D=unknown]
 * @typedef {object} Differ
 * @property {() => D} diff
 * @property {(difference: D) => State} applied gives what it makes of the first state, as plain objects; only once
 */

/**
 * @typedef {{ rows: Row[] }} State
 *
 * @typedef {(before: State, after: State, changed: readonly number[]) => Differ} OpenDiffer `changed` is for those
 *   whose job is to make the changes, and who tell the difference of that
 */

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<OpenDiffer>>}
 */
const differs = {
  'two snapshots': async () => (await import('./differs/ours.mjs')).ofSnapshots,
  'two stores': async () => (await import('./differs/ours.mjs')).ofStores,
  microdiff: async () => (await import('./differs/microdiff.mjs')).open,
  'fast-json-patch': async () => (await import('./differs/fast-json-patch.mjs')).open,
  jsondiffpatch: async () => (await import('./differs/jsondiffpatch.mjs')).open,
  'immer, patches while editing': async () => (await import('./differs/immer.mjs')).open,
  'floor, by hand': async () => (await import('./differs/floor.mjs')).open,
};

/** @param {string} name @returns {Promise<OpenDiffer>} */
export async function loadDiffer(name) {
  const load = differs[name];
  if (load === undefined) throw new Error(`Nobody tells differences as '${name}'.`);
  return load();
}
