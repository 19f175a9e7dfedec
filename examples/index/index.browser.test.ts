import { expect, test } from 'vitest';
import { axeFindings, openExample } from '../../tests/support/example.ts';
import { examples } from './examples.mjs';

test('the index leads to every example, is accessible and fits the window', async () => {
  const { page, complaints, close } = await openExample('index');
  const links = await page
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(links).toEqual(examples.map(({ name }) => `./${name}/`));
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  }
  await close();
  expect(complaints).toEqual([]);
});
