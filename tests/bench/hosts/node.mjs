import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** @import { Job, Taken } from '../app/sample.mjs' */
/** @import { Workspace } from '../workspace.mjs' */

const runFile = promisify(execFile);

/**
 * Takes samples in Node, each in a fresh process, as production code runs.
 *
 * @param {Workspace} workspace
 * @returns {Promise<{ version: string, sample: (job: Job) => Promise<Taken>, close: () => Promise<void> }>}
 */
export async function openNode({ program: build, cities }) {
  const program = await build();
  const env = { ...process.env, NODE_ENV: 'production' };
  return {
    version: process.version,
    async sample(job) {
      const words = ['--expose-gc', program, JSON.stringify(job), cities];
      const { stdout } = await runFile(process.execPath, words, { env });
      return JSON.parse(stdout);
    },
    close: async () => {},
  };
}
