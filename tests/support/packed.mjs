import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/steps/command.mjs';
import { fingerprint } from '../../scripts/steps/fingerprint.mjs';

const runFile = promisify(execFile);

/**
 * The package as a reader gets it: packed by npm and installed into a folder
 * that has nothing else and lies outside the project.
 *
 * @typedef {object} PackedApp
 * @property {string} folder the app, an ES module package
 * @property {string} packageFolder node_modules/gaesup-state in it
 * @property {string} tarball what `npm pack` made
 */

const shelf = join(tmpdir(), 'gaesup-state-packed');
const kept_ms = 24 * 60 * 60 * 1000;

/** @type {Promise<PackedApp> | undefined} */
let app;

/**
 * Packs and installs the built package, once for each content of it: several
 * test processes share one folder.
 *
 * @returns {Promise<PackedApp>} a folder to read from; use `bareApp` to write
 */
export function packedApp() {
  app ??= prepare();
  return app;
}

async function prepare() {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('dist/ is missing: run npm run build first');
  const folder = join(
    shelf,
    fingerprint(['dist', 'package.json', 'react', 'svelte', 'url', 'vue', 'CHANGELOG.md', 'README.md']),
  );
  if (!existsSync(folder)) {
    await mkdir(shelf, { recursive: true });
    await removeOld();
    const draft = await install();
    // Whoever renames first wins; the content is the same.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
  }
  return describe(folder);
}

/** @param {string} folder @returns {PackedApp} */
function describe(folder) {
  return {
    folder,
    packageFolder: join(folder, 'node_modules/gaesup-state'),
    tarball: join(folder, 'gaesup-state.tgz'),
  };
}

async function install() {
  const draft = await mkdtemp(join(shelf, 'draft-'));
  // Its prepack script would build; what is tested is what has been built.
  await runFile('npm', ['pack', '--ignore-scripts', '--pack-destination', draft], { cwd: root });
  const packed = (await readdir(draft)).find((name) => name.endsWith('.tgz'));
  if (!packed) throw new Error('npm pack made no tarball');
  await rename(join(draft, packed), describe(draft).tarball);
  await writeFile(
    join(draft, 'package.json'),
    JSON.stringify({ name: 'reader', private: true, type: 'module' }),
  );
  const words = [
    'install',
    describe(draft).tarball,
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  await runFile('npm', words, { cwd: draft });
  return draft;
}

async function removeOld() {
  for (const name of await readdir(shelf)) {
    const path = join(shelf, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > kept_ms) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Packages that the project has itself, as an app that installed them would find them.
 *
 * @param {string} folder the app
 * @param {string[]} packages
 * @param {string} [from] the folder whose node_modules has them; default the project
 */
export async function link(folder, packages, from = root) {
  for (const name of packages) {
    const path = join(folder, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(from, 'node_modules', name), path, 'dir');
  }
}

/**
 * A folder of one's own with the package installed, for tests that write files.
 *
 * @param {Record<string, string>} files name to content
 * @returns {Promise<{ folder: string, remove: () => Promise<void> }>}
 */
export async function bareApp(files) {
  const app = await packedApp();
  const folder = await mkdtemp(join(tmpdir(), 'gaesup-state-app-'));
  await cp(app.folder, folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
