import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ask, root, run } from './command.mjs';
import { StepFailure } from './failure.mjs';

/** @import { Step } from './runner.mjs' */

const wasmTarget = 'wasm32-unknown-unknown';

/** @type {Step} */
export const nodeVersion = {
  name: 'Node',
  run() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major < 20 || (major === 20 && minor < 19)) {
      throw new StepFailure(
        `This project needs Node 20.19 or later to build, and this is ${process.versions.node}.`,
      );
    }
    return process.versions.node;
  },
};

/** @returns {string} the Rust version that rust-toolchain.toml names */
function pinnedRust() {
  const text = readFileSync(join(root, 'rust-toolchain.toml'), 'utf8');
  const version = /channel = "([^"]+)"/.exec(text)?.[1];
  if (!version) throw new StepFailure('rust-toolchain.toml names no channel.');
  return version;
}

/** @returns {boolean} whether the pinned Rust is there with all that the build and the checks use */
function rustIsComplete() {
  const sysroot = ask('rustc', ['--print', 'sysroot']);
  return (
    sysroot !== undefined &&
    existsSync(join(sysroot, 'lib/rustlib', wasmTarget, 'lib')) &&
    ask('cargo', ['fmt', '--version']) !== undefined &&
    ask('cargo', ['clippy', '--version']) !== undefined
  );
}

/**
 * Lets an installed stable Rust stand in for the pinned one when it is the same
 * version under another name, as it is in images that come with Rust.
 */
function useStableIfPinned() {
  const stable = ask('rustup', ['run', 'stable', 'rustc', '--version']);
  if (ask('rustc', ['--version']) === undefined && stable?.startsWith(`rustc ${pinnedRust()} `)) {
    process.env['RUSTUP_TOOLCHAIN'] = 'stable';
  }
}

/** @type {Step} */
export const rust = {
  name: 'Rust with the wasm target',
  async run() {
    useStableIfPinned();
    if (rustIsComplete()) return ask('rustc', ['--version']);
    if (ask('rustup', ['--version']) === undefined) throw new StepFailure(howToGetRust());
    const failure = `rustup could not install Rust ${pinnedRust()} with the target ${wasmTarget}: is there a network?`;
    if (ask('rustc', ['--version']) === undefined) {
      const words = ['toolchain', 'install', pinnedRust(), '--profile', 'minimal', '--no-self-update'];
      await run('rustup', words, { failure });
    }
    await run('rustup', ['target', 'add', wasmTarget], { failure });
    await run('rustup', ['component', 'add', 'rustfmt', 'clippy'], { failure });
    return ask('rustc', ['--version']);
  },
};

function howToGetRust() {
  return ask('rustc', ['--version']) === undefined
    ? 'Rust is missing: install rustup (its site is rustup.rs), open a new shell and run this again.'
    : `This Rust lacks the target ${wasmTarget}, rustfmt or clippy: install rustup (its site is rustup.rs), which brings them.`;
}

/** @type {Step} */
export const npmPackages = {
  name: 'npm packages',
  async run() {
    const lock = join(root, 'package-lock.json');
    const installed = join(root, 'node_modules/.package-lock.json');
    if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs)
      return 'already installed';
    await run('npm', ['ci', '--no-audit', '--no-fund'], {
      failure: 'npm ci could not install the packages of package-lock.json; its message is above.',
    });
    return undefined;
  },
};

/** What building needs. @type {Step[]} */
export const setup = [nodeVersion, rust, npmPackages];
