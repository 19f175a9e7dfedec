import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { installedApp } from '../../support/installedApp.mjs';

/** Runs tests for Node and for jsdom in an app of its own. */
async function check(name: string, type: 'commonjs' | 'module', packages: string[], flags: string[]) {
  const sources = ['jest', name].map((each) => fileURLToPath(new URL(`../apps/${each}/`, import.meta.url)));
  const used = ['jest', 'jest-environment-jsdom', 'react', 'react-dom', ...packages];
  const app = await installedApp(sources, used, { type });
  await app.run('node', [...flags, 'node_modules/jest/bin/jest.js', '--json', '--outputFile=report.json']);
  const report = JSON.parse(await readFile(join(app.folder, 'report.json'), 'utf8'));
  await app.remove();
  expect(report).toMatchObject({ numPassedTests: 3, numTotalTests: 3 });
}

test('Jest, with tests made CommonJS by Babel', () =>
  check('jest-commonjs', 'commonjs', ['babel-jest', '@babel/core', '@babel/preset-env'], []));

test('Jest, with tests as ES modules', () => check('jest-esm', 'module', [], ['--experimental-vm-modules']));
