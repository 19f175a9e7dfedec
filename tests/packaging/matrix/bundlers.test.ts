import { fileURLToPath } from 'node:url';
import { afterEach, test } from 'vitest';
import { serve } from '../../support/chromium.mjs';
import { checkClientPage } from '../../support/counterPage.ts';
import { type InstalledApp, installedApp } from '../../support/installedApp.mjs';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function appOf(names: string[], packages: string[]): Promise<InstalledApp> {
  const sources = names.map((name) => fileURLToPath(new URL(`../apps/${name}/`, import.meta.url)));
  const app = await installedApp(sources, [...packages, 'react', 'react-dom']);
  cleanups.push(app.remove);
  return app;
}

/** Opens pages of an app that was built. */
async function checkPages(folder: string, pages: string[]) {
  const site = await serve(folder);
  cleanups.push(site.close);
  for (const page of pages) await checkClientPage(site.url + page);
}

test('esbuild', async () => {
  const app = await appOf(['bundled', 'esbuild'], ['esbuild']);
  const entries = ['counter.js', 'url.js'];
  await app.run('esbuild', [
    ...entries,
    '--bundle',
    '--minify',
    '--format=esm',
    '--loader:.wasm=file',
    '--outdir=dist',
  ]);
  await checkPages(app.folder, ['counter.html', 'url.html']);
});

test('Rollup', async () => {
  const plugins = ['@rollup/plugin-commonjs', '@rollup/plugin-node-resolve', '@rollup/plugin-replace'];
  const app = await appOf(['bundled', 'rollup'], ['rollup', ...plugins]);
  await app.run('rollup', ['--config']);
  await checkPages(app.folder, ['counter.html']);
});

test('Parcel, which reads no `exports`', async () => {
  const app = await appOf(['bundled', 'parcel'], ['parcel']);
  await app.run('parcel', ['build', 'counter.html', '--no-cache', '--public-url', './']);
  await checkPages(app.folder, ['dist/counter.html']);
});

test("Vite's development server without any configuration", async () => {
  const app = await appOf(['bundled', 'vite-plain'], ['vite']);
  const site = await app.serve('vite', (port) => ['--host', '127.0.0.1', '--port', port]);
  cleanups.push(site.close);
  for (const page of ['', 'url.html']) await checkClientPage(site.url + page);
});
