import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/steps/chromium.mjs';

/** @import { Browser, Page } from 'playwright-core' */

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Starts the system's Chromium, headless.
 *
 * @param {string[]} [flags] further command line flags, such as `--js-flags=--expose-gc`
 * @returns {Promise<Browser>} to be closed by the caller
 */
export async function launchChromium(flags = []) {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium is missing: run npm test, or name it with CHROMIUM_PATH');
  // Chromium refuses its sandbox to root, and containers run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, headless: true, args: [...quiet, ...sandbox, ...flags] });
}

/**
 * Serves a folder on a free port of this machine.
 *
 * @param {string} folder
 * @param {{ headers?: Record<string, string> }} [options] `headers` go with every answer
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` ends with a slash
 */
export async function serve(folder, options = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    try {
      const bytes = await readFile(join(folder, path));
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, ...options.headers }).end(bytes);
    } catch {
      // Every browser asks for an icon; a folder without one is no mistake.
      response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * What a page will have complained about.
 *
 * @param {Page} page
 * @param {string[]} [kinds] of messages in the console
 * @returns {string[]} collects them, uncaught errors and failed requests
 */
export function complaintsOf(page, kinds = ['error']) {
  /** @type {string[]} */
  const complaints = [];
  page.on('console', (message) => kinds.includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`cannot load ${request.url()}`));
  return complaints;
}

/**
 * A page of a served folder, with everything it complained about.
 *
 * @typedef {{ page: Page, complaints: string[], close: () => Promise<void> }} OpenPage
 */

/**
 * Serves a folder and opens one of its pages in a browser of its own.
 *
 * @param {string} folder
 * @param {{ path?: string, flags?: string[], headers?: Record<string, string> }} [options]
 * @returns {Promise<OpenPage>} `complaints` collects console errors, uncaught errors and failed requests
 */
export async function openPage(folder, options = {}) {
  const site = await serve(folder, options.headers ? { headers: options.headers } : {});
  const browser = await launchChromium(options.flags);
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.goto(site.url + (options.path ?? ''));
  const close = async () => {
    await browser.close();
    await site.close();
  };
  return { page, complaints, close };
}
