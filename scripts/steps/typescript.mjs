import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { quietly, root, runPackage } from './command.mjs';

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

/** @returns {string[]} the folders of the projects below a folder */
function projectsBelow(/** @type {string} */ folder) {
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)).sort() : [];
  return names
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(join(root, path, 'tsconfig.json')));
}

/** Components have types of their own, which TypeScript's own compiler does not see. */
const checkers = [
  { of: /\/vue$/, script: 'vue-tsc/bin/vue-tsc.js', words: ['--noEmit', '--project'] },
  {
    of: /\/svelte$|adapters\/shared$/,
    script: 'svelte-check/bin/svelte-check',
    words: ['--fail-on-warnings', '--tsconfig'],
  },
  { of: /./, script: 'typescript/bin/tsc', words: ['--noEmit', '--project'] },
];

/** @type {Step} */
export const typeCheck = {
  name: 'type check',
  async run() {
    const folders = [
      '.',
      'tests',
      ...projectsBelow('tests/adapters'),
      ...projectsBelow('tests/bench'),
      ...projectsBelow('examples'),
    ];
    const lane = async () => {
      for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
        const one = folder;
        await quietly(() => checkTypes(one)).catch((error) => {
          folders.length = 0;
          throw error;
        });
      }
    };
    await Promise.all([lane(), lane()]);
  },
};

/** @param {string} folder @returns {Promise<void>} */
function checkTypes(folder) {
  const { script = '', words = [] } = checkers.find(({ of }) => of.test(folder)) ?? {};
  const failure = `${folder} has type errors; see above.`;
  return runPackage(script, [...words, `${folder}/tsconfig.json`], { failure });
}

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
// One file at a time: these keep both cores of a small machine busy.
export const modelTests = vitest('model', ['--no-file-parallelism']);
export const packagingTests = vitest('packaging', ['--no-file-parallelism']);
export const matrixTests = vitest('matrix', ['--no-file-parallelism']);
// Two at a time: these wait for frames and timers, too.
export const adapterTests = vitest('adapters', ['--maxWorkers=2']);
export const browserTests = vitest('browser', ['--maxWorkers=2']);
