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
  const seconds = (performance.now() - since_ms) / 1000;
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
 * @returns {Promise<void>} rejects with the failure of the step
 */
async function runAll(steps) {
  for (const [index, step] of steps.entries()) {
    const start_ms = performance.now();
    const label = `[${index + 1}/${steps.length}] ${step.name}`;
    console.log(bold(`\n${label}`));
    const note = await step.run();
    console.log(`${label}: ${note ?? 'done'} (${elapsed(start_ms)})`);
  }
}

/**
 * Runs steps as the whole of a command: its exit code says how they ended.
 *
 * @param {Step[]} steps
 * @param {{ counted?: boolean }} [options] `counted` closes with how many steps passed
 * @returns {Promise<boolean>} whether all of them passed
 */
export async function main(steps, options = {}) {
  const start_ms = performance.now();
  try {
    await runAll(steps);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    console.error(`\n${bold('Failed:')} ${error.message}`);
    process.exitCode = 1;
    return false;
  }
  console.log(`\nAll done in ${elapsed(start_ms)}.`);
  if (options.counted) console.log(`steps: ${steps.length} passed, 0 failed`);
  return true;
}
