import { all } from './entrants.mjs';
import { logCases } from './logCatalogue.mjs';
import { snapshotCases } from './snapshotCatalogue.mjs';
import { tableCases } from './tableCatalogue.mjs';

/** @import { Entrant } from './entrants.mjs' */

/**
 * What is measured, and who is in it. What each contender does is in `app/`.
 *
 * @typedef {object} Aim
 * @property {string} contender
 * @property {'below' | 'share' | 'ahead' | 'flat'} kind below a value; at most that share of another contender, or
 *   that many times ahead of it; at most that factor over the smallest size
 * @property {number} limit nanoseconds or bytes, or a factor
 * @property {string} [of] the other contender
 * @property {number | string} [at] this size only
 * @property {'Node' | 'Chromium'} [only]
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {string} measure the function that measures it, as `app/sample.mjs` knows it
 * @property {string} title
 * @property {'time' | 'bytes' | 'share'} unit nanoseconds, bytes, or percent
 * @property {string} [figure] which figure of the measure is shown, where it gives several
 * @property {number} [scaledTo] the operations that a figure is for; who is slow does fewer, and is marked
 * @property {'rows' | 'watchers' | 'counter' | 'fields'} [sizeOf] what a size is a number of; rows when left out
 * @property {(number | string)[]} sizes
 * @property {(number | string)[]} quickSizes
 * @property {Entrant[]} entrants the first are compared with all others
 * @property {Aim[]} aims
 * @property {string} [note]
 * @property {Grid} [grid] what its sizes are columns of, in place of tables of their own
 *
 * @typedef {object} Grid several cases with the same entrants
 * @property {string} title
 * @property {boolean} isMeant whether its columns have a geometric mean
 */

const holders = [
  ...all('ours', 'just created', '100 rows read', 'all rows read'),
  ...all('peer', 'plain objects'),
];

/** Each in the form that is quickest for it. */
const libraries = all(
  'peer',
  ...['zustand', 'zustand + immer', 'mutative', 'Redux Toolkit', 'valtio', 'MobX', 'Preact signals'],
  ...['alien-signals', 'Jotai', 'Nano Stores', 'Legend-State', 'TinyBase'],
);
const tables = [
  ...libraries,
  ...all('peer', 'zustand, Map', 'Preact signals, kept', 'alien-signals, kept'),
  ...all('floor', 'floor'),
];
/** @param {string} contender @param {string} of @param {number} at @returns {Aim} */
const aheadOf = (contender, of, at) => ({ contender, kind: 'share', of, limit: 1, at });
const signals = ['Preact signals', 'alien-signals', 'Preact signals, kept', 'alien-signals, kept'];

/** @type {Case[]} */
export const catalogue = [
  {
    name: 'update-object',
    measure: 'update',
    title: 'one field of a random row, in an object of rows by id',
    unit: 'time',
    sizes: [1_000, 10_000, 100_000],
    quickSizes: [1_000, 100_000],
    entrants: [
      ...all('ours', 'kept cursor', 'by key', 'kept cursor, nobody listens', 'by key, any row'),
      ...all('peer', 'spread, object', 'zustand, object', 'zustand + immer, object', 'immer, object'),
      ...all('floor', 'floor, Map', 'floor, Map, any row'),
    ],
    aims: [
      { contender: 'kept cursor', kind: 'below', limit: 100 },
      { contender: 'kept cursor, nobody listens', kind: 'below', limit: 100 },
      { contender: 'by key', kind: 'below', limit: 300 },
      { contender: 'by key, any row', kind: 'below', limit: 300 },
      { contender: 'kept cursor', kind: 'flat', limit: 1.3 },
      { contender: 'by key', kind: 'flat', limit: 1.3 },
    ],
    note: 'One listener per update, called at once; 256 rows have a kept cursor, 1,000 rows are watched. "Any row": random ones of all, of which one is watched.',
  },
  {
    name: 'update-list',
    measure: 'update',
    title: 'one field of a random row, in an array of rows',
    unit: 'time',
    sizes: [1_000, 10_000, 100_000],
    quickSizes: [1_000, 100_000],
    entrants: [
      ...all('ours', 'by index', 'by index, any row'),
      ...all('peer', 'spread, array', 'zustand, array', 'immer, array'),
      ...all('floor', 'floor, array', 'floor, array, any row'),
    ],
    aims: [{ contender: 'by index', kind: 'flat', limit: 1.3 }],
  },
  {
    name: 'counter',
    measure: 'counter',
    title: 'one number goes up by one, with one listener',
    unit: 'time',
    sizeOf: 'counter',
    sizes: [1],
    quickSizes: [1],
    entrants: [...all('ours', 'kept cursor'), ...libraries, ...all('floor', 'floor')],
    aims: [{ contender: 'kept cursor', kind: 'share', of: 'zustand', limit: 1 }],
  },
  {
    name: 'rows-watched',
    measure: 'watched',
    title: 'one field of a random row of all, while 1,000 rows are watched',
    unit: 'time',
    sizes: [10_000, 100_000],
    quickSizes: [10_000, 100_000],
    entrants: [
      ...all('ours', 'kept cursor', 'by key', 'kept cursor, a field watched'),
      ...all('ours', 'kept cursor, selectors', 'by key, selectors', 'draft'),
      ...tables,
    ],
    aims: [
      { contender: 'kept cursor', kind: 'below', limit: 300, at: 100_000 },
      { contender: 'by key', kind: 'below', limit: 300, at: 100_000 },
      ...signals.map((of) => aheadOf('kept cursor', of, 100_000)),
      ...signals.slice(0, 2).map((of) => aheadOf('by key', of, 100_000)),
      { contender: 'kept cursor', kind: 'flat', limit: 1.3 },
      { contender: 'by key', kind: 'flat', limit: 1.3 },
    ],
    note: 'Ours watch the whole row unless they say otherwise; signals and MobX the one field. Immer does not freeze.',
  },
  {
    name: 'batch',
    measure: 'transaction',
    title: '10,000 random rows change one field in one transaction, with one listener',
    unit: 'time',
    sizes: [100_000],
    quickSizes: [100_000],
    entrants: [
      ...all('ours', 'kept cursor', 'by key', 'draft'),
      ...tables.map((one) => (one.name === 'valtio' ? { ...one, name: 'valtio, in a microtask' } : one)),
    ],
    aims: ['kept cursor', 'by key', 'draft'].flatMap((contender) => [
      { contender, kind: 'below', limit: 2e6 },
      { contender, kind: 'ahead', of: 'zustand + immer', limit: 50 },
    ]),
    note: 'valtio has no transactions: the microtask that it notifies in merges the notifications. Immer does not freeze.',
  },
  {
    name: 'elsewhere',
    measure: 'elsewhere',
    title: 'one field of one watched row of 20,000, while others are watched',
    unit: 'time',
    sizeOf: 'watchers',
    sizes: [10, 1_000, 10_000],
    quickSizes: [10, 10_000],
    entrants: [
      ...all('ours', 'kept cursor', 'kept cursor, a field watched', 'kept cursor, selectors'),
      ...all('ours', 'by key, a field watched'),
      ...tables.filter(({ name }) => !name.endsWith(', kept')),
    ],
    aims: [
      { contender: 'kept cursor', kind: 'flat', limit: 1.3 },
      { contender: 'kept cursor, a field watched', kind: 'flat', limit: 1.3 },
      { contender: 'kept cursor, selectors', kind: 'flat', limit: 1.3 },
      { contender: 'by key, a field watched', kind: 'flat', limit: 1.3 },
    ],
    note: 'The row that changes has one watcher, and nobody else is called.',
  },
  {
    name: 'load',
    measure: 'load',
    title: 'a parsed state into a store',
    unit: 'time',
    sizes: [1_000, 10_000, 100_000, 'cities'],
    quickSizes: [10_000, 'cities'],
    entrants: [
      ...all('ours', 'createStore'),
      ...all('peer', 'structuredClone', 'JSON.parse(JSON.stringify())'),
      ...all('floor', 'JSON.parse alone', 'zustand, which copies nothing'),
    ],
    aims: [],
    note: 'zustand keeps the object that it is given and does no work at all: the caller and the store then share it.',
  },
  {
    name: 'read-cold',
    measure: 'read-cold',
    title: 'one random row that was never read before',
    unit: 'time',
    sizes: [100_000],
    quickSizes: [10_000],
    entrants: [
      ...all('ours', 'by key', 'kept cursor'),
      ...all('peer', 'zustand, by key'),
      ...all('floor', 'floor, object by key', 'floor, kept object'),
    ],
    aims: [],
  },
  {
    name: 'read-warm',
    measure: 'read-warm',
    title: 'one random row that has not changed since it was read',
    unit: 'time',
    sizes: [100_000],
    quickSizes: [10_000],
    entrants: [
      ...all('ours', 'by key', 'kept cursor'),
      ...all('peer', 'zustand, by key'),
      ...all('floor', 'floor, object by key', 'floor, kept object'),
    ],
    aims: [],
  },
  {
    name: 'read-changed',
    measure: 'read-changed',
    title: 'one random row that has changed since it was read',
    unit: 'time',
    sizes: [100_000],
    quickSizes: [10_000],
    entrants: [
      ...all('ours', 'by key', 'kept cursor'),
      ...all('peer', 'zustand, by key'),
      ...all('floor', 'floor, object by key', 'floor, kept object'),
    ],
    aims: [],
  },
  {
    name: 'all-cold',
    measure: 'all-cold',
    title: 'all rows for the first time, and the sum of a field',
    unit: 'time',
    sizes: [1_000, 10_000, 100_000],
    quickSizes: [10_000],
    entrants: [...all('ours', 'store.get()'), ...all('floor', 'floor, plain objects')],
    aims: [],
  },
  {
    name: 'all-changed',
    measure: 'all-changed',
    title: 'all rows after one has changed, and the sum of a field',
    unit: 'time',
    sizes: [1_000, 10_000, 100_000],
    quickSizes: [10_000],
    entrants: [...all('ours', 'store.get()'), ...all('floor', 'floor, plain objects')],
    aims: [],
  },
  {
    name: 'memory-list',
    measure: 'memory-list',
    title: 'memory per row of an array, heap and WebAssembly',
    unit: 'bytes',
    sizes: [100_000, 'cities'],
    quickSizes: [10_000, 'cities'],
    entrants: holders,
    aims: [{ contender: 'just created', kind: 'share', of: 'plain objects', limit: 0.5, only: 'Chromium' }],
    note: 'zustand and every other library that holds plain objects takes at least what they take.',
  },
  {
    name: 'memory-object',
    measure: 'memory-object',
    title: 'memory per row of an object of rows by id, heap and WebAssembly',
    unit: 'bytes',
    sizes: [100_000],
    quickSizes: [10_000],
    entrants: holders,
    aims: [{ contender: 'just created', kind: 'share', of: 'plain objects', limit: 0.5, only: 'Chromium' }],
  },
  ...logCases,
  ...snapshotCases,
  ...tableCases,
];
