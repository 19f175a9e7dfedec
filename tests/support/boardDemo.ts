/** The board of one framework, used in Chromium. The tests are the same for each. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BoardState, initialBoard, STATUSES, type Status } from '../../examples/shared/src/state.ts';
import type { OpenPage } from './chromium.mjs';
import { axeFindings, openExample, START_TIMEOUT_MS } from './example.ts';

/** So many cards may be in the document, whatever the window. */
const DOM_CARDS_MAX = 80;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
const FIRST_VIEW = initialBoard({
  cards: [],
  columns: { watch: [], try: [], use: [], avoid: [] },
  areas: [],
  version: '',
}).view;

let opened: OpenPage;
let page: Page;

/** Tests the example of this name. */
export function testBoard(name: 'react' | 'vue' | 'svelte'): void {
  beforeAll(async () => {
    opened = await openExample(name);
    page = opened.page;
    await cardsOf('use').first().waitFor();
  }, START_TIMEOUT_MS);

  /** Every test begins with the board as it was opened. */
  beforeEach(async () => {
    await page.setViewportSize(DESKTOP);
    await page.evaluate((view) => {
      const store = window.board?.store;
      store?.history.jumpTo(0);
      store?.history.clear();
      store?.at('view').set(view);
      for (const list of document.querySelectorAll('[data-list]')) list.scrollTop = 0;
    }, FIRST_VIEW);
    await expect.poll(() => page.locator('[aria-posinset="1"]').count()).toBe(STATUSES.length);
  });

  afterAll(() => opened?.close());

  describe('the columns', columns);
  describe('the filter', filter);
  describe('a title', titles);
  describe('a card', moves);
  describe('a selection', selections);
  describe('undo and redo', history);
  describe('the page', look);

  test('nothing went wrong in the console or on the network', () => {
    expect(opened.complaints).toEqual([]);
  });
}

const cardsOf = (status: Status): Locator => page.locator(`[data-column="${status}"] [data-card]`);
const card = (id: number): Locator => page.locator(`[data-card="${id}"]`);
const search = (): Locator => page.getByLabel('Search titles and paths');

/** The state as the store has it, whatever is shown. As text it crosses to here in a tenth of the time. */
async function state(): Promise<BoardState> {
  const json = await page.evaluate(() => JSON.stringify(window.board?.store.get()));
  return JSON.parse(json) as BoardState;
}

async function columnsNow(): Promise<BoardState['columns']> {
  const json = await page.evaluate(() => JSON.stringify(window.board?.store.at('columns').get()));
  return JSON.parse(json) as BoardState['columns'];
}

/** Whether the cards are what they were; as text, since there are many. */
async function areCards(before: BoardState['cards']): Promise<boolean> {
  const json = await page.evaluate(() => JSON.stringify(window.board?.store.at('cards').get()));
  return json === JSON.stringify(before);
}

/** The steps of the history, and how many of them are done. */
function steps(): Promise<{ labels: (string | undefined)[]; position: number } | undefined> {
  return page.evaluate(() => {
    const history = window.board?.store.history;
    return history && { labels: history.steps.map(({ label }) => label), position: history.position };
  });
}

async function text(testId: string): Promise<string> {
  return (await page.getByTestId(testId).textContent()) ?? '';
}

/** The card that has the focus, and the column it is in. */
function focused(): Promise<readonly [string | undefined, string | undefined]> {
  return page.evaluate(() => {
    const { activeElement } = document;
    const column = activeElement?.closest<HTMLElement>('[data-column]')?.dataset['column'];
    return [
      activeElement instanceof HTMLElement ? activeElement.dataset['card'] : undefined,
      column,
    ] as const;
  });
}

/** How many features of the data have a place among the standards, counted in its text. */
async function countFeatures(): Promise<number> {
  const file = createRequire(import.meta.url).resolve('@mdn/browser-compat-data');
  return (await readFile(file, 'utf8')).match(/"status":\{"deprecated"/g)?.length ?? 0;
}

function columns(): void {
  test('hold every feature, each once', async () => {
    const { cards, columns } = await state();
    const ids = STATUSES.flatMap((status) => columns[status]);
    expect(cards.length).toBe(await countFeatures());
    expect(cards.length).toBeGreaterThan(10_000);
    expect(ids.sort((a, b) => a - b)).toEqual(cards.map((_, id) => id));
    expect(await text('matches')).toBe(`${cards.length.toLocaleString('en')} cards`);
    for (const status of STATUSES)
      expect(await page.locator(`[data-column="${status}"] .column-count`).textContent()).toBe(
        columns[status].length.toLocaleString('en'),
      );
  });

  test('show their last card with few elements', async () => {
    const { use } = await columnsNow();
    await page.locator('[data-column="use"] [data-list]').evaluate((list) => {
      list.scrollTop = list.scrollHeight;
    });
    const last = card(use.at(-1) ?? Number.NaN);
    await last.waitFor();
    expect(await last.locator('xpath=..').getAttribute('aria-posinset')).toBe(String(use.length));
    expect(await page.locator('[data-card]').count()).toBeLessThan(DOM_CARDS_MAX);
  });

  test('put features where the data says', async () => {
    const { cards, columns } = await state();
    const engines = (id: number): number =>
      [cards[id]?.chrome, cards[id]?.firefox, cards[id]?.safari].filter((since) => since !== '').length;
    expect(new Set(columns.use.map(engines))).toEqual(new Set([3]));
    expect(new Set(columns.try.map(engines))).toEqual(new Set([2]));
  });
}

function filter(): void {
  test('by words finds them in titles and paths', async () => {
    const { cards } = await state();
    const matching = cards.filter(({ title, path }) =>
      ['grid', 'template'].every((word) => `${title}\0${path}`.toLowerCase().includes(word)),
    );
    await search().fill('Grid  template');
    await expect.poll(() => text('matches')).toBe(`${matching.length} cards`);
    expect(await cardsOf('use').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await expect.poll(() => text('matches')).toBe(`${cards.length.toLocaleString('en')} cards`);
    expect(await search().inputValue()).toBe('');
  });

  test('by facets is one of all of them, and no step to undo', async () => {
    const { cards } = await state();
    const matching = cards.filter(({ area, safari }) => area === 'css' && safari === '');
    await page.getByLabel('Area').selectOption('css');
    await page.getByLabel('Not in').selectOption('safari');
    await expect.poll(() => text('matches')).toBe(`${matching.length.toLocaleString('en')} cards`);
    await page.getByLabel('Priority', { exact: true }).selectOption('high');
    await expect.poll(() => text('matches')).toBe('0 cards');
    expect(await steps()).toEqual({ labels: [], position: 0 });
  });
}

function titles(): void {
  test('is edited in place: Enter keeps it, and the focus is on the card again', async () => {
    const id = (await columnsNow()).use[1] ?? Number.NaN;
    const before = (await state()).cards[id]?.title;
    await card(id).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Triangles, many');
    await page.keyboard.press('Enter');
    await expect.poll(() => card(id).locator('.card-title').textContent()).toBe('Triangles, many');
    expect((await state()).cards[id]?.title).toBe('Triangles, many');
    await expect.poll(focused).toEqual([String(id), 'use']);
    expect(await steps()).toEqual({ labels: [`Rename ${before} to Triangles, many`], position: 1 });
  });

  test('is left as it was by Escape, and by nothing', async () => {
    const id = (await columnsNow()).use[1] ?? Number.NaN;
    const before = (await state()).cards;
    await card(id).locator('.card-title').click();
    await page.keyboard.type('never kept');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toEqual([String(id), 'use']);
    await page.keyboard.press('F2');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await expect.poll(() => card(id).locator('.card-title').count()).toBe(1);
    expect(await areCards(before)).toBe(true);
    expect((await steps())?.labels).toEqual([]);
  });

  test('that changes has its card drawn again, and no other', async () => {
    const id = (await columnsNow()).use[1] ?? Number.NaN;
    const touched = await page.evaluate(async (at) => {
      const seen = new Set<string | undefined>();
      const observer = new MutationObserver((records) => {
        for (const { target } of records)
          seen.add((target.parentElement?.closest('[data-card]') as HTMLElement | null)?.dataset['card']);
      });
      const options = { subtree: true, childList: true, characterData: true, attributes: true };
      observer.observe(document.querySelector('.board') as Element, options);
      const before = window.board?.drawn.cards ?? Number.NaN;
      window.board?.store.at('cards', at, 'title').set('Once');
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
      observer.disconnect();
      return { cards: [...seen], drawn: (window.board?.drawn.cards ?? Number.NaN) - before };
    }, id);
    expect(touched).toEqual({ cards: [String(id)], drawn: 1 });
    expect(await card(id).locator('.card-title').textContent()).toBe('Once');
  });

  test('that is edited costs one card, and the page says so', async () => {
    const id = (await columnsNow()).try[0] ?? Number.NaN;
    await card(id).locator('.card-title').click();
    await page.keyboard.type('One card');
    await page.keyboard.press('Enter');
    await expect.poll(() => text('cost')).toMatch(/in the store, 1 card drawn$/);
  });
}

function moves(): void {
  test('is moved by keys, and takes the focus along', async () => {
    const before = await columnsNow();
    const id = before.watch[2] ?? Number.NaN;
    await card(id).focus();
    await page.keyboard.press('Alt+ArrowRight');
    await expect.poll(focused).toEqual([String(id), 'try']);
    expect((await columnsNow()).try).toEqual([id, ...before.try]);
    expect((await columnsNow()).watch).toEqual(before.watch.filter((other) => other !== id));
    await expect.poll(() => text('said')).toMatch(/^Move .* to Try\.$/);
    await page.keyboard.press('Control+z');
    await expect.poll(columnsNow).toEqual(before);
  });

  test('is moved by its buttons, which know where', async () => {
    const id = (await columnsNow()).avoid[0] ?? Number.NaN;
    expect(
      await card(id)
        .getByRole('button', { name: /^Move to/ })
        .count(),
    ).toBe(1);
    await card(id).getByRole('button', { name: 'Move to Use' }).click();
    await expect.poll(async () => (await columnsNow()).use[0]).toBe(id);
    expect(
      await card(id)
        .getByRole('button', { name: /^Move to/ })
        .count(),
    ).toBe(2);
  });

  test('is dragged to a place in another column', async () => {
    const { watch, use } = await columnsNow();
    const [id, before] = [watch[0] ?? Number.NaN, use[2] ?? Number.NaN];
    await card(id).locator('.support').dragTo(card(before).locator('.support'));
    await expect.poll(async () => (await columnsNow()).use.slice(0, 4)).toEqual([use[0], use[1], id, before]);
    expect((await state()).view.over).toBe(null);
  });

  test('passes the focus to its neighbours with the arrow keys', async () => {
    const { try: column } = await columnsNow();
    await card(column[0] ?? Number.NaN).focus();
    for (let step = 0; step < 20; step++) {
      await page.keyboard.press('ArrowDown');
      await expect.poll(focused).toEqual([String(column[step + 1]), 'try']);
    }
    await page.keyboard.press('ArrowRight');
    expect((await focused())[1]).toBe('use');
  });
}

function selections(): void {
  /** Selects the second to the fifth card of a column, as a range. */
  async function selectFour(status: Status): Promise<number[]> {
    const boxes = cardsOf(status).getByRole('checkbox');
    await boxes.nth(1).click();
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    await expect.poll(() => text('selected')).toBe('4 selected');
    return (await columnsNow())[status].slice(1, 5);
  }

  test('of a range is shown at its cards, and is no step to undo', async () => {
    const ids = await selectFour('use');
    const marked = await page
      .locator('[data-selected="true"]')
      .evaluateAll((cards) =>
        cards.map((each) => [
          Number((each as HTMLElement).dataset['card']),
          each.querySelector('input')?.checked,
        ]),
      );
    expect(marked).toEqual(ids.map((id) => [id, true]));
    await cardsOf('use').nth(2).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => text('selected')).toBe('3 selected');
    expect((await steps())?.labels).toEqual([]);
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await expect.poll(() => page.locator('[data-selected="true"]').count()).toBe(0);
  });

  test('is edited as one commit and one step', async () => {
    const before = await state();
    const ids = await selectFour('use');
    const version = await page.evaluate(() => window.board?.store.version ?? Number.NaN);
    await page.getByLabel('Move to', { exact: true }).selectOption('try');
    await page.getByLabel('Set priority').selectOption('high');
    await page.getByRole('button', { name: 'Apply' }).click();
    const after = await state();
    expect(after.columns.try).toEqual([...ids, ...before.columns.try]);
    expect(ids.map((id) => after.cards[id]?.priority)).toEqual(['high', 'high', 'high', 'high']);
    expect(await steps()).toEqual({ labels: ['4 cards: move to Try, priority high'], position: 1 });
    // The batch, and what it has cost a little later.
    expect(await page.evaluate(() => window.board?.store.version ?? Number.NaN)).toBeLessThanOrEqual(
      version + 2,
    );
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(columnsNow).toEqual(before.columns);
    expect(await areCards(before.cards)).toBe(true);
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(columnsNow).toEqual(after.columns);
    expect(await areCards(after.cards)).toBe(true);
  });

  test('of all that match is thousands of cards, edited at once', async () => {
    await page.getByLabel('Area').selectOption('css');
    const { cards } = await state();
    const count = cards.filter(({ area }) => area === 'css').length;
    await page.getByRole('button', { name: 'Select all' }).click();
    await expect.poll(() => text('selected')).toBe(`${count.toLocaleString('en')} selected`);
    await page.getByLabel('Set priority').selectOption('low');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect
      .poll(async () => (await state()).cards.filter(({ priority }) => priority === 'low').length)
      .toBe(count);
    expect((await steps())?.labels).toEqual([`${count.toLocaleString('en')} cards: priority low`]);
    expect(await cardsOf('use').first().locator('.card-priority').textContent()).toContain('Low');
    await page.keyboard.press('Control+z');
    await expect.poll(() => areCards(cards)).toBe(true);
  });
}

function history(): void {
  test('go step by step by buttons and keys, and say what they did', async () => {
    const [undo, redo] = [
      page.getByRole('button', { name: 'Undo' }),
      page.getByRole('button', { name: 'Redo' }),
    ];
    const disabled = async (): Promise<(string | null)[]> => [
      await undo.getAttribute('aria-disabled'),
      await redo.getAttribute('aria-disabled'),
    ];
    const before = await columnsNow();
    const [first, second] = [before.watch[0] ?? Number.NaN, before.watch[1] ?? Number.NaN];
    expect(await disabled()).toEqual(['true', 'true']);
    await card(first).getByRole('button', { name: 'Move to Try' }).click();
    await card(second).getByRole('button', { name: 'Move to Try' }).click();
    const after = await columnsNow();
    await expect.poll(disabled).toEqual(['false', 'true']);
    await undo.click();
    await expect.poll(() => text('said')).toMatch(/^Undone: Move .* to Try\.$/);
    await page.keyboard.press('Control+z');
    await expect.poll(columnsNow).toEqual(before);
    await expect.poll(disabled).toEqual(['true', 'false']);
    await page.keyboard.press('Control+z');
    await expect.poll(() => text('said')).toBe('There is nothing to undo.');
    await redo.click();
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(columnsNow).toEqual(after);
    expect((await steps())?.labels.length).toBe(2);
  });
}

function look(): void {
  test.each(['light', 'dark'] as const)('is accessible and fits the window (%s)', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    // Everything that can be there at once, on few cards: axe looks at each element many times.
    await search().fill('grid-template');
    await expect.poll(() => cardsOf('watch').count()).toBe(0);
    await cardsOf('use').getByRole('checkbox').nth(1).click();
    await page.getByLabel('Set priority').selectOption('high');
    await page.getByRole('button', { name: 'Apply' }).click();
    await cardsOf('use').locator('.card-title').first().click();
    await page.getByLabel('Title', { exact: true }).waitFor();
    for (const size of [DESKTOP, PHONE]) {
      await page.setViewportSize(size);
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    }
  });
}
