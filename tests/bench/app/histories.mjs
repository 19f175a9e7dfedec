import { rowsAsJson } from './rows.mjs';

/** @import { Row } from './rows.mjs' */

/**
 * Rows that can be edited, with all edits undone and redone one by one. The
 * rows that it is made of are its own to keep and change.
 *
 * @typedef {object} History
 * @property {(ids: readonly string[]) => (at: number, score: number) => void} editor
 *   gives what makes `score` the score of row `ids[at]`, as a step of its own; what can be looked up once is
 *   looked up here
 * @property {() => void} undo the latest step
 * @property {() => void} redo the latest step that was undone
 * @property {() => void} clear forgets all steps
 * @property {(id: string) => Row} row as a plain object
 * @property {() => { history: number, memory: number }} [engineBytes] of memory that is not the heap's: what the
 *   history has of it, and all of it
 *
 * @typedef {(rows: Row[]) => History} OpenHistory
 */

/**
 * How many steps are done at most; peers that drop old steps are told to keep these.
 */
export const STEPS = 1000;

/**
 * Each is loaded only where it is measured.
 *
 * @type {Record<string, () => Promise<OpenHistory>>}
 */
const histories = {
  'by key': async () => (await import('./histories/ours.mjs')).byKey,
  'kept cursor': async () => (await import('./histories/ours.mjs')).kept,
  'by index': async () => (await import('./histories/ours.mjs')).list,
  'zundo, Map': async () => (await import('./histories/zundo.mjs')).map,
  'zundo, list': async () => (await import('./histories/zundo.mjs')).list,
  'zundo, diff': async () => (await import('./histories/zundo.mjs')).withDiff,
  'immer patches, object': async () => (await import('./histories/immer.mjs')).object,
  'immer patches, Map': async () => (await import('./histories/immer.mjs')).map,
  'immer patches, list': async () => (await import('./histories/immer.mjs')).list,
  'mutative patches, object': async () => (await import('./histories/mutative.mjs')).object,
  'mutative patches, Map': async () => (await import('./histories/mutative.mjs')).map,
  'mutative patches, list': async () => (await import('./histories/mutative.mjs')).list,
  'travels, object': async () => (await import('./histories/travels.mjs')).object,
  'travels, mutable': async () => (await import('./histories/travels.mjs')).mutable,
  'travels, list': async () => (await import('./histories/travels.mjs')).list,
  yjs: async () => (await import('./histories/yjs.mjs')).open,
  TinyBase: async () => (await import('./histories/tinybase.mjs')).open,
  floor: async () => (await import('./histories/floor.mjs')).open,
};

/** @param {string} name @returns {Promise<OpenHistory>} */
export async function loadHistory(name) {
  const load = histories[name];
  if (load === undefined) throw new Error(`There is no history of '${name}'.`);
  return load();
}

/**
 * @param {OpenHistory} open
 * @param {number} size
 * @returns {{ history: History, rows: Row[], ids: string[] }} the rows as they were, and the very ids of those
 *   that the history got
 */
export function openHistory(open, size) {
  const text = rowsAsJson(size);
  /** @type {Row[]} */
  const given = JSON.parse(text);
  const ids = given.map((row) => row.id);
  return { history: open(given), rows: JSON.parse(text), ids };
}
