import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { expect, test } from 'vitest';
import { openPage } from '../../support/chromium.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';

test('a counter counts', async () => {
  const app = await frameworkApp(fileURLToPath(new URL('app/', import.meta.url)), { framework: 'svelte' });
  const { page, complaints, close } = await openPage(await app.build({ plugins: [svelte()] }));
  await page.getByRole('button', { name: '1' }).click();
  await page.getByRole('button', { name: '2' }).waitFor();
  await close();
  await app.remove();
  expect(complaints).toEqual([]);
});
