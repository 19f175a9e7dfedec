import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkCounterPage } from '../../support/counterPage.ts';
import { type InstalledApp, installedApp } from '../../support/installedApp.mjs';

let app: InstalledApp;

beforeAll(async () => {
  const packages = [
    'next',
    'react',
    'react-dom',
    'typescript',
    '@types/node',
    '@types/react',
    '@types/react-dom',
  ];
  app = await installedApp([fileURLToPath(new URL('../apps/next/', import.meta.url))], packages);
});

afterAll(() => app.remove());

// Its build checks the types of the app, too.
test.each([
  ['Turbopack', []],
  ['webpack', ['--webpack']],
])('Next, built with %s', async (_, flags) => {
  await app.run('next', ['build', ...flags]);
  const site = await app.serve('next', (port) => ['start', '--port', port]);
  await checkCounterPage(site.url).finally(site.close);
  expect(site.output()).not.toMatch(/error|warn/i);
});

test('Next, from its development server', async () => {
  const site = await app.serve('next', (port) => ['dev', '--hostname', '127.0.0.1', '--port', port]);
  await checkCounterPage(site.url).finally(site.close);
});
