import { expect, test } from 'vitest';
import { heapGrowthBytes } from '../../../support/heap.mjs';
import type { OpenApp } from '../variants.ts';

const ROWS = 10_000;

/** Many watchers: who renders, and what is left of those that have gone. */
export function rows(app: () => OpenApp): void {
  test('of 10,000 rows with a watcher each, those that change render', async () => {
    const { page, settled, close } = await app().open('Rows');
    const rendered = () =>
      page.evaluate(() => {
        const { rendered } = window;
        window.rendered = [];
        return rendered;
      });
    await page.evaluate((length) => {
      window.store.at('rows').set(Array.from({ length }, (_, index) => ({ title: `row ${index}` })));
    }, ROWS);
    await expect.poll(() => page.locator('output').count()).toBe(ROWS);
    expect(await page.evaluate(() => window.store.stats().watchers)).toBe(ROWS + 1);
    // Each once: listening is no reason to render again.
    expect((await rendered()).length).toBe(ROWS + 3);

    await page.evaluate(() => window.store.at('rows', 5_000, 'title').set('changed'));
    await settled();
    expect(await rendered()).toEqual([5_000]);
    expect(await page.locator('output').nth(5_000).textContent()).toBe('changed');

    const ten = Array.from({ length: 10 }, (_, index) => index * 999);
    await page.evaluate((ten) => {
      window.store.batch(() => {
        for (const index of ten) window.store.at('rows', index, 'title').set('one of ten');
      });
    }, ten);
    await settled();
    expect(await rendered()).toEqual(ten);

    await page.evaluate(() => window.store.at('rows', 7, 'title').set('row 7'));
    await settled();
    expect(await rendered()).toEqual([]);
    await page.evaluate(() => window.unmount());
    expect(await page.evaluate(() => window.store.stats().watchers)).toBe(0);
    await close();
  });
}

/** Five times that is 1,000 apps. */
const ROUNDS = 200;
/** One listener of the hundred that an app has, left by each, is 570 KB; 80 KB are the browser's own. */
const GROWTH_BYTES_MAX = 250_000;

/** What is left of components that have gone. */
export function memory(app: () => OpenApp): void {
  test('1,000 apps of 100 watchers come and go, and nothing is left of them', async () => {
    const { page, close } = await app().open('Rows');
    await page.evaluate(() => window.unmount());
    const growth = await heapGrowthBytes(page, async () => {
      await page.evaluate((rounds) => window.cycle(rounds), ROUNDS);
      expect(await page.evaluate(() => window.store.stats().watchers)).toBe(0);
    });
    expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
    await close();
  });
}
