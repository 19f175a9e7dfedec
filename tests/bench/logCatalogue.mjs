import { all } from './entrants.mjs';

/** @import { Aim, Case } from './catalogue.mjs' */
/** @import { Entrant } from './entrants.mjs' */

const historyNote =
  '(20) or (100): so many steps were done, and the figure is scaled to 1,000. Rows are held in an object by id, or as it says. Immer does not freeze.';

/** @type {Entrant[]} */
const historyPeers = [
  ...all('peer', 'zundo, diff', 'zundo, Map', 'zundo, list'),
  ...all('peer', 'immer patches, object', 'immer patches, Map', 'immer patches, list'),
  ...all('peer', 'mutative patches, object', 'mutative patches, Map', 'mutative patches, list'),
  ...all('peer', 'travels, object', 'travels, mutable', 'travels, list'),
  ...all('peer', 'yjs', 'TinyBase'),
  ...all('floor', 'floor'),
];

/**
 * @param {string} figure
 * @param {string} title
 * @param {number} limit
 * @returns {Case}
 */
const historyCase = (figure, title, limit) => ({
  name: `history-${figure}`,
  measure: 'history',
  figure,
  title,
  unit: 'time',
  scaledTo: 1000,
  sizes: [10_000, 100_000],
  quickSizes: [10_000],
  entrants: [...all('ours', 'by key', 'kept cursor', 'by index'), ...historyPeers],
  aims: ['by key', 'kept cursor'].map((contender) => ({ contender, kind: 'below', limit, at: 100_000 })),
  note: historyNote,
});

const deltaPeers = [
  ...all('peer', 'immer patches, Map', 'immer patches, list'),
  ...all('peer', 'mutative patches, Map', 'mutative patches, list'),
  ...all('peer', 'fast-json-patch', 'yjs'),
  ...all('floor', 'floor'),
];

/** @param {'encode' | 'apply'} figure @param {string} title @returns {Case} */
const deltaCase = (figure, title) => ({
  name: `delta-${figure}`,
  measure: 'deltas',
  figure,
  title,
  unit: 'time',
  sizeOf: 'fields',
  sizes: [1, 1_000],
  quickSizes: [1, 1_000],
  entrants: [...all('ours', 'by key', 'kept cursor'), ...deltaPeers],
  aims: [],
  note: 'There are 100,000 rows. A delta is bytes or text, as it would be sent; those of immer, mutative and fast-json-patch are patches as JSON. The floor is a JSON Patch by hand, and cannot be undone.',
});

/** Changes, as `app/deltaBytes.mjs` knows them. */
const changes = [
  ...['one field', '1,000 fields', 'one new row', '1,000 new rows'],
  ...['a move in a list', 'typed text'],
];

/** @type {Aim[]} */
const bytesAims = ['one field', '1,000 fields', 'one new row', '1,000 new rows'].map((at) => ({
  contender: 'delta',
  kind: 'share',
  of: 'JSON Patch, by hand',
  limit: 1,
  at,
}));

/**
 * Undo, and what leaves a store when it changes.
 *
 * @type {Case[]}
 */
export const logCases = [
  historyCase('edit', '1,000 random rows change one field each, as a step each', 2e6),
  historyCase('undo', '1,000 steps undone, one by one', 1e6),
  historyCase('redo', '1,000 steps done again, one by one', 1e6),
  {
    ...historyCase('held', 'memory that 1,000 steps take', 0),
    unit: 'bytes',
    entrants: [
      ...all('ours', 'by key'),
      { name: 'by key, as history.bytes tells', role: 'ours', contender: 'by key', figure: 'engine' },
      { name: 'by key, with whole pages', role: 'ours', contender: 'by key', figure: 'grown' },
      ...historyPeers,
    ],
    aims: [
      { contender: 'by key', kind: 'below', limit: 0.1 * 2 ** 20, at: 100_000 },
      { contender: 'by key, as history.bytes tells', kind: 'below', limit: 100 * 1_000 },
    ],
    note: `${historyNote} A dash: too few steps to be weighed; patches take as much for a list. Ours is what the heap grows by and what the history takes of the engine's memory.`,
  },
  deltaCase('encode', 'one field of each of some random rows changes, and what changed is told as a delta'),
  deltaCase('apply', 'a delta is applied to another copy of the rows'),
  {
    name: 'delta-bytes',
    measure: 'delta-bytes',
    title: 'size of the deltas of one change',
    unit: 'bytes',
    sizes: changes,
    quickSizes: changes,
    entrants: [
      ...all('ours', 'delta'),
      ...all('peer', 'JSON Patch, fast-json-patch', 'JSON Patch, invertible', 'immer patches'),
      ...all('peer', 'immer patches, both ways', 'yjs'),
      ...all('floor', 'JSON Patch, by hand'),
    ],
    aims: bytesAims,
    note: 'Of 10,000 rows. Ours can be undone, as can invertible patches and those both ways; the others go forward only. Typed text is 30 letters, each a delta of its own.',
  },
];
