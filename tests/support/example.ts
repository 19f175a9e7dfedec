/** An example as a visitor has it: built from the packed package, served, and opened in Chromium. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { type OpenPage, openPage } from './chromium.mjs';
import { packedApp } from './packed.mjs';

/** Building and opening an example takes no longer. */
export const START_TIMEOUT_MS = 120_000;

/** Opens an example by its folder's name. Closing it also removes the build. */
export async function openExample(name: string): Promise<OpenPage> {
  const folder = await mkdtemp(join(tmpdir(), `gaesup-state-${name}-`));
  process.env['GAESUP_STATE_ENTRY'] ??= join((await packedApp()).packageFolder, 'dist/index.js');
  const root = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  const opened = await openPage(folder);
  const close = async (): Promise<void> => {
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...opened, close };
}

/** What axe finds that would keep somebody from using a page. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
