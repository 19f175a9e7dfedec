import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
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
  hydrationOf,
  visit,
} from '../ssr/checks.ts';

const sources = fileURLToPath(new URL('ssr/', import.meta.url));

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.each([
  ['React 19', {}, ['/string', '/bytes', '/stream']],
  ['React 18', { reactMajor: 18 }, ['/string', '/stream']],
  ['React 19 in development', { mode: 'development' }, ['/string', '/stream']],
] as const)('%s', (_, options, paths) => {
  let site: SsrSite;
  beforeAll(async () => {
    const entries = { client: 'client.tsx', server: 'server.tsx' };
    site = await ssrSite(sources, { framework: 'react', plugins: [react()], ...entries, ...options });
  });
  afterAll(() => site.close());

  test.each(paths)('%s is hydrated as it is', async (path) => {
    await checkText(site, path);
    await checkHydration(browser, site, path);
  });

  test.each(['/string', '/stream'])('%s: what is hydrated late fits', async (path) => {
    await checkLate(browser, site, path);
  });

  test('what has changed before all hydration fits as well', async () => {
    await checkEarly(browser, site);
  });

  test('what the server sends late fits into a page that has changed', async () => {
    const { page, complaints } = await visit(browser, `${site.url}/slow?user=cleo`);
    await page.getByText('Items come later').waitFor();
    await page.getByRole('button', { name: '3 likes' }).click();
    await page.getByRole('button', { name: '4 likes' }).waitFor();
    await site.text('/release?user=cleo');
    await page.getByText('open: one of cleo,three of cleo; done: 1; likes: 4').waitFor();
    await page.getByLabel('one of cleo').check();
    await page.getByText('open: three of cleo; done: 2; likes: 4').waitFor();
    expect((await hydrationOf(page)).mended).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('what fails on the server is rendered in the page', async () => {
    const { page } = await visit(browser, `${site.url}/fail?user=ann`);
    await page.getByText('open: one of ann,three of ann; done: 1; likes: 3').waitFor();
    const { mended } = await hydrationOf(page);
    expect(mended).toEqual([expect.stringMatching(/server|#419/)]);
    await page.close();
    expect((await fetch(`${site.url}/broken?user=ann`)).status).toBe(500);
  });

  test('a page that nobody waits for any more is given up', async () => {
    const before = await site.counts();
    const leaving = new AbortController();
    const response = await fetch(`${site.url}/slow?user=dan`, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await expect.poll(async () => (await site.counts()).requests).toBe(before.requests + 1);
    expect(await site.counts()).toMatchObject({ watchers: 0, alive: 0 });
  });

  // What depends on the server alone is looked at once for each version, and that misfits are seen at all.
  if ('mode' in options) return;

  test('without serverState, what is hydrated late does not fit', async () => {
    await checkMisfit(browser, site, { changesEarly: true, withoutServerState: true });
    await checkLateMisfit(browser, site);
  });

  test.each(['/string', '/stream'])('requests for %s that overlap share nothing', async (path) => {
    await checkApart(site, path);
  });

  test('requests leave nothing behind', async () => {
    await checkNothingLeft(site, ['/string', '/stream', '/fail', '/broken']);
  });
});
