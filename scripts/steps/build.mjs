import { root, run } from './command.mjs';
import { StepFailure } from './failure.mjs';
import { unlessFresh } from './fingerprint.mjs';

/** @import { Step } from './runner.mjs' */

const generated = 'bindings/core/src/generated';

const wasmInputs = [
  'Cargo.toml',
  'Cargo.lock',
  'rust-toolchain.toml',
  '.cargo',
  'crates',
  'package-lock.json',
];
const bundleInputs = [
  'bindings',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsdown.config.ts',
];

/** @type {Step} */
export const buildWasm = {
  name: 'wasm and glue',
  run: () =>
    unlessFresh('wasm', { inputs: wasmInputs, outputs: [generated] }, () =>
      run('cargo', ['xtask', 'build'], { failure: 'The wasm build failed; the message is above.' }),
    ),
};

/** @type {Step} */
export const bundle = {
  name: 'dist',
  run: () => unlessFresh('bundle', { inputs: bundleInputs, outputs: ['dist'] }, makeDist),
};

async function makeDist() {
  // Loaded late: this file is also read before any package is installed.
  const { build } = await import('tsdown');
  await build({ cwd: root, logLevel: 'warn' }).catch((error) => {
    throw new StepFailure(`Bundling failed: ${error.message}`);
  });
}

/** From sources to dist/. @type {Step[]} */
export const build = [buildWasm, bundle];
