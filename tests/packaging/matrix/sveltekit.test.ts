import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, test } from 'vitest';
import { checkCounterPage } from '../../support/counterPage.ts';
import { type InstalledApp, installedApp } from '../../support/installedApp.mjs';

let app: InstalledApp;

beforeAll(async () => {
  const packages = [
    '@sveltejs/kit',
    '@sveltejs/adapter-node',
    '@sveltejs/vite-plugin-svelte',
    'svelte',
    'vite',
  ];
  app = await installedApp([fileURLToPath(new URL('../apps/sveltekit/', import.meta.url))], packages);
});

afterAll(() => app.remove());

test('SvelteKit, built for Node', async () => {
  await app.run('vite', ['build']);
  const site = await app.serve('node', () => ['build/index.js']);
  await checkCounterPage(site.url).finally(site.close);
});

test('SvelteKit, from its development server', async () => {
  const site = await app.serve('vite', (port) => ['dev', '--host', '127.0.0.1', '--port', port]);
  await checkCounterPage(site.url).finally(site.close);
});
