import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { expect, test } from 'vitest';
import { openPage } from '../../support/chromium.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';

test.each([undefined, 18] as const)('a counter counts (React %s)', async (reactMajor) => {
  const sources = fileURLToPath(new URL('app/', import.meta.url));
  const app = await frameworkApp(sources, { framework: 'react', ...(reactMajor && { reactMajor }) });
  const { page, complaints, close } = await openPage(await app.build({ plugins: [react()] }));
  await page.getByRole('button', { name: '1' }).click();
  await page.getByRole('button', { name: '2' }).waitFor();
  await close();
  await app.remove();
  expect(complaints).toEqual([]);
});
