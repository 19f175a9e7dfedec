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
  const left = Object.entries(a);
  const right = Object.entries(b);
  return (
    left.length === right.length &&
    left.every(([key, value], index) => key === right[index][0] && isEqual(value, right[index][1]))
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
