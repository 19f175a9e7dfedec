import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packedApp } from './packed.mjs';
import { versionOf } from './versions.mjs';

/**
 * An app outside the project with the tarball of the package and what else it uses installed by npm.
 *
 * @typedef {object} InstalledApp
 * @property {string} folder
 * @property {(program: string, words: string[], env?: Record<string, string>) => Promise<string>} run
 *   runs one of its programs to its end; gives what that printed
 * @property {(program: string, words: (port: string) => string[]) => Promise<Site>} serve
 *   starts one of its programs, which is `node` or an installed one, and waits until it answers
 * @property {() => Promise<void>} remove
 *
 * @typedef {{ url: string, output: () => string, close: () => Promise<void> }} Site
 */

const patience_ms = 240_000;

/** Nothing is reported to anybody, and nothing of the test runner that an app would take for its own. */
function environment() {
  const ours = /^(NODE_ENV|VITEST.*|TEST|DEV|PROD|SSR|MODE|BASE_URL|npm_.*)$/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return {
    ...Object.fromEntries(kept),
    CI: '1',
    NO_COLOR: '1',
    DENO_NO_UPDATE_CHECK: '1',
    DO_NOT_TRACK: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
  };
}

/**
 * @param {string[]} sources folders, copied over each other
 * @param {string[]} packages names, each of the version that is tested
 * @param {Record<string, unknown>} [manifest] what its package.json says besides
 * @returns {Promise<InstalledApp>}
 */
export async function installedApp(sources, packages, manifest = {}) {
  const { tarball } = await packedApp();
  const folder = await mkdtemp(join(tmpdir(), 'gaesup-state-app-'));
  for (const source of sources) await cp(source, folder, { recursive: true });
  const about = { name: 'reader', private: true, type: 'module', ...manifest };
  await writeFile(join(folder, 'package.json'), JSON.stringify(about));
  const pinned = packages.map((name) => `${name}@${versionOf(name)}`);
  // Scripts of packages would fetch programs; what they need comes from npm as packages.
  const flags = ['--save-exact', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', ['install', tarball, ...pinned, ...flags], {
    cwd: folder,
    env: environment(),
  });
  const path = (/** @type {string} */ program) =>
    program === 'node' ? process.execPath : join(folder, 'node_modules/.bin', program);
  return {
    folder,
    run: (program, words, env) => run(path(program), words, folder, env),
    serve: (program, words) => serve(path(program), words, folder),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** @param {string} program @param {string[]} words @param {string} cwd @param {Record<string, string>} [env] */
async function run(program, words, cwd, env) {
  const options = { cwd, env: { ...environment(), ...env }, maxBuffer: 1 << 26, timeout: patience_ms };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, words, options);
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`'${words.join(' ')}' failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** @param {string} program @param {(port: string) => string[]} words @param {string} cwd @returns {Promise<Site>} */
async function serve(program, words, cwd) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  // A group of its own, so that what it starts ends with it.
  const child = spawn(program, words(port), {
    cwd,
    env: { ...environment(), HOST: '127.0.0.1', PORT: port },
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const close = async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  const last_ms = performance.now() + patience_ms;
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null || performance.now() > last_ms) {
      await close();
      throw new Error(`The server does not answer:\n${text}`);
    }
    await pause(100);
  }
  return { url, output: () => text, close };
}

/** @returns {Promise<string>} a port that nobody listens to */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(String(typeof address === 'object' ? address?.port : address)));
    });
  });
}
