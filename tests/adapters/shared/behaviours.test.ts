import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import react from '@vitejs/plugin-react';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenPage, openPage } from '../../support/chromium.mjs';
import { type FrameworkApp, frameworkApp } from '../../support/frameworkApp.mjs';

/** So that none is lost unnoticed; one is of frameworks only. */
const BEHAVIOURS = { bare: 37, react: 38, vue: 38, svelte: 38 };

let app: FrameworkApp;
let open: OpenPage;

beforeAll(async () => {
  app = await frameworkApp(fileURLToPath(new URL('app/', import.meta.url)), { framework: 'all' });
  open = await openPage(await app.build({ plugins: [react(), svelte()] }));
});

afterAll(async () => {
  await open.close();
  await app.remove();
});

test.each(Object.keys(BEHAVIOURS) as (keyof typeof BEHAVIOURS)[])('%s does what all do', async (subject) => {
  const { held, failed } = await open.page.evaluate((name) => window.run(name), subject);
  expect(failed).toEqual([]);
  expect(held).toHaveLength(BEHAVIOURS[subject]);
  expect(open.complaints).toEqual([]);
});
