import { fromBase64, openStore } from 'gaesup-state';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { complaintsOf } from '../../support/chromium.mjs';
import type { SsrSite } from '../../support/ssrSite.mjs';
import { type Board, boardOf, detailsOf } from './board.ts';
import type { Wishes } from './client.ts';

/** How many requests are asked at once. */
const AT_ONCE = 25;

/** Opens a page with everything that is said in its console, warnings too. */
export async function visit(browser: Browser, url: string, wishes: Wishes = {}) {
  const page = await browser.newPage();
  const complaints = complaintsOf(page, ['error', 'warning']);
  page.setDefaultTimeout(10_000);
  await page.addInitScript((wishes) => {
    window.wishes = wishes;
  }, wishes);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.hydration?.isDone);
  return { page, complaints };
}

/** What hydration has done, once frames have passed in which something late would have come. */
export function hydrationOf(page: Page) {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    const { hydration } = window;
    return { others: hydration?.others(), changes: hydration?.changes, mended: hydration?.mended };
  });
}

/** A page is hydrated as it is, by the nodes that are there, and works. */
export async function checkHydration(browser: Browser, site: SsrSite, path: string): Promise<void> {
  const { page, complaints } = await visit(browser, `${site.url}${path}?user=ann`, { isComplete: true });
  expect(await hydrationOf(page)).toEqual({ others: [], changes: [], mended: [] });
  const board = boardOf('ann');
  expect(await page.locator('h1').textContent()).toBe('ann');
  expect(await page.locator('p').textContent()).toBe(detailsOf(board));
  expect(await page.getByLabel('Title').inputValue()).toBe(board.title);
  await page.getByRole('button', { name: '3 likes' }).click();
  await page.getByRole('button', { name: '4 likes' }).waitFor();
  await page.getByLabel('one of ann').check();
  await page.getByText('open: three of ann; done: 2; likes: 4').waitFor();
  await page.getByLabel('Title').fill('mine');
  const { likes, title, items } = await page.evaluate(() => window.hydration!.store.get());
  expect([likes, title, items[0]?.isDone]).toEqual([4, 'mine', true]);
  expect(complaints).toEqual([]);
  await page.close();
}

/** A page whose items are hydrated when the gate opens, with what changed the store before. */
async function lateVisit(browser: Browser, site: SsrSite, path: string, wishes: Wishes = {}) {
  const url = `${site.url}${path}?user=ann`;
  const { page, complaints } = await visit(browser, url, { waits: true, ...wishes });
  await page.getByText('open: one of ann,three of ann; done: 1; likes: 3').waitFor();
  await page.getByRole('button', { name: '3 likes' }).click();
  await page.getByRole('button', { name: '4 likes' }).waitFor();
  await page.evaluate(() => {
    const { hydration } = window;
    hydration?.store.at('items', 2, 'isDone').set(true);
    hydration?.changes.splice(0);
  });
  return { page, complaints };
}

/** What is hydrated late is as the server made it, and then as it is. */
export async function checkLate(browser: Browser, site: SsrSite, path: string): Promise<void> {
  const { page, complaints } = await lateVisit(browser, site, path);
  const list = await page.locator('ul').elementHandle();
  expect(await hydrationOf(page)).toMatchObject({ changes: [], mended: [] });
  await page.evaluate(() => window.openGate?.());
  await page.getByText('open: one of ann; done: 2; likes: 4').waitFor();
  expect(await hydrationOf(page)).toMatchObject({
    changes: ['OUTPUT open: one of ann; done: 2; likes: 4'],
    mended: [],
  });
  expect(await list?.evaluate((node) => node.isConnected)).toBe(true);
  expect(await page.getByLabel('three of ann').isChecked()).toBe(true);
  await page.getByLabel('one of ann').check();
  await page.getByText('open: ; done: 3; likes: 4').waitFor();
  expect(complaints).toEqual([]);
  await page.close();
}

/** The same without what makes it fit, which is noticed. */
export async function checkLateMisfit(browser: Browser, site: SsrSite): Promise<void> {
  const { page, complaints } = await lateVisit(browser, site, '/string', { withoutServerState: true });
  await page.evaluate(() => window.openGate?.());
  await page.getByText('open: one of ann; done: 2; likes: 4').waitFor();
  const { mended = [] } = await hydrationOf(page);
  expect([...mended, ...complaints]).not.toEqual([]);
  await page.close();
}

/** A store that has changed before anything is hydrated fits, too. */
export async function checkEarly(browser: Browser, site: SsrSite): Promise<void> {
  const url = `${site.url}/string?user=ann`;
  const { page, complaints } = await visit(browser, url, { changesEarly: true });
  await page.getByText('open: one of ann,three of ann; done: 1; likes: 8').waitFor();
  const { changes, mended } = await hydrationOf(page);
  expect(changes).toEqual(['BUTTON 8 likes', 'OUTPUT open: one of ann,three of ann; done: 1; likes: 8']);
  expect([...(mended ?? []), ...complaints]).toEqual([]);
  await page.close();
}

/** A state that is not the one that was rendered is noticed, so that nothing passes unseen above. */
export async function checkMisfit(browser: Browser, site: SsrSite, wishes: Wishes): Promise<void> {
  const { page, complaints } = await visit(browser, `${site.url}/string?user=ann`, wishes);
  await page.getByRole('button', { name: '8 likes' }).waitFor();
  const { changes = [], mended = [] } = await hydrationOf(page);
  expect([...changes, ...mended, ...complaints]).not.toEqual([]);
  await page.close();
}

/** What the server sends has everything in it before a script runs. */
export async function checkText(site: SsrSite, path: string): Promise<void> {
  const text = await site.text(`${path}?user=bob`);
  expect(text).toContain(detailsOf(boardOf('bob')));
  expect(text).toContain('one of bob');
  // The only one that ends is our own.
  expect(text).not.toContain('</script><b>');
}

/** Requests that overlap see their own state, whatever waits for what. */
export async function checkApart(site: SsrSite, path: string): Promise<void> {
  const users = Array.from({ length: 60 }, (_, at) => `user${at}`);
  const texts = await Promise.all(users.map((user) => site.text(`${path}?user=${user}`)));
  users.forEach((user, at) => {
    const text = texts[at] ?? '';
    const owners = new Set([...text.matchAll(/\bof (user\d+)/g)].map(([, owner]) => owner));
    expect([...owners]).toEqual([user]);
    expect(stateIn(text)).toEqual(boardOf(user));
  });
}

function stateIn(text: string): Board {
  const [, base64 = ''] = /id="state">([^<]*)</.exec(text) ?? [];
  using store = openStore<Board>(fromBase64(base64));
  return structuredClone(store.get()) as Board;
}

/** Requests leave no watcher, no engine and no memory behind. */
export async function checkNothingLeft(site: SsrSite, paths: string[]): Promise<void> {
  await ask(site, paths, 100);
  const before = await site.counts();
  await ask(site, paths, 500);
  const after = await site.counts();
  expect(after.made - before.made).toBe(500);
  expect(after.requests - before.requests).toBe(500);
  expect({ watchers: after.watchers, alive: after.alive }).toEqual({ watchers: 0, alive: 0 });
  expect(after.heapBytes - before.heapBytes).toBeLessThan(500 * HEAP_BYTES_MAX);
  expect(site.complaints).toEqual([]);
}

/** What one request may leave: far less than a store or a page takes. */
const HEAP_BYTES_MAX = 2048;

async function ask(site: SsrSite, paths: string[], count: number): Promise<void> {
  let next = 0;
  const one = async () => {
    for (let at = next++; at < count; at = next++)
      await site.text(`${paths[at % paths.length]}?user=user${at}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
