import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { checkCounterPage } from '../../support/counterPage.ts';
import { type InstalledApp, installedApp } from '../../support/installedApp.mjs';

const frameworks = {
  react: ['@vitejs/plugin-react', 'react', 'react-dom'],
  vue: ['@vitejs/plugin-vue', 'vue'],
  svelte: ['@sveltejs/vite-plugin-svelte', 'svelte'],
};

const folderOf = (name: string) => fileURLToPath(new URL(`../apps/${name}/`, import.meta.url));

describe.each(Object.entries(frameworks))('Vite with %s', (name, packages) => {
  let app: InstalledApp;

  beforeAll(async () => {
    app = await installedApp([folderOf('vite'), folderOf(`vite-${name}`)], ['vite', ...packages]);
  });

  afterAll(() => app.remove());

  async function check(flags: string[]) {
    const site = await app.serve('node', () => ['server.mjs', ...flags]);
    await checkCounterPage(site.url).finally(site.close);
  }

  test('built for production', async () => {
    await app.run('vite', ['build', '--outDir', 'dist/client']);
    await app.run('vite', ['build', '--outDir', 'dist/server', '--ssr', 'src/server.js']);
    await check([]);
  });

  test('from its development server', () => check(['dev']));
});
