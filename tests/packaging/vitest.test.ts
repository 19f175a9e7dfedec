import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bareApp, link } from '../support/packed.mjs';

interface Report {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

test("an app's own Vitest imports the package in Node and in a DOM", async () => {
  const { folder, remove } = await bareApp({});
  await cp(fileURLToPath(new URL('apps/vitest/', import.meta.url)), folder, { recursive: true });
  await link(folder, ['react', 'react-dom', 'happy-dom', 'vitest']);
  const words = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', '--outputFile=report.json'];
  const ended = await promisify(execFile)(process.execPath, words, { cwd: folder }).catch((error) => error);
  const report: Report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  await remove();
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const told = results.map(({ title, status, failureMessages }) => [title, status, ...failureMessages]);
  expect(told.sort()).toEqual([
    ['a component counts in a DOM', 'passed'],
    ['a component is rendered to a string', 'passed'],
    ['a store counts in Node', 'passed'],
  ]);
  expect(ended.stderr).toBe('');
});
