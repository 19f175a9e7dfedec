import { all } from './entrants.mjs';

/** @import { Case, Grid } from './catalogue.mjs' */
/** @import { Entrant } from './entrants.mjs' */

/** Each as its documentation and the known implementations have it; `table/app/contenders` has them. @type {Entrant[]} */
const entrants = [
  ...all('ours', 'list watched', 'each row watched'),
  ...all('peer', 'useState', 'zustand', 'Redux Toolkit', 'MobX', 'Jotai', 'valtio'),
].map((entrant) => ({ ...entrant, only: 'Chromium' }));

/** What a column is, and the rows that are there before or come. @type {[name: string, sizes: number[]][]} */
const operations = [
  ['create', [1_000, 10_000]],
  ['replace', [1_000]],
  ['update', [1_000]],
  ['select', [1_000]],
  ['swap', [1_000]],
  ['remove', [1_000]],
  ['append', [10_000]],
  ['clear', [1_000]],
];

/** @type {Record<string, Grid>} */
const figures = {
  painted: { title: 'A table in React, from the click until it is painted', isMeant: true },
  processor: {
    title: 'The same, in processor time of the page, which other work on the machine does not lengthen',
    isMeant: true,
  },
  script: { title: 'The same until all scripts have ended: without style, layout and paint', isMeant: true },
};

/** @type {Grid} */
const storm = {
  title: 'A table of 10,000 rows in React, of which 1,000 random ones get another label in each frame',
  isMeant: false,
};
/** @type {[figure: string, title: string, unit: Case['unit']][]} */
const stormFigures = [
  ['frame', 'from a frame to the next', 'time'],
  ['processor', 'processor time of a frame', 'time'],
  ['dropped', 'frames dropped', 'share'],
];

/**
 * The operations of the public js-framework-benchmark through the React adapter, and a storm of updates.
 *
 * @type {Case[]}
 */
export const tableCases = [
  ...Object.entries(figures).flatMap(([figure, grid]) =>
    operations.map(([operation, sizes]) => ({
      name: `table-${operation}-${figure}`,
      measure: `table-${operation}`,
      figure,
      title: operation,
      grid,
      unit: /** @type {const} */ ('time'),
      sizes,
      quickSizes: sizes.slice(0, 1),
      entrants,
      aims: [],
    })),
  ),
  ...stormFigures.map(([figure, title, unit]) => ({
    name: `table-storm-${figure}`,
    measure: 'table-storm',
    figure,
    title,
    grid: storm,
    unit,
    sizes: ['at once', 'one by one'],
    quickSizes: ['at once'],
    entrants,
    aims: [],
  })),
];
