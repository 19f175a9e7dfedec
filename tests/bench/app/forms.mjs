import { byId } from './rows.mjs';

/** @import { Row } from './rows.mjs' */

/**
 * How rows are held. Libraries that copy what holds a changed row take very
 * different times for each: all that they support are measured.
 *
 * @template R
 * @typedef {object} Form
 * @property {R} rows
 * @property {(rows: R, id: string) => Row} find
 */

/** @param {Row[]} rows @returns {Form<Record<string, Row>>} */
export const asObject = (rows) => ({ rows: byId(rows), find: (rows, id) => rows[id] });

/** @param {Row[]} rows @returns {Form<Map<string, Row>>} */
export const asMap = (rows) => ({
  rows: new Map(rows.map((row) => [row.id, row])),
  find: (rows, id) => /** @type {Row} */ (rows.get(id)),
});

/**
 * The index of a row is known, as it is to a list on the screen.
 *
 * @param {Row[]} rows
 * @returns {Form<Row[]> & { indexOf: (id: string) => number }}
 */
export function asList(rows) {
  const indices = new Map(rows.map(({ id }, index) => [id, index]));
  const indexOf = (/** @type {string} */ id) => /** @type {number} */ (indices.get(id));
  return { rows, indexOf, find: (rows, id) => rows[indexOf(id)] };
}
