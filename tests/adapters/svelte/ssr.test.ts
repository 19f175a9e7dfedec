import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.mjs';
import { type SsrSite, ssrSite } from '../../support/ssrSite.mjs';
import { checkApart, checkHydration, checkMisfit, checkNothingLeft, checkText } from '../ssr/checks.ts';

const sources = fileURLToPath(new URL('ssr/', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each(['production', 'development'] as const)('Svelte in %s', (mode) => {
  let site: SsrSite;
  beforeAll(async () => {
    const entries = { client: 'client.ts', server: 'server.ts' };
    site = await ssrSite(sources, { framework: 'svelte', plugins: [svelte()], mode, ...entries });
  });
  afterAll(() => site.close());

  test.each(mode === 'production' ? ['/string', '/bytes'] : ['/string'])(
    '%s is hydrated as it is',
    async (path) => {
      await checkText(site, path);
      await checkHydration(browser, site, path);
    },
  );

  test('what does not fit is noticed', async () => {
    await checkMisfit(browser, site, { changesEarly: true });
  });

  // What depends on the server alone is looked at once.
  if (mode === 'development') return;

  test('requests that overlap share nothing', async () => {
    await checkApart(site, '/string');
  });

  test('requests leave nothing behind', async () => {
    await checkNothingLeft(site, ['/string']);
  });

  // Svelte leaves what a component that fails has subscribed to by `$`, which goes with the store.
  test('requests that fail leave no store behind', async () => {
    for (let request = 0; request < 20; request++) {
      expect((await fetch(`${site.url}/broken?user=ann`)).status).toBe(500);
    }
    expect((await site.counts()).alive).toBe(0);
  });
});
