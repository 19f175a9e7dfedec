import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.mjs';
import { type SsrSite, ssrSite } from '../../support/ssrSite.mjs';
import {
  checkApart,
  checkEarly,
  checkHydration,
  checkLate,
  checkLateMisfit,
  checkMisfit,
  checkNothingLeft,
  checkText,
} from '../ssr/checks.ts';

const sources = fileURLToPath(new URL('ssr/', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each(['production', 'development'] as const)('Vue in %s', (mode) => {
  let site: SsrSite;
  beforeAll(async () => {
    site = await ssrSite(sources, {
      framework: 'vue',
      client: 'client.ts',
      server: 'server.ts',
      plugins: [vue()],
      mode,
      // Has also a production build say what does not fit.
      define: { __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: true },
    });
  });
  afterAll(() => site.close());

  test.each(mode === 'production' ? ['/string', '/bytes', '/loading'] : ['/string'])(
    '%s is hydrated as it is',
    async (path) => {
      await checkText(site, path);
      await checkHydration(browser, site, path);
    },
  );

  test('what is hydrated late fits', async () => {
    await checkLate(browser, site, '/string');
  });

  test('what has changed before all hydration fits as well', async () => {
    await checkEarly(browser, site);
  });

  // What depends on the server alone is looked at once, and that misfits are seen at all.
  if (mode === 'development') return;

  test('without serverState, what is hydrated late does not fit', async () => {
    await checkMisfit(browser, site, { changesEarly: true, withoutServerState: true });
    await checkLateMisfit(browser, site);
  });

  test('requests that overlap share nothing', async () => {
    await checkApart(site, '/loading');
  });

  test('requests leave nothing behind', async () => {
    expect((await fetch(`${site.url}/broken?user=ann`)).status).toBe(500);
    await checkNothingLeft(site, ['/string', '/loading', '/broken']);
  });
});
