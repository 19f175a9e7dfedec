import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { behaviour } from './suites/behaviour.ts';
import { inputs } from './suites/inputs.ts';
import { memory, rows } from './suites/rows.ts';
import { tearing } from './suites/tearing.ts';
import { type OpenApp, openApp, variants } from './variants.ts';

// One build and one browser for all that is to be shown of it.
describe.each(variants)('$name', (variant) => {
  const isDevelopment = variant.mode === 'development';
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp(variant);
  });
  afterAll(() => app.close());

  test('it is the build it is said to be', async () => {
    const { page, close } = await app.open('Basics');
    expect(await page.evaluate(() => window.reactVersion)).toMatch(variant.reactMajor === 18 ? /^18/ : /^19/);
    await close();
    const assets = join(app.folder, 'assets');
    const texts = (await readdir(assets)).map((name) => readFile(join(assets, name), 'utf8'));
    const code = (await Promise.all(texts)).join('');
    // One of the things that only development builds say.
    expect(/should have a unique .{1,2}key.{1,2} prop/.test(code)).toBe(isDevelopment);
    const { compiled, importers, refused } = app.compiler;
    expect(refused).toEqual([]);
    const isCompiled = variant.isCompiled === true;
    expect([compiled.includes('Comer'), compiled.includes('Urgent')]).toEqual([isCompiled, isCompiled]);
    expect(importers.filter((file) => file.includes('/scenes/')).length).toBe(isCompiled ? 8 : 0);
  });

  behaviour(variant, () => app);
  // What a development build does besides takes its time and says nothing of the store.
  if (!isDevelopment) {
    inputs(() => app);
    tearing(() => app);
    rows(() => app);
  }
  if (!isDevelopment && !variant.isCompiled) memory(() => app);
});
