import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InstalledApp, installedApp } from '../../support/installedApp.mjs';

let app: InstalledApp;

beforeAll(async () => {
  app = await installedApp([fileURLToPath(new URL('../apps/runtimes/', import.meta.url))], ['bun', 'deno']);
});

afterAll(() => app.remove());

test('Bun', async () => {
  // Its command is put into place by a script, and scripts of packages are not run here.
  const [platform = ''] = await readdir(join(app.folder, 'node_modules/@oven'));
  expect(await app.run(`../@oven/${platform}/bin/bun`, ['counter.js'])).toBe('[2,2]\n');
});

test('Deno', async () => {
  const words = ['run', '--no-remote', '--allow-read', 'counter.js'];
  expect(await app.run('deno', words)).toBe('[2,2]\n');
});
