import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { complaintsOf, launchChromium } from './chromium.mjs';

/**
 * Checks a page with a counter in a button, which starts where `?start=` says and is counted on once
 * by the server: so a state that requests share would be seen.
 */
export async function checkCounterPage(url: string): Promise<void> {
  await checkServer(url);
  await checkBrowser(url);
}

/** What the server wrote, for requests at the same time and one after the other. */
async function checkServer(url: string) {
  const starts = [41, 7, 41, 100, 1];
  const counts = await Promise.all(starts.map((start) => countIn(url, start)));
  expect(counts).toEqual([42, 8, 42, 101, 2]);
  expect(await countIn(url, 41)).toBe(42);
}

async function countIn(url: string, start: number): Promise<number> {
  const html: string = await (await fetch(`${url}?start=${start}`)).text();
  const [, count] = /<button[^>]*>\s*(\d+)\s*<\/button>/.exec(html.replace(/<!--.*?-->/gs, '')) ?? [];
  if (count === undefined) throw new Error(`The server's page has no counter:\n${html}`);
  return Number(count);
}

/** What hydration makes of it: the button stays the same, counts, and nothing is complained about. */
async function checkBrowser(url: string) {
  await visit(`${url}?start=41`, async (page) => {
    const button = page.locator('button', { hasText: /^4[23]$/ });
    await button.click();
    await page.getByRole('button', { name: '43', exact: true }).waitFor();
    expect(await button.evaluate((element) => Reflect.get(window, 'fromServer') === element)).toBe(true);
  });
}

/** Checks a page with a counter in its only button, which starts at 1 and is all made by the client. */
export function checkClientPage(url: string): Promise<void> {
  return visit(url, async (page) => {
    await page.getByRole('button', { name: '1', exact: true }).click();
    await page.getByRole('button', { name: '2', exact: true }).waitFor();
  });
}

/** Opens a page that must not complain, and keeps the button that it came with. */
async function visit(url: string, use: (page: Page) => Promise<void>) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const complaints = complaintsOf(page, ['error', 'warning']);
    // Every browser asks for an icon; a page without one is no mistake.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    await page.addInitScript(() => {
      document.addEventListener('readystatechange', () => {
        if (document.readyState !== 'interactive') return;
        Object.assign(window, { fromServer: document.querySelector('button') });
      });
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    // What hydrates has run to its end by then, on a busy machine as well.
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    const failure = await use(page).then(() => undefined, String);
    // What the page said explains why it is not as it should be.
    expect({ failure, complaints }).toEqual({ failure: undefined, complaints: [] });
  } finally {
    await browser.close();
  }
}
