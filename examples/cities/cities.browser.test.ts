/** The table, the live updates and the statistics, used in Chromium. */
import { describe, expect, test } from 'vitest';
import {
  axeFindings,
  commits,
  complaints,
  DOM_ROWS_MAX,
  edit,
  LATITUDE,
  NAME,
  page,
  ROWS_MIN,
  steps,
  stored,
  text,
  useDemo,
} from '../../tests/support/citiesDemo.ts';

useDemo();

describe('loading', () => {
  test('puts every row into the store', async () => {
    const rows = await page.evaluate(() => window.store?.at('cities').get().length ?? 0);
    expect(rows).toBeGreaterThan(ROWS_MIN);
    expect(await text('row-count')).toBe(rows.toLocaleString('en'));
    expect(await page.getByTestId('grid').getAttribute('aria-rowcount')).toBe(String(rows + 1));
  });

  test('reports the progress up to the last byte', async () => {
    const bar = page.getByTestId('load-progress');
    const total = await bar.getAttribute('aria-valuemax');
    expect(Number(total)).toBeGreaterThan(1_000_000);
    expect(await bar.getAttribute('aria-valuenow')).toBe(total);
  });

  test('shows the first and the last record with few elements', async () => {
    const grid = page.getByTestId('grid');
    await page.getByTestId('cell-0-1').focus();
    await page.keyboard.press('Control+End');
    const lastRow = Number(await grid.getAttribute('aria-rowcount')) - 2;
    expect(await text(`cell-${lastRow}-${NAME}`)).toBe(await stored(lastRow, 'name'));
    expect(await grid.getByRole('row').count()).toBeLessThan(DOM_ROWS_MAX);
    await page.keyboard.press('Control+Home');
    expect(await text(`cell-0-${NAME}`)).toBe(await stored(0, 'name'));
  });
});

describe('editing by keyboard', () => {
  test('Enter writes the text into the store', async () => {
    await edit(2, NAME, 'Ōsaka-jō 🏯');
    await page.keyboard.press('Enter');
    expect(await stored(2, 'name')).toBe('Ōsaka-jō 🏯');
    expect(await text('announcements')).toContain('Ōsaka-jō 🏯');

    await page.keyboard.press('Control+End');
    await page.getByTestId('cell-2-1').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Home');
    expect(await text('cell-2-1')).toBe('Ōsaka-jō 🏯');
  });

  test('Escape takes back what was typed', async () => {
    const before = { name: await stored(3, 'name'), position: (await steps()).position };
    await edit(3, NAME, 'never saved');
    expect(await stored(3, 'name')).toBe('never saved');
    await page.keyboard.press('Escape');
    expect({ name: await stored(3, 'name'), position: (await steps()).position }).toEqual(before);
    expect(await text('cell-3-1')).toBe(before.name);
  });

  test('a latitude beyond the pole is refused with a reason', async () => {
    const before = await stored(4, 'lat');
    await edit(4, LATITUDE, '90.5');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').filter({ hasText: 'from −90 to 90' }).count()).toBe(1);
    expect(await page.getByTestId('cell-editor').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await stored(4, 'lat')).toBe(before);
  });
});

describe('live', () => {
  test('a visible row repaints when its record changes, and only follows what is visible', async () => {
    await page.evaluate(() => window.store?.at('cities', 5, 'name').set('Elsewhere'));
    await expect.poll(() => text('cell-5-1')).toBe('Elsewhere');
    const watchers = await page.evaluate(() => window.store?.stats().watchers ?? Number.NaN);
    expect(watchers).toBeLessThan(DOM_ROWS_MAX);
  });

  test('the updates run until they are stopped, and each of them lands', async () => {
    const visits = () =>
      page.evaluate(() => window.store?.get().cities.reduce((sum, city) => sum + city.visits, 0));
    const toggle = page.getByTestId('updates-toggle');
    const before = await commits();
    expect(await visits()).toBe(0);

    await toggle.click();
    expect(await toggle.getAttribute('aria-pressed')).toBe('true');
    await expect.poll(commits, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 5_000);
    await expect.poll(() => text('update-rate')).not.toBe('0');
    await toggle.click();

    const after = await commits();
    expect(await visits()).toBe(after - before);
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect(await commits()).toBe(after);
    expect(await page.getByTestId('plot').getAttribute('aria-label')).toMatch(/median .* in the store/);
  });
});

describe('statistics', () => {
  test('show what the store says of itself', async () => {
    const stats = await page.evaluate(() => window.store?.stats());
    const shown = (value: number | undefined): string => (value ?? Number.NaN).toLocaleString('en');
    await expect.poll(() => text('stat-records')).toBe(shown(stats?.records));
    await expect.poll(() => text('stat-strings')).toBe(shown(stats?.strings));
    expect(await text('stat-shapes')).toBe(shown(stats?.shapes));
  });

  test('compare the bytes with those of plain objects', async () => {
    for (const bar of [
      'store-bytes-total',
      'object-bytes-total',
      'store-bytes-columns',
      'object-bytes-strings',
    ]) {
      expect(await text(bar)).toMatch(/^[\d.]+ MB$/);
    }
    expect(await text('memory-method')).toContain('estimated');
  });
});

test('axe finds nothing', async () => {
  expect(await axeFindings()).toEqual([]);
});

test('nothing went wrong in the console or on the network', () => {
  expect(complaints()).toEqual([]);
});
