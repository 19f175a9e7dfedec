import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StepFailure } from './failure.mjs';

/** The project's folder, which every command runs in. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What programs print is shown as it comes, or kept here: the work that runs says which. */
const printed = new AsyncLocalStorage();

/**
 * Does work whose programs run beside others: what they print is shown when it is done.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function quietly(work) {
  /** @type {Buffer[]} */
  const kept = [];
  return printed.run(kept, work).finally(() => process.stdout.write(Buffer.concat(kept)));
}

/**
 * Runs a program to its end, its output shown as it comes.
 *
 * @param {string} program
 * @param {string[]} words
 * @param {{ env?: Record<string, string>, failure?: string }} [options] `failure` is said when it ends with an error
 * @returns {Promise<void>}
 */
export function run(program, words, options = {}) {
  const failure = options.failure ?? `'${[program, ...words].join(' ')}' failed; its message is above.`;
  const kept = /** @type {Buffer[] | undefined} */ (printed.getStore());
  const output = kept === undefined ? 'inherit' : 'pipe';
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', output, output],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => kept?.push(bytes));
    child.on('error', () => reject(new StepFailure(`'${program}' cannot be started: is it installed?`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new StepFailure(failure))));
  });
}

/**
 * Runs a program of an installed npm package.
 *
 * @param {string} script its file below node_modules
 * @param {string[]} words
 * @param {{ env?: Record<string, string>, failure?: string }} [options]
 * @returns {Promise<void>}
 */
export function runPackage(script, words, options) {
  return run(process.execPath, [`node_modules/${script}`, ...words], options);
}

/**
 * What a program prints, or undefined when it is missing or fails.
 *
 * @param {string} program
 * @param {string[]} words
 * @returns {string | undefined}
 */
export function ask(program, words) {
  const answer = spawnSync(program, words, { cwd: root, encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
