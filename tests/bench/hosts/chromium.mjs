import { launchChromium, serve } from '../../support/chromium.mjs';

/** @import { Page } from 'playwright-core' */
/** @import { Job, Taken } from '../app/sample.mjs' */
/** @import { Workspace } from '../workspace.mjs' */
/** @typedef {import('../app/page.mjs').Bridge} Bridge */

/** A page that no other site can look into gets a clock of 5 us instead of 100. */
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Takes samples in headless Chromium, each in a page of a browser of its own.
 *
 * @param {Workspace} workspace
 * @returns {Promise<{ version: string, sample: (job: Job) => Promise<Taken>, close: () => Promise<void> }>}
 */
export async function openChromium({ site: build }) {
  const site = await serve(await build(), { headers: isolated });
  const first = await launchChromium();
  const version = first.version();
  await first.close();
  return { version, sample: (job) => sampleIn(site.url, job), close: site.close };
}

/** Tables in React have a page of their own. @param {Job} job */
const pageOf = ({ measure }) => (measure.startsWith('table-') ? 'table/' : '');

/** @param {string} url @param {Job} job @returns {Promise<Taken>} */
async function sampleIn(url, job) {
  const browser = await launchChromium(['--js-flags=--expose-gc']);
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.exposeFunction('weigh', await weigher(page));
    await page.exposeFunction('threadTime', await threadClock(page));
    await page.goto(url + pageOf(job));
    if (!(await page.evaluate(() => crossOriginIsolated))) throw new Error('The page has a coarse clock.');
    const samples = await page.evaluate(
      (job) => /** @type {Bridge} */ (/** @type {unknown} */ (globalThis)).takeSample(job),
      job,
    );
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
    return samples;
  } finally {
    await browser.close();
  }
}

/**
 * Bytes in use after a full collection, but for WebAssembly memory.
 *
 * @param {Page} page
 * @returns {Promise<() => Promise<number>>}
 */
async function weigher(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  return async () => {
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const usage = await session.send('Runtime.getHeapUsage');
    // The protocol's types are older than this field.
    const { backingStorageSize = 0 } = /** @type {{ backingStorageSize?: number }} */ (usage);
    return usage.usedSize + backingStorageSize;
  };
}

/**
 * Milliseconds of processor time that the page's thread has had: what else the machine does is not in them.
 *
 * @param {Page} page
 * @returns {Promise<() => Promise<number>>}
 */
async function threadClock(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const time = metrics.find(({ name }) => name === 'ThreadTime');
    if (time === undefined) throw new Error('Chromium tells no thread times.');
    return time.value * 1000;
  };
}
