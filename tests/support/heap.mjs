/** @import { Page } from 'playwright-core' */

const ROUNDS = 5;

/**
 * How much more a page holds when it has done something again and again. What the first times leave for good,
 * such as compiled code, does not count.
 *
 * @param {Page} page
 * @param {() => Promise<unknown>} work done five times
 * @returns {Promise<number>} bytes
 */
export async function heapGrowthBytes(page, work) {
  /** @type {number[]} */
  const sizes = [];
  for (let round = 0; round < ROUNDS; round++) {
    await work();
    sizes.push(await heapBytes(page));
  }
  return (sizes.pop() ?? 0) - Math.min(...sizes);
}

/** @param {Page} page */
async function heapBytes(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  const session = await page.context().newCDPSession(page);
  // What has to do with elements takes turns: each lets go of what the other has found.
  for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
