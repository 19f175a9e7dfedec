import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { afterEach, expect, test } from 'vitest';
import { openPage } from '../support/chromium.mjs';
import { bareApp, packedApp } from '../support/packed.mjs';

const page =
  '<!doctype html><title>reader</title><output></output><script type="module" src="./main.js"></script>';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Builds an app of one script for production; gives the folder of the result. */
async function built(script: string): Promise<string> {
  const { folder, remove } = await bareApp({ 'index.html': page, 'main.js': script });
  cleanups.push(remove);
  await build({ root: folder, base: './', configFile: false, logLevel: 'error' });
  return join(folder, 'dist');
}

async function textOfScripts(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'assets'));
  const scripts = names.filter((name) => name.endsWith('.js'));
  return (await Promise.all(scripts.map((name) => readFile(join(folder, 'assets', name), 'utf8')))).join(
    '\n',
  );
}

async function check(script: string, expected: string, headers: Record<string, string> = {}) {
  const { page, complaints, close } = await openPage(await built(script), { headers });
  cleanups.push(close);
  await page.waitForFunction(() => document.querySelector('output')?.textContent);
  expect({ text: await page.textContent('output'), complaints }).toEqual({ text: expected, complaints: [] });
}

test('a production build has a store at once in Chromium', () =>
  check(
    `import { createStore } from 'gaesup-state'
     const store = createStore({ count: 1 })
     store.at(s => s.count).set(42)
     document.querySelector('output').textContent = JSON.stringify(store.get())`,
    '{"count":42}',
  ));

test('a production build loads the separate wasm file in Chromium', () =>
  check(
    `import { createStore, ready } from 'gaesup-state/url'
     await ready()
     document.querySelector('output').textContent = JSON.stringify(createStore({ name: 'Seoul' }).get())`,
    '{"name":"Seoul"}',
  ));

test('a production build opens snapshots, ingests and compares in Chromium', () =>
  check(
    `import { createStore, diff, openStore, toJSONPatch } from 'gaesup-state'
     const store = createStore({ rows: [{ id: 1 }] })
     const opened = openStore(await store.snapshotAsync())
     await opened.at('rows').ingest(new Blob(['{"id":1}\\n{"id":2}'], { type: 'application/x-ndjson' }), { key: 'id' })
     document.querySelector('output').textContent = JSON.stringify(toJSONPatch(diff(store, opened)))`,
    '[{"op":"add","path":"/rows/1","value":{"id":2}}]',
  ));

test('a strict content security policy needs nothing but wasm-unsafe-eval', () =>
  check(
    `import { createStore } from 'gaesup-state'
     document.querySelector('output').textContent = JSON.stringify(createStore({ safe: true }).get())`,
    '{"safe":true}',
    { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
  ));

test('an app that imports the package and uses nothing of it ships nothing of it', async () => {
  const text = await textOfScripts(
    await built(`import 'gaesup-state'
      import { createStore } from 'gaesup-state/url'
      document.title = 'used nothing'`),
  );
  const shipped = ['used nothing', 'WebAssembly', 'AGFzbQ'].filter((part) => text.includes(part));
  expect(shipped).toEqual(['used nothing']);
});

test('the development check is left for the bundler of the app', async () => {
  const dist = join((await packedApp()).packageFolder, 'dist');
  const names = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(names.map((name) => readFile(join(dist, name), 'utf8')));
  expect(texts.some((text) => text.includes('process.env.NODE_ENV'))).toBe(true);
});

test('the React entry says that it is for clients, before anything else', async () => {
  const text = await readFile(join((await packedApp()).packageFolder, 'dist/react.js'), 'utf8');
  expect(text).toMatch(/^["']use client["'];/);
});
