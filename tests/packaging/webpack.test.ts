import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import webpack from 'webpack';
import { openPage } from '../support/chromium.mjs';
import { bareApp, link } from '../support/packed.mjs';

let app: Awaited<ReturnType<typeof bareApp>>;

beforeAll(async () => {
  app = await bareApp({});
  for (const name of ['bundled', 'webpack'])
    await cp(fileURLToPath(new URL(`apps/${name}/`, import.meta.url)), app.folder, { recursive: true });
  await link(app.folder, ['react', 'react-dom']);
  const { default: config } = await import(pathToFileURL(join(app.folder, 'webpack.config.mjs')).href);
  // That an app is bigger than webpack likes is no fault of it.
  const options: webpack.Configuration = { ...config, performance: false };
  const stats = await promisify<webpack.Configuration, webpack.Stats | undefined>(webpack)(options);
  const { errors, warnings } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
}, 120_000);

afterAll(() => app.remove());

test.each(['counter', 'url'])('a production build counts in Chromium: %s', async (name) => {
  const { page, complaints, close } = await openPage(app.folder, { path: `${name}.html` });
  await page.getByRole('button', { name: '1' }).click();
  await page.getByRole('button', { name: '2' }).waitFor();
  await close();
  expect(complaints).toEqual([]);
});

test('the separate wasm file is an asset of its own', async () => {
  const names = await readdir(join(app.folder, 'dist'));
  expect(names.filter((name) => name.endsWith('.wasm'))).toHaveLength(1);
});
