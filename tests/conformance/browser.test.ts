/** The same checks on the packed package in Chromium, bundled by Vite as a reader would. */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/chromium.mjs';
import { packedApp } from '../support/packed.mjs';
import type { Report } from './browser/harness.ts';
import { DATA_PACKAGES, type DataName } from './data.ts';
import { dataFile } from './dataFiles.ts';

const TIMEOUT_MS = 480_000;
/** Fewer than this, and some suite was not run. */
const CHECKS_MIN = 268;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gaesup-state-conformance-'));
  const { packageFolder } = await packedApp();
  await build({
    root: fileURLToPath(new URL('browser', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'gaesup-state': join(packageFolder, 'dist/index.js') } },
    // Minified names would make a failure hard to read.
    build: { outDir: folder, emptyOutDir: true, minify: false, target: 'esnext' },
  });
  await mkdir(join(folder, 'data'));
  for (const name of Object.keys(DATA_PACKAGES) as DataName[]) {
    await copyFile(dataFile(name), join(folder, 'data', `${name}.json`));
  }
}, TIMEOUT_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package in Chromium', () => {
  it('passes every check', { timeout: TIMEOUT_MS }, async () => {
    const { page, complaints, close } = await openPage(folder);
    try {
      await page.waitForFunction(() => window.conformance !== undefined, undefined, {
        timeout: TIMEOUT_MS,
        polling: 500,
      });
      const report = (await page.evaluate(() => window.conformance)) as Report;
      expect(report.failures).toEqual([]);
      expect(report.passed).toBeGreaterThanOrEqual(CHECKS_MIN);
      expect(complaints).toEqual([]);
    } finally {
      await close();
    }
  });
});
