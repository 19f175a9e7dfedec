import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, runPackage } from './command.mjs';

/** @import { Step } from './runner.mjs' */

const colours = `--colors=${process.stdout.isTTY ? 'force' : 'off'}`;

/** @type {Step} */
export const lint = {
  name: 'Biome',
  run: () =>
    runPackage('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', colours], {
      failure: "Biome found something: see above, and 'npm run format' for what it can mend.",
    }),
};

/** @returns {string[]} the TypeScript projects: the runtime, the tests with the scripts, each example */
function projects() {
  const examples = existsSync(join(root, 'examples')) ? readdirSync(join(root, 'examples')).sort() : [];
  return [
    'tsconfig.json',
    'tests/tsconfig.json',
    ...examples.map((name) => `examples/${name}/tsconfig.json`),
  ];
}

/** @type {Step} */
export const typeCheck = {
  name: 'type check',
  async run() {
    for (const project of projects())
      await runPackage('typescript/bin/tsc', ['--noEmit', '--project', project]);
  },
};

/**
 * @param {string} project as vitest.config.ts names it
 * @param {string[]} [flags]
 * @returns {Step}
 */
function vitest(project, flags = []) {
  return {
    name: `${project} tests`,
    run: () => runPackage('vitest/vitest.mjs', ['run', '--project', project, ...flags]),
  };
}

export const unitTests = vitest('unit');
// One file at a time: each of these keeps both cores of a small machine busy.
export const modelTests = vitest('model', ['--no-file-parallelism']);
export const packagingTests = vitest('packaging', ['--no-file-parallelism']);
export const browserTests = vitest('browser', ['--no-file-parallelism']);
