import { parseArgs } from 'node:util';
import { catalogue } from './catalogue.mjs';

/** @import { Case } from './catalogue.mjs' */
/** @typedef {'Node' | 'Chromium'} Place */

export const usage = `npm run bench -- [--quick] [--only <case>]... [--node] [--chromium] [--rounds <n>]
  --quick      fewer sizes, one round, shorter batches: a look, not a result
  --only       one case of: ${catalogue.map(({ name }) => name).join(', ')}; may be repeated,
               and the beginning of names, such as history, means all of them
  --node, --chromium   only there; both when neither is given
  --rounds     how many processes measure each contender, 2 when left out`;

/** @param {string} word @param {string} name */
const isMeant = (word, name) => name === word || name.startsWith(`${word}-`);

/**
 * @param {string[]} words
 * @returns {{ cases: Case[], places: Place[], pace: 'quick' | 'thorough', rounds: number }}
 */
export function parseOptions(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      node: { type: 'boolean', default: false },
      chromium: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  });
  const unknown = values.only.find((word) => !catalogue.some(({ name }) => isMeant(word, name)));
  if (unknown !== undefined) throw new Error(`There is no case '${unknown}'.`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 2));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1 on.');
  const cases = catalogue
    .filter(({ name }) => values.only.length === 0 || values.only.some((word) => isMeant(word, name)))
    .map((one) => (values.quick ? { ...one, sizes: one.quickSizes } : one));
  /** @type {Place[]} */
  const places = [];
  if (values.node || !values.chromium) places.push('Node');
  if (values.chromium || !values.node) places.push('Chromium');
  return { cases, places, pace: values.quick ? 'quick' : 'thorough', rounds };
}
