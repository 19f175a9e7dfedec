/**
 * How long and how often to measure.
 *
 * @typedef {object} Pace
 * @property {number} warmUp_ms
 * @property {number} batch_ms how long one batch of quick steps takes
 * @property {number} batches
 * @property {number} warmUps batches that warm up where the job allows so many only
 * @property {number} singles how often a slow job is timed by itself
 */

/** Short jobs are not timed oftener than this. */
const ROUNDS_MAX = 60;
/** Steps that take this many times the warm-up are never warm. */
const SLOW = 3;

/** @type {Pace} */
export const thorough = { warmUp_ms: 400, batch_ms: 60, batches: 9, warmUps: 20, singles: 7 };
/** @type {Pace} */
export const quick = { warmUp_ms: 120, batch_ms: 25, batches: 4, warmUps: 6, singles: 3 };

/**
 * For cases with many contenders.
 *
 * @param {Pace} pace
 * @returns {Pace}
 */
export const shorter = (pace) => ({
  ...pace,
  warmUp_ms: pace.warmUp_ms * 0.75,
  batch_ms: pace.batch_ms / 2,
  batches: Math.min(pace.batches, 7),
});

/**
 * Times a quick step in batches long enough for the clock.
 *
 * @param {Pace} pace
 * @param {(index: number) => void} step called with 0, 1, 2 and so on
 * @param {number} [from] the first index
 * @param {number} [warmUpSteps] steps that also count as warming up, unless they are slow
 * @returns {{ samples: number[], steps: number }} nanoseconds per step of each batch, and the index after the last
 */
export function timeSteps(pace, step, from = 0, warmUpSteps = 0) {
  let index = from;
  const start = performance.now();
  let elapsed_ms = 0;
  // The clock is asked seldom enough not to matter; slow steps end the warm-up by themselves.
  let rate = 0;
  const isCold = () => index - from < warmUpSteps && elapsed_ms < pace.warmUp_ms * SLOW;
  for (let some = 1; elapsed_ms < pace.warmUp_ms || isCold(); some = Math.min(some * 2, 4096)) {
    for (const end = index + some; index < end; index++) step(index);
    const now_ms = performance.now() - start;
    // The latest steps are the warmest: they tell how many make a batch.
    rate = some / (now_ms - elapsed_ms);
    elapsed_ms = now_ms;
  }
  const count = Math.max(1, Math.round(rate * pace.batch_ms));
  const samples = [];
  for (let batch = 0; batch < pace.batches; batch++) {
    const began = performance.now();
    for (const end = index + count; index < end; index++) step(index);
    samples.push(((performance.now() - began) * 1e6) / count);
  }
  return { samples, steps: index };
}

/**
 * Times a job of milliseconds, which may end later than its call, in batches:
 * the garbage that it leaves is its own to pay for.
 *
 * @param {Pace} pace
 * @param {(index: number) => void | Promise<void>} job called with `from` and on
 * @param {number} from
 * @returns {Promise<{ samples: number[], jobs: number }>} nanoseconds per job of each batch, and the index after the last
 */
export async function timeJobs(pace, job, from) {
  let index = from;
  const start = performance.now();
  let last_ms = 0;
  while (performance.now() - start < pace.warmUp_ms) {
    const began = performance.now();
    await job(index++);
    last_ms = performance.now() - began;
  }
  const count = Math.max(1, Math.round(pace.batch_ms / last_ms));
  const samples = [];
  for (let batch = 0; batch < pace.batches; batch++) {
    const began = performance.now();
    for (const end = index + count; index < end; index++) await job(index);
    samples.push(((performance.now() - began) * 1e6) / count);
  }
  return { samples, jobs: index };
}

/**
 * Times a slow job by itself, as often as the pace says and oftener when it
 * is short. What `prepare` and `finish` do is not timed, and garbage is
 * collected before each run, so no run pays for another one's.
 *
 * @template P, R
 * @param {Pace} pace
 * @param {object} job
 * @param {() => P} job.prepare
 * @param {(prepared: P) => R} job.run
 * @param {(result: R, prepared: P) => void} job.finish
 * @param {number} [operations] how many of what is counted one run does
 * @returns {number[]} nanoseconds per operation of each run
 */
export function timeRuns(pace, { prepare, run, finish }, operations = 1) {
  const samples = [];
  const start = performance.now();
  const warmUps = 2;
  const isEnough = (/** @type {number} */ rounds) =>
    rounds >= pace.singles + warmUps && (rounds >= ROUNDS_MAX || performance.now() - start > pace.warmUp_ms);
  for (let round = 0; !isEnough(round); round++) {
    const prepared = prepare();
    globalThis.gc?.();
    const began = performance.now();
    const result = run(prepared);
    const took_ms = performance.now() - began;
    finish(result, prepared);
    if (round >= warmUps) samples.push((took_ms * 1e6) / operations);
  }
  return samples;
}
