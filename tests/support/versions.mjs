import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/steps/command.mjs';

/**
 * What the packed package is tested with: exact versions of what the project does not have itself. All of
 * them run on Node 20.
 *
 * @type {Record<string, string>}
 */
const others = {
  '@babel/preset-env': '7.29.14',
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-node-resolve': '16.0.3',
  '@rollup/plugin-replace': '6.0.3',
  '@sveltejs/adapter-node': '5.5.7',
  '@sveltejs/kit': '2.70.4',
  'babel-jest': '30.5.2',
  bun: '1.4.5',
  deno: '2.9.6',
  esbuild: '0.28.2',
  jest: '30.5.2',
  'jest-environment-jsdom': '30.5.2',
  next: '16.4.6',
  nuxt: '4.4.5',
  parcel: '2.16.4',
  'react-18': '18.3.1',
  rollup: '4.68.8',
};

/** @type {Record<string, string>} */
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies;

/**
 * @param {string} name of a package
 * @returns {string} the version that the package is tested with
 */
export function versionOf(name) {
  const version = others[name] ?? own[name];
  if (version === undefined) throw new Error(`There is no version of ${name} to test with.`);
  return version;
}

/** What the README lists: the rest are parts of these. */
export const listed = [
  'react',
  'vue',
  'svelte',
  'next',
  'nuxt',
  '@sveltejs/kit',
  'vite',
  'webpack',
  'esbuild',
  'rollup',
  'parcel',
  'vitest',
  'jest',
  'bun',
  'deno',
];
