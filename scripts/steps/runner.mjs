import { quietly } from './command.mjs';
import { StepFailure } from './failure.mjs';

/**
 * One thing to do. `run` returns a note when there is something to say: that
 * the work was done before, for example.
 *
 * @typedef {{ name: string, run: () => Promise<string | undefined | void> | string | undefined | void }} Step
 */

const colour = process.stdout.isTTY;
const bold = (/** @type {string} */ text) => (colour ? `\u001b[1m${text}\u001b[0m` : text);

/** @param {number} since_ms */
function elapsed(since_ms) {
  return duration(performance.now() - since_ms);
}

/** @param {number} ms */
function duration(ms) {
  const seconds = ms / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * One step of two that keep one core each. What the second prints is shown when it has ended.
 *
 * @param {Step} first
 * @param {Step} second
 * @returns {Step}
 */
export function beside(first, second) {
  return {
    name: `${first.name}, ${second.name}`,
    async run() {
      const ends = await Promise.allSettled([first.run(), quietly(async () => second.run())]);
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      return (
        ends.flatMap((end) => (end.status === 'fulfilled' ? (end.value ?? []) : [])).join(', ') || undefined
      );
    },
  };
}

/**
 * Runs steps in order, each with its number and its time, and stops at the
 * first that fails.
 *
 * @param {Step[]} steps
 * @returns {Promise<{ name: string, ms: number }[]>} how long each took; rejects with the failure of the step
 */
async function runAll(steps) {
  const times = [];
  for (const [index, step] of steps.entries()) {
    const start_ms = performance.now();
    const label = `[${index + 1}/${steps.length}] ${step.name}`;
    console.log(bold(`\n${label}`));
    const note = await step.run();
    console.log(`${label}: ${note ?? 'done'} (${elapsed(start_ms)})`);
    times.push({ name: step.name, ms: performance.now() - start_ms });
  }
  return times;
}

/** Which steps took how long, the longest first, those of a moment left out. */
function printTimes(/** @type {{ name: string, ms: number }[]} */ times) {
  console.log('\nSteps by the time they took:');
  for (const { name, ms } of times.filter((each) => each.ms >= 1_000).sort((a, b) => b.ms - a.ms))
    console.log(`${duration(ms).padStart(12)}  ${name}`);
}

/**
 * Runs steps as the whole of a command: its exit code says how they ended.
 *
 * @param {Step[]} steps
 * @param {{ counted?: boolean }} [options] `counted` closes with how long each step took and how many passed
 * @returns {Promise<boolean>} whether all of them passed
 */
export async function main(steps, options = {}) {
  const start_ms = performance.now();
  let times;
  try {
    times = await runAll(steps);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    console.error(`\n${bold('Failed:')} ${error.message}`);
    process.exitCode = 1;
    return false;
  }
  if (options.counted) printTimes(times);
  console.log(`\nAll done in ${elapsed(start_ms)}.`);
  if (options.counted) console.log(`steps: ${steps.length} passed, 0 failed`);
  return true;
}
