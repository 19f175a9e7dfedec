import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { expect, test } from 'vitest';
import { openPage } from '../../support/chromium.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';

test('a counter counts', async () => {
  const app = await frameworkApp(fileURLToPath(new URL('app/', import.meta.url)), { framework: 'vue' });
  const { page, complaints, close } = await openPage(await app.build({ plugins: [vue()] }));
  await page.getByRole('button', { name: '1' }).click();
  await page.getByRole('button', { name: '2' }).waitFor();
  await close();
  await app.remove();
  expect(complaints).toEqual([]);
});
