/** @import { Pair } from '../deltas.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @typedef {{ op: 'replace', path: string, value: number }[]} Patch */

// No library: a JSON Patch of what is known to change, written and read for this one job. Ids need no escapes.
/** @param {Row[]} rows @param {Row[]} replicaRows @returns {Pair} */
export function open(rows, replicaRows) {
  const state = new Map(rows.map((row) => [row.id, row]));
  const replica = new Map(replicaRows.map((row) => [row.id, row]));
  const at = (/** @type {Map<string, Row>} */ map, /** @type {string} */ id) =>
    /** @type {Row} */ (map.get(id));
  return {
    encoder: (ids) => (first) => {
      const patch = ids.map((id, nth) => {
        at(state, id).score = first + nth;
        return { op: 'replace', path: `/rows/${id}/score`, value: first + nth };
      });
      return JSON.stringify(patch);
    },
    apply: (delta) => {
      /** @type {Patch} */
      const patch = JSON.parse(String(delta));
      for (const { path, value } of patch) at(replica, path.slice(6, -6)).score = value;
    },
    sent: (id) => at(state, id),
    arrived: (id) => at(replica, id),
  };
}
