/**
 * One record of the made-up table that most cases are about: about 254 bytes
 * as JSON, with text that is unique, text that repeats, numbers and a list.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {string} status
 * @property {string} assignee
 * @property {number} priority
 * @property {number} score
 * @property {boolean} done
 * @property {number} createdAt
 * @property {number} updatedAt
 * @property {string[]} tags
 */

/** @typedef {{ byId: Record<string, Row> }} Entries */
/** @typedef {{ rows: Row[] }} List */
/** @typedef {() => number} Random in [0, 1) */

const statuses = ['backlog', 'in progress', 'in review', 'blocked', 'finished'];
const verbs = ['Check', 'Draft', 'Order', 'Paint', 'Repair', 'Review', 'Ship', 'Sort'];
const things = ['bridge plan', 'harbour map', 'ledger page', 'north gate', 'river survey', 'winter menu'];
const year_ms = 365 * 24 * 60 * 60 * 1000;
const start_ms = Date.UTC(2024, 0, 1);

/**
 * The same numbers for the same seed everywhere (the generator is mulberry32).
 *
 * @param {number} seed
 * @returns {Random}
 */
export function seeded(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** @param {Random} random @param {number} end @returns {number} a whole number from 0 to `end` - 1 */
export function below(random, end) {
  return Math.floor(random() * end);
}

/** @param {Random} random */
function uuid(random) {
  let digits = '';
  for (let word = 0; word < 4; word++) {
    digits += below(random, 0x1_0000_0000).toString(16).padStart(8, '0');
  }
  const variant = '89ab'[below(random, 4)];
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}

/** @param {Random} random @returns {Row} */
function makeRow(random) {
  const createdAt = start_ms + below(random, year_ms);
  return {
    id: uuid(random),
    title: `${verbs[below(random, verbs.length)]} ${things[below(random, things.length)]} ${below(random, 1e6)}`,
    status: statuses[below(random, statuses.length)],
    assignee: `user-${100 + below(random, 200)}`,
    priority: below(random, 5),
    score: random() * 100,
    done: random() < 0.3,
    createdAt,
    updatedAt: createdAt + below(random, year_ms),
    tags: Array.from({ length: below(random, 4) }, () => `tag-${below(random, 30)}`),
  };
}

/**
 * The first `count` rows; always the same ones. They went through JSON, as an
 * application's rows do: their text is flat, not a rope of what it was joined from.
 *
 * @param {number} count
 * @returns {Row[]}
 */
export function makeRows(count) {
  return JSON.parse(rowsAsJson(count));
}

/** @param {number} count @returns {string} */
export function rowsAsJson(count) {
  const random = seeded(20_240_101);
  return JSON.stringify(Array.from({ length: count }, () => makeRow(random)));
}

/** @param {readonly Row[]} rows @returns {Record<string, Row>} */
export function byId(rows) {
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

/**
 * Different numbers below `end` in random order, at most `count` of them.
 *
 * @param {number} count
 * @param {number} end
 * @returns {number[]}
 */
export function distinct(count, end) {
  const random = seeded(7);
  const all = Array.from({ length: end }, (_, index) => index);
  for (let index = 0; index < Math.min(count, end); index++) {
    const other = index + below(random, end - index);
    [all[index], all[other]] = [all[other], all[index]];
  }
  return all.slice(0, count);
}
