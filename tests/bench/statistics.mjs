/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} low a quarter of the samples is below
 * @property {number} high a quarter of the samples is above
 */

/** @param {readonly number[]} sorted @param {number} share from 0 to 1 */
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

/** @param {readonly number[]} samples at least one @returns {Summary} */
export function summarize(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}
