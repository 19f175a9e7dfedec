import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, test } from 'vitest';
import { checkCounterPage } from '../../support/counterPage.ts';
import { type InstalledApp, installedApp } from '../../support/installedApp.mjs';

let app: InstalledApp;

beforeAll(async () => {
  app = await installedApp([fileURLToPath(new URL('../apps/nuxt/', import.meta.url))], ['nuxt', 'vue']);
});

afterAll(() => app.remove());

test('Nuxt, built for Node', async () => {
  await app.run('nuxt', ['build']);
  const site = await app.serve('node', () => ['.output/server/index.mjs']);
  await checkCounterPage(site.url).finally(site.close);
});

test('Nuxt, from its development server', async () => {
  const site = await app.serve('nuxt', (port) => ['dev', '--host', '127.0.0.1', '--port', port]);
  await checkCounterPage(site.url).finally(site.close);
});
