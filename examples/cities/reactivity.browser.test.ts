/** The filter, the watchers of the rows and the batches, used in Chromium. */
import { describe, expect, test } from 'vitest';
import {
  axeFindings,
  COUNTRY,
  changed,
  commits,
  complaints,
  DOM_ROWS_MAX,
  edit,
  filter,
  gridRows,
  LATITUDE,
  page,
  ROWS_MIN,
  shownColumn,
  shownCount,
  stats,
  steps,
  stored,
  text,
  useDemo,
  VISITS,
} from '../../tests/support/citiesDemo.ts';

const CROSSINGS_MAX = 10;

useDemo();

describe('the filter', () => {
  test('narrows the table to what matches and gives all rows back', async () => {
    const all = await gridRows();
    await filter('sao  BRAZIL');
    const names = await page.evaluate(() => {
      const plain = (name: string) =>
        name
          .normalize('NFD')
          .replace(/\p{Mark}/gu, '')
          .toLowerCase();
      const cities = window.store?.get().cities ?? [];
      const found = cities.filter((city) => city.country === 'BR' && plain(city.name).includes('sao'));
      return found.map((city) => city.name);
    });
    expect(names.length).toBeGreaterThan(DOM_ROWS_MAX);
    await expect.poll(gridRows).toBe(names.length);
    expect(await text('filter-count')).toBe(`${names.length} of ${await text('row-count')}`);
    const shown = await page.getByTestId('grid').getByRole('rowheader').allTextContents();
    expect(shown.length).toBeGreaterThan(5);
    expect(shown).toEqual(names.slice(0, shown.length));

    await page.keyboard.press('Escape');
    await expect.poll(gridRows).toBe(all);
    expect(await page.getByTestId('filter').inputValue()).toBe('');
    expect(await text('cell-0-1')).toBe(await stored(0, 'name'));
  });

  test('without a match it says so, to everyone, and offers the way back', async () => {
    const all = await gridRows();
    await filter('no such place');
    await page.getByTestId('grid-empty').waitFor();
    expect(await gridRows()).toBe(0);
    expect(await page.getByRole('status').filter({ hasText: 'No place matches' }).count()).toBe(1);
    expect(await axeFindings()).toEqual([]);
    await page.getByTestId('filter-clear').click();
    await expect.poll(gridRows).toBe(all);
    expect(await page.getByTestId('grid-empty').isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter');
  });

  test('a row that is renamed leaves the matches, and the focus stays in the table', async () => {
    await filter('andorra');
    await expect.poll(gridRows).toBeLessThan(DOM_ROWS_MAX);
    const before = await gridRows();
    await edit(7, COUNTRY, 'FR');
    await page.keyboard.press('Enter');
    await expect.poll(gridRows).toBe(before - 1);
    expect(await page.getByTestId('cell-7-1').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.closest('[role=row]') !== null)).toBe(true);
    await filter('');
    await expect.poll(gridRows).toBeGreaterThan(ROWS_MIN);
  });
});

describe('what ran', () => {
  /** Waits until the page shows what came of the last commit; answers what it then says of a single one. */
  async function caughtUp(): Promise<string> {
    const last = (await commits()).toLocaleString('en');
    await expect.poll(() => text('commit-span')).toMatch(new RegExp(`\\b${last}$`));
    return `since commit ${last}`;
  }

  /** Raises the counter of a row alone, and answers how often selectors have run for that. */
  async function visit(row: number): Promise<number> {
    await caughtUp();
    const before = (await stats()).selectorRuns;
    await page.evaluate((at) => window.store?.at('cities', at, 'visits').increment(), row);
    expect(await caughtUp()).toBe(await text('commit-span'));
    return (await stats()).selectorRuns - before;
  }

  test('an update runs the selector of its row and renders that row only', async () => {
    const [before, renders] = [await shownColumn(VISITS), await shownCount('row-renders-total')];
    expect(await visit(5)).toBe(1);
    expect(await shownCount('selector-runs')).toBe(1);
    expect(await shownCount('listener-calls')).toBe(1);
    expect(await shownCount('row-renders')).toBe(1);
    expect(await shownCount('row-renders-total')).toBe(renders + 1);
    expect(changed(before, await shownColumn(VISITS))).toEqual(['cell-5-2']);
  });

  test('an update out of sight runs nothing', async () => {
    const [before, renders] = [await shownColumn(VISITS), await shownCount('row-renders-total')];
    expect(await visit(100_000)).toBe(0);
    expect(await shownCount('selector-runs')).toBe(0);
    expect(await shownCount('row-renders')).toBe(0);
    expect(await shownCount('row-renders-total')).toBe(renders);
    expect(changed(before, await shownColumn(VISITS))).toEqual([]);
  });

  test('scrolling is not put down to a commit, and the watchers are those of the rows in sight', async () => {
    expect(await visit(5)).toBe(1);
    await page.getByTestId('cell-5-1').focus();
    await page.keyboard.press('Control+End');
    await page.getByTestId('cell-5-1').waitFor({ state: 'detached' });
    const watchers = (await stats()).watchers;
    await expect.poll(() => shownCount('watcher-count')).toBe(watchers);
    expect(await shownCount('selector-runs')).toBe(1);
    await page.keyboard.press('Control+Home');
  });
});

describe('updates at once', () => {
  test('a batch is one commit and few crossings, and renders the rows in sight that it changed', async () => {
    // Every seventeenth row, of which some are in sight.
    await page.evaluate(
      (rows) => {
        let drawn = 0;
        Math.random = () => (drawn++ * 17 + 0.5) / rows;
      },
      await gridRows(),
    );
    const before = { latitudes: await shownColumn(LATITUDE), stats: await stats() };
    const from = await stored(17 * 9_999, 'lat');
    await page.getByTestId('update-batch').click();
    await expect.poll(commits).toBe(before.stats.commits + 1);
    const rendered = changed(before.latitudes, await shownColumn(LATITUDE));
    expect(rendered.slice(0, 2)).toEqual(['cell-0-4', 'cell-17-4']);
    expect(rendered.length).toBeLessThan(DOM_ROWS_MAX / 17);

    const after = await stats();
    expect(await text('result-batch-commits')).toBe('1');
    // Room for the writes is made once, and what does not fit goes in pieces.
    expect(await shownCount('result-batch-crossings')).toBeGreaterThanOrEqual(1);
    expect(await shownCount('result-batch-crossings')).toBeLessThan(CROSSINGS_MAX);
    expect(await shownCount('result-batch-rows')).toBe(rendered.length);
    expect(await shownCount('result-batch-selectors')).toBe(after.selectorRuns - before.stats.selectorRuns);
    await expect.poll(() => shownCount('selector-runs')).toBe(rendered.length);
    const to = Number(await stored(17 * 9_999, 'lat'));
    expect(to - Number(from)).toBeCloseTo(0.00001, 9);
  });

  test('the same one by one is as many commits, and renders the same rows', async () => {
    const before = { latitudes: await shownColumn(LATITUDE), commits: await commits() };
    await page.getByTestId('update-each').click();
    await expect.poll(() => text('result-each-commits')).toBe('10,000');
    expect((await commits()) - before.commits).toBe(10_000);
    expect(await shownCount('result-each-crossings')).toBeGreaterThanOrEqual(10_000);
    expect(changed(before.latitudes, await shownColumn(LATITUDE)).length).toBe(
      await shownCount('result-each-rows'),
    );
    expect(await text('result-each-rows')).toBe(await text('result-batch-rows'));
    expect(await text('result-batch-commits')).toBe('1');
    const [first, last] = [before.commits + 1, await commits()].map((commit) => commit.toLocaleString('en'));
    await expect.poll(() => text('commit-span')).toBe(`since commits ${first} to ${last}`);
  });

  test('either is one step, and undoing both brings the places back', async () => {
    const { length } = await steps();
    expect(
      await page.evaluate(() => window.store?.history.steps.slice(-2).map(({ changes }) => changes)),
    ).toEqual([10_000, 10_000]);
    const [before, count] = [await shownColumn(LATITUDE), await commits()];
    await page.getByTestId('undo').click();
    await page.getByTestId('undo').click();
    expect(await commits()).toBe(count + 2);
    expect(await steps()).toEqual({ position: length - 2, length });
    expect(changed(before, await shownColumn(LATITUDE)).length).toBe(await shownCount('result-each-rows'));
    expect(await text('announcements')).toBe('Undone: Moved in one batch.');
  });
});

test('nothing went wrong in the console or on the network', () => {
  expect(complaints()).toEqual([]);
});
