import { all } from './entrants.mjs';

/** @import { Aim, Case } from './catalogue.mjs' */
/** @import { Entrant } from './entrants.mjs' */

const sizes = [10_000, 100_000];
const big = 100_000;

/** @param {string} contender @param {number} limit @returns {Aim} */
const below = (contender, limit) => ({ contender, kind: 'below', limit, at: big });

/** @type {Entrant[]} */
const packers = [
  ...all('peer', 'msgpackr, records', 'msgpackr, shared structures', 'msgpackr, bundled strings'),
  ...all('peer', 'msgpackr, plain', 'cbor-x, records', 'cbor-x, shared structures', 'cbor-x, plain'),
  { name: 'v8.serialize', role: 'peer', only: 'Node' },
];
const savers = all('ours', 'snapshot, none', 'snapshot, lz4', 'snapshot, auto');
const formats = [...savers, ...all('peer', 'JSON, text', 'JSON, bytes'), ...packers];

/** @type {Case[]} */
const saveCases = [
  {
    name: 'save-time',
    measure: 'save',
    figure: 'time',
    title: 'the whole state into something that can be kept, one field after the last time',
    unit: 'time',
    sizes,
    quickSizes: [big],
    entrants: [...formats, ...all('peer', 'structuredClone')],
    aims: [below('snapshot, none', 5e6), below('snapshot, lz4', 25e6)],
    note: 'Shared structures are not in what is saved, and have to be kept as well. structuredClone makes no bytes. In Node msgpackr and cbor-x have their native parts.',
  },
  {
    name: 'save-bytes',
    measure: 'save',
    figure: 'bytes',
    title: 'size of what was saved',
    unit: 'bytes',
    sizes,
    quickSizes: [big],
    entrants: formats,
    aims: [below('snapshot, lz4', 7 * 2 ** 20)],
  },
  {
    name: 'open',
    measure: 'open',
    title: 'from what was saved to one random row of it',
    unit: 'time',
    sizes,
    quickSizes: [big],
    entrants: formats,
    aims: [below('snapshot, none', 10e6), below('snapshot, lz4', 10e6)],
    note: 'The others make plain objects of all rows.',
  },
];

/** @param {string} figure @param {string} title @param {Aim[]} aims @returns {Case} */
const sliceCase = (figure, title, aims) => ({
  name: `slices-${figure}`,
  measure: 'slices',
  figure,
  title,
  unit: 'time',
  sizes,
  quickSizes: [big],
  entrants: all(
    'ours',
    ...['snapshotAsync, auto', 'snapshotAsync, none', 'snapshotAsync, lz4', 'snapshot, auto, all at once'],
  ),
  aims,
});

const sliceAims = ['snapshotAsync, auto', 'snapshotAsync, none', 'snapshotAsync, lz4'].map((contender) =>
  below(contender, 8e6),
);

/** @type {Case[]} */
const sliceCases = [
  sliceCase(
    'longest',
    'the longest time that a message waits for its turn while a snapshot is made',
    sliceAims,
  ),
  sliceCase('call', 'a snapshot that is made in slices: the call itself', sliceAims),
  sliceCase('total', 'a snapshot that is made in slices: from the call to its end', []),
];

/** @param {'same' | 'first' | 'last'} figure @param {string} title @returns {Case} */
const equalityCase = (figure, title) => ({
  name: `equality-${figure}`,
  measure: 'equality',
  figure,
  title,
  unit: 'time',
  sizes,
  quickSizes: [big],
  entrants: [
    ...all('ours', 'two snapshots', 'two stores'),
    ...all('peer', 'dequal', 'dequal, lite', 'fast-deep-equal'),
    ...all('floor', 'floor, by hand', 'floor, two JSON texts'),
  ],
  aims: [below('two snapshots', 2e6), below('two stores', 2e6)],
  note: 'dequal and fast-deep-equal begin with the last item of an array. Two JSON texts are compared by ===, and the time to make them is not in it.',
});

/** @type {Case[]} */
const comparisonCases = [
  {
    name: 'diff',
    measure: 'diff',
    title: 'what leads from a state to another one, of which 1% of the rows were edited',
    unit: 'time',
    sizes,
    quickSizes: [big],
    entrants: [
      ...all('ours', 'two snapshots', 'two stores'),
      ...all('peer', 'microdiff', 'fast-json-patch', 'jsondiffpatch'),
      ...all('floor', 'immer, patches while editing', 'floor, by hand'),
    ],
    aims: [below('two snapshots', 3e6), below('two stores', 3e6)],
    note: 'Ours and jsondiffpatch align rows by id, the others by index. Immer cannot compare: its time is that of the edits. Ours gives bytes that can be sent and undone; the others give objects.',
  },
  equalityCase('same', 'whether two states are equal, which they are'),
  equalityCase('first', 'whether two states are equal, of which the first row differs'),
  equalityCase('last', 'whether two states are equal, of which the last row differs'),
];

/** @param {string} name @param {string} share @returns {Case} */
const refetchCase = (name, share) => ({
  name,
  measure: name,
  title: `an answer in bytes of JSON, of which ${share} of the rows have changed, becomes the state`,
  unit: 'time',
  sizes,
  quickSizes: [big],
  entrants: [
    ...all('ours', 'ingest', 'JSON.parse, reconcile', 'ingest, all rows read'),
    ...all('peer', 'TanStack Query, replaceEqualDeep', 'solid, reconcile'),
    ...all('floor', 'floor, by hand', 'JSON.parse alone'),
  ],
  aims: [
    below('ingest', 40e6),
    { contender: 'ingest', kind: 'share', of: 'JSON.parse alone', limit: 1 / 3, at: big },
  ],
  note: 'Rows that have not changed stay the same objects, but for JSON.parse alone. 1,000 rows are read after each refetch, or all of them.',
});

/**
 * Whole states that are saved, opened, compared and fetched again.
 *
 * @type {Case[]}
 */
export const snapshotCases = [
  ...saveCases,
  ...sliceCases,
  ...comparisonCases,
  refetchCase('refetch', '1%'),
  refetchCase('refetch-few', '0.1%'),
  {
    name: 'ingest',
    measure: 'ingest',
    title: 'the first answer, in bytes of JSON, becomes the state of an empty store',
    unit: 'time',
    sizes,
    quickSizes: [big],
    entrants: [...all('ours', 'ingest', 'JSON.parse, createStore'), ...all('peer', 'JSON.parse, zustand')],
    aims: [],
    note: 'zustand keeps the objects as they were parsed.',
  },
];
