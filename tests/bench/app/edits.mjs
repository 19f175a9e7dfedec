import { distinct, makeRows, seeded } from './rows.mjs';

/** @import { Row } from './rows.mjs' */

/** Rows whose title, too, was typed anew: one in so many of those that were edited. */
const RETITLED = 10;
const statuses = ['backlog', 'finished'];

/**
 * The same row after someone has worked on it.
 *
 * @param {Row} row
 * @param {number} nth which edit it is
 * @param {number} score
 * @returns {Row}
 */
function edited(row, nth, score) {
  return {
    ...row,
    title: nth % RETITLED === 0 ? `${row.title}, again` : row.title,
    status: row.status === statuses[0] ? statuses[1] : statuses[0],
    score,
    updatedAt: row.updatedAt + 60_000 + nth,
  };
}

/**
 * Rows as they were, and later: some random ones of them are edited, the others are equal. The two
 * share no object, as two answers of a server do not.
 *
 * @param {number} size
 * @param {number} share from 0 to 1 of the rows
 * @returns {{ before: Row[], after: Row[], changed: number[] }} `changed` has the indices of the edited ones
 */
export function makeTwo(size, share) {
  const before = makeRows(size);
  const after = makeRows(size);
  const changed = distinct(Math.max(1, Math.round(size * share)), size);
  const random = seeded(23);
  changed.forEach((at, nth) => {
    after[at] = edited(after[at], nth, random() * 100);
  });
  // Through JSON once more, so that text is flat and objects have the form that parsed ones have.
  return { before, after: JSON.parse(JSON.stringify(after)), changed };
}
