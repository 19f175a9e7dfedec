import { runPackage } from './command.mjs';
import { weigh } from './size.mjs';

/** @import { Step } from './runner.mjs' */

/** @returns {Promise<string>} the packed tarball, the same that the packaging tests install */
async function tarball() {
  // Loaded late: it runs npm pack, and nothing above this step needs it.
  const { packedApp } = await import('../../tests/support/packed.mjs');
  return (await packedApp()).tarball;
}

/** @type {Step} */
export const publint = {
  name: 'publint',
  run: async () => runPackage('publint/src/cli.js', [await tarball(), '--strict']),
};

/** @type {Step} */
export const typesOfPackage = {
  name: 'are the types wrong',
  run: async () =>
    runPackage('@arethetypeswrong/cli/dist/index.js', [
      await tarball(),
      // CommonJS finds a module that only Node's newer `require` and bundlers take: the package has no other.
      '--ignore-rules',
      'cjs-resolves-to-esm',
      // The wasm file is an asset to name, not a module to import.
      '--exclude-entrypoints',
      'gaesup.wasm',
    ]),
};

/** @type {Step} */
export const size = { name: 'size budget', run: weigh };
