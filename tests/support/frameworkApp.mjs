import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { bareApp, link } from './packed.mjs';
import { versionOf } from './versions.mjs';

/** @import { InlineConfig, PluginOption } from 'vite' */

/** What an app of each framework has in its node_modules besides the packed package. */
const packages = {
  react: ['react', 'react-dom'],
  vue: ['vue', '@vue/server-renderer'],
  svelte: ['svelte'],
  all: ['react', 'react-dom', 'vue', 'svelte'],
};

/**
 * An app of sources outside the project, with the packed package and its framework installed.
 *
 * @typedef {object} FrameworkApp
 * @property {string} folder
 * @property {(options: BuildOptions) => Promise<string>} build gives the folder of the result
 * @property {() => Promise<void>} remove
 *
 * @typedef {object} BuildOptions
 * @property {PluginOption[]} [plugins] of the framework
 * @property {string} [ssr] the entry of a build that runs in Node, which has everything it needs in it
 * @property {string} [outDir] below the app; default `dist`
 * @property {Mode} [mode] default `production`
 *
 * @typedef {'production' | 'development'} Mode
 */

/**
 * @param {string} sources a folder with an index.html, copied
 * @param {{ framework: keyof typeof packages, reactMajor?: 18 }} options `reactMajor` for another React than the project's
 * @returns {Promise<FrameworkApp>}
 */
export async function frameworkApp(sources, { framework, reactMajor }) {
  const { folder, remove } = await bareApp({});
  await cp(sources, folder, { recursive: true });
  await link(folder, packages[framework], reactMajor && (await installedReact(reactMajor)));
  return {
    folder,
    remove,
    build: async ({ plugins = [], ssr, outDir = 'dist', mode = 'production' }) => {
      /** @type {InlineConfig} */
      const config = {
        root: folder,
        base: './',
        configFile: false,
        mode,
        logLevel: 'error',
        plugins,
        build: {
          outDir,
          emptyOutDir: true,
          minify: mode === 'production',
          ...(ssr === undefined ? {} : { ssr }),
        },
        ...(ssr === undefined ? {} : { ssr: { noExternal: true } }),
      };
      await inMode(mode, () => build(config));
      return join(folder, outDir);
    },
  };
}

/** @type {Promise<unknown>} */
let building = Promise.resolve();

/**
 * Builds something for a mode. That is a variable of the whole process, which a test runner sets
 * to something of its own: then frameworks would be bundled in their development builds.
 *
 * @template R
 * @param {Mode} mode
 * @param {() => Promise<R>} work
 * @returns {Promise<R>}
 */
function inMode(mode, work) {
  const result = building.then(async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = mode;
    try {
      return await work();
    } finally {
      process.env.NODE_ENV = before;
    }
  });
  building = result.catch(() => {});
  return result;
}

/**
 * React of a major version that the project itself does not have, installed once per machine.
 *
 * @param {number} major
 * @returns {Promise<string>} the folder that has it in its node_modules
 */
async function installedReact(major) {
  const version = versionOf(`react-${major}`);
  const folder = join(tmpdir(), `gaesup-state-react-${version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}-${process.pid}`;
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'package.json'), JSON.stringify({ name: 'react-app', private: true }));
  const words = ['install', `react@${version}`, `react-dom@${version}`, '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', words, { cwd: draft });
  // Whoever renames first wins; the content is the same.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true }));
  return folder;
}
