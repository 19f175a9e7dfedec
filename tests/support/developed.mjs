import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'vite';
import { complaintsOf, launchChromium } from './chromium.mjs';

/** @import { PluginOption } from 'vite' */
/** @import { Page } from 'playwright-core' */

/**
 * An app as its developer sees it: served by Vite and open in a browser.
 *
 * @typedef {object} DevelopedApp
 * @property {Page} page
 * @property {string[]} complaints as `complaintsOf` has them
 * @property {(file: string, from: string, to: string) => Promise<void>} edit replaces words in one of its files
 * @property {() => Promise<void>} close
 */

/**
 * @param {string} folder the app
 * @param {PluginOption[]} plugins of its framework
 * @param {string[]} packages all that it imports: one found later would load the page anew
 * @returns {Promise<DevelopedApp>}
 */
export async function developed(folder, plugins, packages) {
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    plugins,
    cacheDir: join(folder, '.vite'),
    optimizeDeps: { include: packages },
    // The packages of frameworks are links that lead out of the app.
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
  });
  await server.listen();
  const browser = await launchChromium();
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  await page.goto(`http://127.0.0.1:${address.port}/`);
  return {
    page,
    complaints,
    edit: async (file, from, to) => {
      const path = join(folder, file);
      const before = await readFile(path, 'utf8');
      if (!before.includes(from)) throw new Error(`${file} has no '${from}'`);
      await writeFile(path, before.replace(from, to));
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
