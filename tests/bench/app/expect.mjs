/**
 * Whether two JSON-like values are equal, key order included.
 *
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function isEqual(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  const [inA, inB] = [/** @type {Record<string, unknown>} */ (a), /** @type {Record<string, unknown>} */ (b)];
  return (
    left.length === right.length &&
    left.every((key, index) => key === right[index] && isEqual(inA[key], inB[key]))
  );
}

/**
 * Ends the sample when a contender does not do its job: its time would mean nothing.
 *
 * @param {boolean} fact
 * @param {string} what
 */
export function expect(fact, what) {
  if (!fact) throw new Error(`A wrong result: ${what}.`);
}
