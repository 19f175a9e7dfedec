/** Files that are saved and opened, and refetches, used in Chromium. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createStore, inspect, openStore } from 'gaesup-state';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  axeFindings,
  commits,
  complaints,
  filter,
  gridRows,
  page,
  ROWS_MIN,
  shownCount,
  steps,
  stored,
  text,
  useDemo,
} from '../../tests/support/citiesDemo.ts';

useDemo();

/** Headless browsers offer to choose a place but show no dialog. */
beforeAll(() => page.evaluate(() => delete window.showSaveFilePicker));

/** Every test begins with the data as it was loaded, and nothing to undo. */
beforeEach(async () => {
  await page.evaluate(() => {
    window.store?.history.jumpTo(0);
    window.store?.history.clear();
  });
  await expect.poll(() => shownCount('marks-count')).toBe(0);
  await expect.poll(() => text('history-position')).toBe('0 of 0 steps done');
});

/** The whole state, short enough to be compared. */
function digest(): Promise<string> {
  return page.evaluate(async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(window.store?.get()));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

function digestOf(state: unknown): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex');
}

/** Each place as text with its id, in their order. */
async function places(): Promise<Map<number, string>> {
  const lines = await page.evaluate(() =>
    window.store?.get().cities.map((city) => `${city.id}:${JSON.stringify(city)}`),
  );
  return new Map((lines ?? []).map((line) => [Number.parseInt(line, 10), line.slice(line.indexOf(':') + 1)]));
}

async function save(): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('save').click()]);
  expect(download.suggestedFilename()).toMatch(/^cities-\d{4}-\d\d-\d\d\.gaesup$/);
  const bytes = new Uint8Array(await readFile(await download.path()));
  await page.getByTestId('save-status').filter({ hasText: 'made in' }).waitFor();
  return bytes;
}

/** Gives a file to the panel and waits for what it says. */
async function open(bytes: Uint8Array, name = 'saved.gaesup'): Promise<string> {
  const buffer = Buffer.from(bytes);
  await page.getByTestId('open-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  return said();
}

async function said(): Promise<string> {
  const both = async (): Promise<string> => (await text('open-error')) + (await text('open-status'));
  await expect.poll(both, { timeout: 60_000 }).not.toBe('');
  return both();
}

/** Refetches, and waits until all figures are there. */
async function refetch(share: string, format = 'json'): Promise<void> {
  await page.getByTestId('refetch-share').selectOption(share);
  await page.getByTestId('refetch-format').selectOption(format);
  await page.getByTestId('refetch').click();
  await expect.poll(() => text('refetch-parse'), { timeout: 120_000 }).not.toBe('–');
}

/** The ids that keep their order, as many as possible. */
function inOrder(ids: readonly number[], rank: ReadonlyMap<number, number>): Set<number> {
  const ends: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const id of ids) {
    let [from, to] = [0, ends.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (Number(rank.get(ends[middle] as number)) < Number(rank.get(id))) from = middle + 1;
      else to = middle;
    }
    before.set(id, ends[from - 1]);
    ends[from] = id;
  }
  const kept = new Set<number>();
  for (let id = ends.at(-1); id !== undefined; id = before.get(id)) kept.add(id);
  return kept;
}

/** What a refetch has changed, found out from the states alone. */
function compare(before: ReadonlyMap<number, string>, after: ReadonlyMap<number, string>) {
  const rank = new Map([...before.keys()].map((id, at) => [id, at]));
  const ids = [...after.keys()];
  const common = ids.filter((id) => before.has(id));
  const kept = inOrder(common, rank);
  const added = ids.filter((id) => !before.has(id));
  const updated = common.filter((id) => before.get(id) !== after.get(id));
  const moved = common.filter((id) => !kept.has(id));
  const removed = before.size - common.length;
  return { added, removed, updated, moved, marked: new Set([...added, ...updated, ...moved]) };
}

/** The ids of the places that the table shows, and which of them it marks or flashes. */
function shownRows(): Promise<{ id: number; isMarked: boolean; flashes: boolean; name: string }[]> {
  return page.getByTestId('grid').evaluate((grid) =>
    [...grid.querySelectorAll<HTMLElement>('.grid-body > .row')].map((row) => {
      const [number, name] = [...row.children] as HTMLElement[];
      const record = Number(number?.textContent?.replaceAll(',', '')) - 1;
      return {
        id: window.store?.at('cities', record, 'id').get() ?? 0,
        isMarked: row.classList.contains('row-marked'),
        flashes: row.querySelector('[data-flash]') !== null,
        name: name?.textContent ?? '',
      };
    }),
  );
}

describe('saving', () => {
  test('downloads a file that opens elsewhere as the same state', async () => {
    await page.evaluate(() => window.store?.at('cities', 1, 'name').set('Zürich 🏔'));
    const bytes = await save();
    const opened = openStore<{ cities: { name: string }[] }>(bytes, { schema: { version: 1 } });
    expect(opened.at('cities', 1, 'name').get()).toBe('Zürich 🏔');
    expect(digestOf(opened.get())).toBe(await digest());
    opened.dispose();

    const megabytes = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
    expect(await text('result-snapshot-bytes')).toBe(megabytes(bytes.length));
    expect(await text('result-snapshot-plain')).toBe(megabytes(inspect(bytes).plainBytes));
    expect(await page.getByTestId('save-progress').getAttribute('aria-valuenow')).toBe('1');
    expect(await page.getByTestId('save-progress').isVisible()).toBe(false);
  });

  test('compares with JSON when asked to', async () => {
    expect(await text('result-json-bytes')).toBe('–');
    await page.getByTestId('save-compare').click();
    const json = await page.evaluate(() => new Blob([JSON.stringify(window.store?.get())]).size);
    await expect.poll(() => text('result-json-bytes')).toBe(`${(json / 1e6).toFixed(1)} MB`);
    expect(await text('result-json-time')).toMatch(/^[\d.]+ m?s$/);
  });

  describe('where the browser lets one choose a place', () => {
    afterAll(() => page.evaluate(() => delete window.showSaveFilePicker));

    test('writes there', async () => {
      const written = await page.evaluate(async () => {
        const parts: BlobPart[] = [];
        const writable = {
          write: async (part: BlobPart) => void parts.push(part),
          close: async () => void parts.push('closed'),
        };
        const handle = { createWritable: async () => writable } as unknown as FileSystemFileHandle;
        window.showSaveFilePicker = async () => handle;
        document.getElementById('save')?.click();
        while (parts.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
        return [...new Uint8Array(await new Blob(parts).arrayBuffer())].slice(0, 17);
      });
      expect(String.fromCharCode(...written.slice(2))).toBe('gaesup-snapshot');
    });

    test('saves nothing when that is given up', async () => {
      await page.evaluate(() => {
        window.showSaveFilePicker = async () => {
          throw new DOMException('The user closed the dialog.', 'AbortError');
        };
      });
      await page.getByTestId('save').click();
      await expect.poll(() => text('save-status')).toBe('Not saved.');
    });
  });
});

describe('opening', () => {
  let saved: Uint8Array;

  beforeAll(async () => {
    await page.evaluate(() => window.store?.history.jumpTo(0));
    saved = await save();
  });

  test('a file brings back what was saved, as one step that can be undone', async () => {
    const before = await digest();
    await page.evaluate(() => {
      window.store?.at('cities', 3, 'name').set('Elsewhere');
      window.store?.at('cities', 5, 'lat').set(1);
    });
    const [changed, count] = [await digest(), await commits()];
    expect(changed).not.toBe(before);

    expect(await open(saved)).toMatch(/^Opened in [\d.]+ m?s: 2 changes\.$/);
    expect(await digest()).toBe(before);
    expect(await commits()).toBe(count + 1);
    expect(await text('open-updated')).toBe('2');
    expect([await text('open-added'), await text('open-removed'), await text('open-moved')]).toEqual([
      '0',
      '0',
      '0',
    ]);
    const info = inspect(saved);
    expect(await text('open-name')).toBe('saved.gaesup');
    expect(await shownCount('open-containers')).toBe(info.containers);
    expect(await shownCount('open-strings')).toBe(info.strings);
    expect(await text('open-compression')).toBe('LZ4');

    await page.getByTestId('undo').click();
    expect(await text('announcements')).toBe('Undone: Opened saved.gaesup.');
    expect(await digest()).toBe(changed);
  });

  test('a file from before a refetch brings back places that went, and the table shows them', async () => {
    const before = await digest();
    await refetch('0.01');
    const removed = await text('refetch-removed');
    expect(await digest()).not.toBe(before);
    await open(saved);
    expect(await digest()).toBe(before);
    expect(await text('open-added')).toBe(removed);
    const lines = await places();
    for (const { id, name } of await shownRows()) expect(JSON.parse(lines.get(id) ?? '').name).toBe(name);
  });

  test('a file without a difference is no commit and no step', async () => {
    const count = await commits();
    expect(await open(saved)).toMatch(/: nothing was different\.$/);
    expect(await commits()).toBe(count);
    expect(await steps()).toEqual({ position: 0, length: 0 });
  });

  test('a file can be dropped on the page', async () => {
    await page.evaluate(() => window.store?.at('cities', 3, 'name').set('Elsewhere'));
    const drag = (type: string, bytes: number[]): Promise<void> =>
      page.evaluate(
        ([name, content]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(content)], 'dropped.gaesup'));
          const init = { dataTransfer, bubbles: true, cancelable: true };
          document.querySelector('.grid-body')?.dispatchEvent(new DragEvent(name, init));
        },
        [type, bytes] as const,
      );
    await drag('dragover', []);
    expect(await page.getByTestId('drop-target').isVisible()).toBe(true);
    const small = createStore({ cities: [], filter: '' }, { schema: { version: 1 } });
    await drag('drop', [...small.snapshot()]);
    expect(await page.getByTestId('drop-target').isVisible()).toBe(false);
    expect(await said()).toBe(
      'dropped.gaesup: This is a snapshot of something else than places. Nothing has changed.',
    );
    expect(await stored(3, 'name')).toBe('Elsewhere');
    small.dispose();
  });

  describe('what is no such file', () => {
    /** Opens bytes that must be refused, and checks that nothing has happened. */
    async function refused(bytes: Uint8Array, name: string): Promise<string> {
      const before = { state: await digest(), commits: await commits(), steps: await steps() };
      const message = await open(bytes, name);
      expect({ state: await digest(), commits: await commits(), steps: await steps() }).toEqual(before);
      expect(await text('open-status')).toBe('');
      return message;
    }

    test('a damaged file is refused with the place of the damage, after what it says of itself', async () => {
      const damaged = saved.slice();
      const at = Math.floor(damaged.length / 2);
      damaged[at] = (damaged[at] as number) ^ 0x10;
      const message = await refused(damaged, 'damaged.gaesup');
      expect(message).toMatch(/^damaged\.gaesup: .* at byte \d+\. Nothing has changed\.$/);
      expect(await shownCount('open-containers')).toBe(inspect(saved).containers);
      expect(await text('open-time')).toBe('–');
    });

    test('a file that is cut off is refused with the place of its end', async () => {
      const message = await refused(saved.subarray(0, 20), 'short.gaesup');
      expect(message).toMatch(/^short\.gaesup: .* at byte 20\. Nothing has changed\.$/);
      expect(await page.getByTestId('open-name').isVisible()).toBe(false);
    });

    test('a picture is no snapshot', async () => {
      const message = await refused(new Uint8Array([0x89, 0x50, 0x4e, 0x47]), 'picture.png');
      expect(message).toBe('picture.png: These bytes are no snapshot, from byte 0 on. Nothing has changed.');
    });

    test('a later version of the page made this', async () => {
      const later = createStore({ cities: [] }, { schema: { version: 2 } });
      expect(await refused(later.snapshot(), 'later.gaesup')).toContain('of version 2');
      later.dispose();
    });
  });
});

describe('a refetch', () => {
  for (const [share, format] of [
    ['0.001', 'json'],
    ['0.01', 'ndjson'],
  ] as const) {
    test(`of ${format} with a share of ${share} counts and marks exactly the rows that changed`, async () => {
      const before = await places();
      const count = await commits();
      await refetch(share, format);
      const { added, removed, updated, moved, marked } = compare(before, await places());
      expect(updated.length).toBeGreaterThan(100);
      expect(Math.min(added.length, removed, moved.length)).toBeGreaterThan(0);
      expect(await shownCount('refetch-added')).toBe(added.length);
      expect(await shownCount('refetch-removed')).toBe(removed);
      expect(await shownCount('refetch-updated')).toBe(updated.length);
      expect(await shownCount('refetch-moved')).toBe(moved.length);
      expect(await shownCount('marks-count')).toBe(marked.size);
      expect(await commits()).toBe(count + 1);

      const first = (await shownRows()).filter(({ flashes }) => flashes);
      expect(first.length).toBeGreaterThan(0);
      expect(first.every(({ isMarked }) => isMarked)).toBe(true);
      const seen = new Set<number>();
      for (let shown = 0; shown < 12; shown++) {
        await page.getByTestId('marks-next').click();
        for (const { id, isMarked } of await shownRows()) {
          expect({ id, isMarked }).toEqual({ id, isMarked: marked.has(id) });
          if (isMarked) seen.add(id);
        }
      }
      expect(seen.size).toBeGreaterThanOrEqual(10);
    });
  }

  test('is one step of the history, which takes everything back', async () => {
    const before = await digest();
    await refetch('0.01');
    const after = await digest();
    expect(after).not.toBe(before);
    expect(await steps()).toEqual({ position: 1, length: 1 });
    await page.getByTestId('undo').click();
    expect(await text('announcements')).toBe('Undone: Refetched.');
    expect(await digest()).toBe(before);
    await expect.poll(() => shownCount('marks-count')).toBe(0);
    expect((await shownRows()).some(({ isMarked }) => isMarked)).toBe(false);
    await page.getByTestId('redo').click();
    expect(await digest()).toBe(after);
    const lines = await places();
    for (const { id, name } of await shownRows()) expect(JSON.parse(lines.get(id) ?? '').name).toBe(name);
  });

  test('leaves the filter with the names that are there now', async () => {
    await refetch('0.01');
    const renamed = await page.evaluate(
      () => window.store?.get().cities.filter(({ name }) => name.includes('(renamed)')).length,
    );
    expect(renamed).toBeGreaterThan(100);
    await filter('(renamed)');
    await expect.poll(gridRows).toBe(renamed);
    await page.getByTestId('undo').click();
    await expect.poll(gridRows).toBe(0);
    await filter('');
    await expect.poll(gridRows).toBeGreaterThan(ROWS_MIN);
  });

  test('keeps what was typed into a cell, if it arrives meanwhile', async () => {
    await page.getByTestId('cell-0-1').focus();
    await page.keyboard.press('Control+Home');
    const before = await stored(2, 'name');
    await page.evaluate(() => {
      const edited = document.querySelector<HTMLElement>('[data-testid="cell-2-1"]');
      const bar = document.getElementById('refetch-progress') as HTMLElement;
      const observer = new MutationObserver(() => {
        if (Number(bar.getAttribute('aria-valuenow')) < 2) return;
        observer.disconnect();
        edited?.focus();
        edited?.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, cancelable: true }));
      });
      observer.observe(bar, { attributes: true });
    });
    await refetch('0.001');
    expect(await page.getByTestId('cell-editor').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.closest('[role=row]') !== null)).toBe(true);
    const labels = await page.evaluate(() => window.store?.history.steps.map(({ label }) => label));
    expect(labels).toEqual(['Name, row 3', 'Refetched']);
    expect(await stored(2, 'name')).toBe(before);
    await page.getByTestId('undo').click();
    expect(await stored(2, 'name')).toBe('x');
  });
});

describe('a refetch that is cancelled', () => {
  test('has changed nothing, however much had arrived', async () => {
    const before = { state: await digest(), commits: await commits(), steps: await steps() };
    await page.evaluate(() => {
      const bar = document.getElementById('refetch-progress') as HTMLElement;
      const observer = new MutationObserver(() => {
        const [now, max] = ['aria-valuenow', 'aria-valuemax'].map((name) => Number(bar.getAttribute(name)));
        if ((now as number) < 2 || (now as number) * 2 < (max as number)) return;
        observer.disconnect();
        document.getElementById('refetch-cancel')?.click();
      });
      observer.observe(bar, { attributes: true });
    });
    await page.getByTestId('refetch').click();
    await expect
      .poll(() => text('refetch-status'), { timeout: 60_000 })
      .toBe('Cancelled. Nothing has changed.');
    expect({ state: await digest(), commits: await commits(), steps: await steps() }).toEqual(before);
    expect(await text('refetch-updated')).toBe('–');
    expect(await page.getByTestId('refetch-progress').isVisible()).toBe(false);
    expect(await page.getByTestId('refetch-cancel').isDisabled()).toBe(true);
  });

  test('by keyboard alone gives the focus back to where it began', async () => {
    const focused = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);
    const count = await commits();
    await page.getByTestId('refetch').focus();
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('refetch-cancel');
    await page.keyboard.press('Enter');
    await expect.poll(focused, { timeout: 60_000 }).toBe('refetch');
    expect(await text('refetch-status')).toBe('Cancelled. Nothing has changed.');
    expect(await commits()).toBe(count);
  });
});

describe('the page with all of it', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has nothing for axe to find, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await refetch('0.1');
      await open(new Uint8Array(4), 'broken.gaesup');
      expect(await axeFindings()).toEqual([]);
    });
  }

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  });
});

test('nothing went wrong in the console or on the network', () => {
  expect(complaints()).toEqual([]);
});
