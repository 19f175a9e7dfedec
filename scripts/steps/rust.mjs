import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findChromedriver } from './chromium.mjs';
import { ask, root, run } from './command.mjs';
import { StepFailure } from './failure.mjs';

/** @import { Step } from './runner.mjs' */

const wasmTarget = 'wasm32-unknown-unknown';
const simd = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: '-C target-feature=+simd128' };
const denied = ['--', '--deny', 'warnings'];
const libraries = [
  '--package',
  'gaesup-kernels',
  '--package',
  'gaesup-codec',
  '--package',
  'gaesup-core',
  '--package',
  'gaesup-wasm',
];

/** @type {Step} */
export const rustFormat = {
  name: 'cargo fmt',
  run: () =>
    run('cargo', ['fmt', '--all', '--check'], {
      failure: "Rust files are not formatted: run 'npm run format'.",
    }),
};

/** @type {Step} */
export const clippyHost = {
  name: 'clippy',
  run: () => run('cargo', ['clippy', '--workspace', '--all-targets', '--all-features', ...denied]),
};

// Code behind a target or a target feature is linted only where it compiles.
const clippyWasm = async (/** @type {Record<string, string>} */ env) => {
  await run('cargo', ['clippy', '--target', wasmTarget, ...libraries, ...denied], { env });
  await run(
    'cargo',
    ['clippy', '--target', wasmTarget, '--package', 'gaesup-kernels', '--all-targets', ...denied],
    { env },
  );
};

/** @type {Step} */
export const clippyWasmBaseline = { name: 'clippy for wasm', run: () => clippyWasm({}) };

/** @type {Step} */
export const clippyWasmSimd = { name: 'clippy for wasm with SIMD', run: () => clippyWasm(simd) };

/** @type {Step} */
export const rustTests = {
  name: 'cargo test',
  run: () => run('cargo', ['test', '--workspace', '--all-features']),
};

/** @type {Step} */
export const rustDocs = {
  name: 'cargo doc',
  run: () => run('cargo', ['doc', '--no-deps', ...libraries], { env: { RUSTDOCFLAGS: '--deny warnings' } }),
};

/** @type {Step} */
export const miri = {
  name: 'Miri on the kernels',
  async run() {
    if (ask('cargo', ['+nightly', 'miri', '--version']) === undefined && !(await installMiri())) {
      const message =
        "Miri was not run: it needs a nightly Rust, and 'rustup toolchain install nightly -c miri -c rust-src' failed.";
      if (process.env['CI']) throw new StepFailure(message);
      return message;
    }
    await run('cargo', ['+nightly', 'miri', 'test', '--package', 'gaesup-kernels']);
    return undefined;
  },
};

/** @returns {Promise<boolean>} whether a nightly with Miri is there now */
async function installMiri() {
  const words = ['toolchain', 'install', 'nightly', '--profile', 'minimal', '--no-self-update'];
  return run('rustup', [...words, '--component', 'miri', '--component', 'rust-src']).then(
    () => true,
    () => false,
  );
}

/** @returns {string} the version in Cargo.lock, which the test runner must have too */
function bindgenVersion() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
  if (!version) throw new StepFailure('Cargo.lock names no wasm-bindgen.');
  return version;
}

const runnerName = 'wasm-bindgen-test-runner';

/** Outside the clone and of one version, so that it is compiled once per machine. */
const runnerFolder = () => join(homedir(), '.cache/gaesup-state', `wasm-bindgen-cli-${bindgenVersion()}`);

/** @returns {string | undefined} a runner of the right version: our own, or one on the path */
function findRunner() {
  const own = join(runnerFolder(), 'bin', runnerName);
  if (existsSync(own)) return own;
  return ask(runnerName, ['--version'])?.endsWith(` ${bindgenVersion()}`) ? runnerName : undefined;
}

/** @type {Step} */
export const wasmTestRunner = {
  name: 'wasm-bindgen test runner',
  async run() {
    if (findRunner()) return 'already installed';
    console.log('Compiling it takes a minute or two, once per machine.');
    const version = bindgenVersion();
    // Without optimising it is compiled in a fifth of the time, and what it does is done in a moment.
    const words = ['install', 'wasm-bindgen-cli', '--version', version, '--debug', '--root', runnerFolder()];
    // A registry mirror may lack a version that the lockfile names and have one as good.
    await run('cargo', [...words, '--locked']).catch(() =>
      run('cargo', words, { failure: `cargo could not install wasm-bindgen-cli ${version}; see above.` }),
    );
    return undefined;
  },
};

/** @param {Record<string, string>} env */
async function testInWasm(env) {
  const runner = findRunner();
  if (!runner)
    throw new StepFailure("The wasm-bindgen test runner is missing: run 'npm test' without naming steps.");
  const words = ['test', '--target', wasmTarget, '--package', 'gaesup-kernels', '--test', 'wasm'];
  await run('cargo', words, { env: { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: runner, ...env } });
}

/** @type {Step} */
export const kernelsInNode = { name: 'kernels in Node', run: () => testInWasm(simd) };

/** @type {Step} */
export const kernelsInChromium = {
  name: 'kernels in Chromium',
  run: () =>
    testInWasm({
      ...simd,
      WASM_BINDGEN_USE_BROWSER: '1',
      CHROMEDRIVER: findChromedriver() ?? 'chromedriver',
    }),
};
