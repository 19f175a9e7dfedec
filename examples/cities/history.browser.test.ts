/** Undo and redo by buttons, keys, the scrubber and the list of steps, used in Chromium. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  axeFindings,
  COUNTRY,
  commits,
  complaints,
  edit,
  filter,
  gridRows,
  LATITUDE,
  NAME,
  page,
  ROWS_MIN,
  shownCount,
  steps,
  stored,
  text,
  useDemo,
} from '../../tests/support/citiesDemo.ts';

const STEPS_SHOWN_MAX = 50;

useDemo();

/** Every test begins with the data as it was loaded, and nothing to undo. */
beforeEach(async () => {
  await page.evaluate(() => {
    window.store?.history.jumpTo(0);
    window.store?.history.clear();
  });
  await expect.poll(() => text('history-position')).toBe('0 of 0 steps done');
  await page.getByTestId('cell-0-1').focus();
  await page.keyboard.press('Control+Home');
});

/** Makes steps with a label: the latitudes of so many rows from the first on become 1, 2, 3... */
async function makeSteps(count: number): Promise<void> {
  await page.evaluate((end) => {
    const { store } = window;
    for (let row = 0; row < end; row++) {
      const group = store?.history.group(`Step ${row + 1}`);
      store?.at('cities', row, 'lat').set(row + 1);
      group?.end();
    }
  }, count);
}

const names = (): Promise<string[]> =>
  page.getByTestId('history-steps').locator('.step-title').allTextContents();
const current = (): Promise<string | null> =>
  page.getByTestId('history-steps').locator('[aria-current=step]').getAttribute('data-testid');
const isEnabled = async (): Promise<readonly boolean[]> => [
  await page.getByTestId('undo').isEnabled(),
  await page.getByTestId('redo').isEnabled(),
];

describe('the buttons', () => {
  test('undo and redo, are of no use without a step, and say what they did', async () => {
    expect(await isEnabled()).toEqual([false, false]);
    const before = await stored(2, 'name');
    await edit(2, NAME, 'Elsewhere');
    await page.keyboard.press('Enter');
    await expect.poll(isEnabled).toEqual([true, false]);

    await page.getByTestId('undo').click();
    expect(await stored(2, 'name')).toBe(before);
    await expect.poll(() => text('cell-2-1')).toBe(before);
    expect(await text('announcements')).toBe('Undone: Name, row 3.');
    expect(await text('undo-time')).toMatch(/^[\d.]+ (µs|ms)$/);
    expect(await isEnabled()).toEqual([false, true]);

    await page.getByTestId('redo').click();
    expect(await stored(2, 'name')).toBe('Elsewhere');
    expect(await text('announcements')).toBe('Done again: Name, row 3.');
    expect(await isEnabled()).toEqual([true, false]);
  });

  test('hand the focus on when they can do no more', async () => {
    await makeSteps(1);
    await page.getByTestId('undo').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('redo');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('undo');
  });

  test('undo of one field is one commit, runs one selector and renders one row', async () => {
    const before = await stored(5, 'lat');
    await page.evaluate(() => window.store?.at('cities', 5, 'lat').set(12.5));
    await expect.poll(() => text('cell-5-4')).toBe('12.50000');
    const [count, renders] = [await commits(), await shownCount('row-renders-total')];
    await page.getByTestId('undo').click();
    const span = `since commit ${(count + 1).toLocaleString('en')}`;
    await expect.poll(() => text('commit-span')).toBe(span);
    expect(await commits()).toBe(count + 1);
    expect(await stored(5, 'lat')).toBe(before);
    expect(await shownCount('selector-runs')).toBe(1);
    expect(await shownCount('listener-calls')).toBe(1);
    expect(await shownCount('row-renders')).toBe(1);
    expect(await shownCount('row-renders-total')).toBe(renders + 1);
  });

  test('show the row that was changed, and mark the cell', async () => {
    await page.evaluate(() => window.store?.at('cities', 90_000, 'lat').set(12.5));
    expect(await page.getByTestId('cell-90000-4').count()).toBe(0);
    await page.getByTestId('undo').click();
    await page.getByTestId('cell-90000-4').waitFor();
    expect(await page.getByTestId('cell-90000-4').getAttribute('data-flash')).toMatch(/^[ab]$/);
    expect(await text('cell-90000-4')).toBe(Number(await stored(90_000, 'lat')).toFixed(5));
  });
});

test('undo brings a row back that a rename has taken out of what matches', async () => {
  await filter('andorra');
  await expect.poll(gridRows).toBeLessThan(ROWS_MIN);
  const matching = await gridRows();
  await edit(7, COUNTRY, 'FR');
  await page.keyboard.press('Enter');
  await expect.poll(gridRows).toBe(matching - 1);
  await page.keyboard.press('Control+z');
  await expect.poll(gridRows).toBe(matching);
  expect(await text('cell-7-3')).toBe('AD');
  await filter('');
  await expect.poll(gridRows).toBeGreaterThan(ROWS_MIN);
});

describe('the keys', () => {
  test('undo and redo wherever the focus is', async () => {
    await makeSteps(2);
    const position = async (): Promise<number> => (await steps()).position;
    await page.keyboard.press('Control+z');
    expect(await position()).toBe(1);
    await page.getByTestId('history-scrubber').focus();
    await page.keyboard.press('Control+z');
    expect(await position()).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    expect(await position()).toBe(1);
    await page.keyboard.press('Control+y');
    expect(await position()).toBe(2);
    await page.keyboard.press('Control+y');
    expect(await text('announcements')).toBe('There is nothing to redo.');
    await page.keyboard.press('Control+Alt+z');
    expect(await position()).toBe(2);
  });

  test('leave a text field its own undo', async () => {
    await makeSteps(1);
    await filter('paris');
    await page.keyboard.press('Control+z');
    expect((await steps()).position).toBe(1);
    expect(await page.getByTestId('filter').inputValue()).not.toBe('paris');
    await filter('');
    await expect.poll(gridRows).toBeGreaterThan(ROWS_MIN);
  });
});

describe('typing', () => {
  test('into a cell is one step, however many keys', async () => {
    const [before, count] = [await stored(4, 'name'), await commits()];
    await edit(4, NAME, 'Abcdef');
    expect(await stored(4, 'name')).toBe('Abcdef');
    await page.keyboard.press('Enter');
    expect((await commits()) - count).toBe(6);
    expect(await steps()).toEqual({ position: 1, length: 1 });
    await expect.poll(() => text('step-1')).toMatch(/^Name, row 5 .*6 changes$/);
    await page.keyboard.press('Control+z');
    expect(await stored(4, 'name')).toBe(before);
  });

  test('is another step after a pause, and in another cell', async () => {
    await edit(4, NAME, 'Abc');
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 60_000;
    });
    await page.keyboard.type('def');
    await page.keyboard.press('Enter');
    await edit(4, COUNTRY, 'FR');
    await page.keyboard.press('Enter');
    expect(await steps()).toEqual({ position: 3, length: 3 });
    await expect.poll(names).toEqual(['Country, row 5', 'Name, row 5', 'Name, row 5', 'Before all steps']);
    await page.getByTestId('step-1').click();
    expect([await stored(4, 'name'), await stored(4, 'country')]).toEqual(['Abc', 'AD']);
  });

  test('that is cancelled or wrong leaves no step, and can be had again', async () => {
    const before = await stored(4, 'lat');
    await edit(4, LATITUDE, '90.5');
    expect(await stored(4, 'lat')).toBe(90);
    await page.keyboard.press('Escape');
    expect(await stored(4, 'lat')).toBe(before);
    expect(await steps()).toEqual({ position: 0, length: 1 });
    await page.keyboard.press('Control+y');
    expect(await stored(4, 'lat')).toBe(90);
  });

  test('of nothing new leaves what can be redone', async () => {
    await makeSteps(1);
    await page.keyboard.press('Control+z');
    await page.getByTestId('cell-3-1').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await steps()).toEqual({ position: 0, length: 1 });
  });
});

describe('what is no work', () => {
  test('visits and the filter are not undone, and keep what can be redone', async () => {
    await makeSteps(1);
    await page.keyboard.press('Control+z');
    await page.evaluate(() => window.store?.at('cities', 0, 'visits').increment());
    await filter('a');
    expect(await steps()).toEqual({ position: 0, length: 1 });
    await filter('');
    await page.getByTestId('redo').click();
    expect(await stored(0, 'lat')).toBe(1);
    expect(await stored(0, 'visits')).toBeGreaterThan(0);
  });

  test('typing and its undo go on among live updates', async () => {
    const before = await stored(4, 'name');
    const visits = (): Promise<number> =>
      page.evaluate(
        () => window.store?.get(({ cities }) => cities.reduce((sum, city) => sum + city.visits, 0)) ?? 0,
      );
    const toggle = page.getByTestId('updates-toggle');
    const [atFirst, commitsAtFirst] = [await visits(), await commits()];
    await toggle.click();
    await edit(4, NAME, 'Abcdef');
    await page.keyboard.press('Enter');
    const count = await commits();
    await expect.poll(commits).toBeGreaterThan(count);
    expect(await steps()).toEqual({ position: 1, length: 1 });
    await page.keyboard.press('Control+z');
    expect(await stored(4, 'name')).toBe(before);
    await toggle.click();
    // Of the commits, all but six keys and their undo were visits.
    expect(await visits()).toBe(atFirst + (await commits()) - commitsAtFirst - 7);
  });

  test('visits are shown and not edited', async () => {
    await page.getByTestId('cell-1-2').focus();
    await page.keyboard.press('Enter');
    expect(await page.getByTestId('cell-editor').count()).toBe(0);
    expect(await text('announcements')).toBe('Visits cannot be edited.');
    expect(await page.getByTestId('cell-1-2').getAttribute('aria-readonly')).toBe('true');
  });
});

describe('the scrubber', () => {
  test('goes through the steps, each way as one commit', async () => {
    const before = await stored(0, 'lat');
    await makeSteps(20);
    const scrubber = page.getByTestId('history-scrubber');
    await expect.poll(() => scrubber.inputValue()).toBe('20');
    const count = await commits();
    await scrubber.fill('0');
    expect(await commits()).toBe(count + 1);
    expect(await stored(0, 'lat')).toBe(before);
    await expect.poll(() => text('history-position')).toBe('0 of 20 steps done');
    await scrubber.fill('7');
    expect([await stored(6, 'lat'), await stored(7, 'lat')]).toEqual([7, expect.not.closeTo(8, 9)]);
    await expect
      .poll(() => scrubber.getAttribute('aria-valuetext'))
      .toBe('7 of 20 steps done, the last is Step 7');
    await scrubber.focus();
    await page.keyboard.press('ArrowRight');
    expect((await steps()).position).toBe(8);
    expect(await current()).toBe('step-8');
    expect(await text('history-bytes')).toMatch(/^[\d.]+ (B|kB)$/);
  });
});

describe('the list of steps', () => {
  test('shows the newest first, says what is undone, and a choice goes there', async () => {
    await makeSteps(3);
    await expect.poll(names).toEqual(['Step 3', 'Step 2', 'Step 1', 'Before all steps']);
    expect(await text('step-2')).toMatch(/^Step 2 \d\d:\d\d:\d\d · 1 change$/);
    await page.getByTestId('step-1').click();
    expect(await steps()).toEqual({ position: 1, length: 3 });
    await expect.poll(current).toBe('step-1');
    expect(await text('step-2')).toContain('(undone)');
    await page.getByTestId('step-0').click();
    expect((await steps()).position).toBe(0);
    expect(await axeFindings()).toEqual([]);
  });

  test('holds a few of many, and always the current one', async () => {
    await makeSteps(200);
    await expect.poll(async () => (await names())[0]).toBe('Step 200');
    expect(await names()).toHaveLength(STEPS_SHOWN_MAX);
    await page.getByTestId('history-scrubber').fill('100');
    await expect.poll(current).toBe('step-100');
    expect(await names()).toHaveLength(STEPS_SHOWN_MAX);
    await page.getByTestId('history-scrubber').fill('0');
    await expect.poll(current).toBe('step-0');
    expect((await names()).length).toBeLessThanOrEqual(STEPS_SHOWN_MAX);
  });
});

test('the sizes of the last commit are those of its delta and its patch', async () => {
  const sizes = await page.evaluate(() => {
    const { store } = window;
    if (store === undefined) throw new Error('The page has no store.');
    let found: readonly number[] = [];
    const end = store.onCommit((commit) => {
      found = [commit.delta, new TextEncoder().encode(JSON.stringify(commit.patches()))].map(
        ({ length }) => length,
      );
    });
    store.at('cities', 1, 'name').set('Zürich');
    end();
    return found;
  });
  const [delta, patch] = sizes.map((bytes) => `${bytes} B`);
  await expect.poll(() => text('delta-bytes')).toBe(delta);
  expect(await text('patch-bytes')).toBe(patch);
});

test('nothing went wrong in the console or on the network', () => {
  expect(complaints()).toEqual([]);
});
