/** The cities demo, opened for the tests of a file, and what they do with it. */
import type { Stats } from 'gaesup-state';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { OpenPage } from './chromium.mjs';
import { axeFindings as axeFindingsOf, openExample, START_TIMEOUT_MS } from './example.ts';

/** Fewer records would be another table. */
export const ROWS_MIN = 150_000;
/** As many rows may be in the document, whatever the window. */
export const DOM_ROWS_MAX = 100;
export const NAME = 1;
export const VISITS = 2;
export const COUNTRY = 3;
export const LATITUDE = 4;

export let page: Page;
let opened: OpenPage;

/** Opens the demo for the tests of a file, which share it. */
export function useDemo(): void {
  beforeAll(async () => {
    opened = await openExample('cities');
    page = opened.page;
    await page.getByTestId('cell-0-1').waitFor({ timeout: START_TIMEOUT_MS });
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await opened?.close();
  });
}

/** Errors in the console and failed requests since the page was opened. */
export function complaints(): readonly string[] {
  return opened.complaints;
}

/** A field of a record as the store has it, whatever the table shows. */
export function stored(
  row: number,
  field: 'name' | 'country' | 'lat' | 'visits',
): Promise<string | number | undefined> {
  return page.evaluate(([at, key]) => window.store?.at('cities', at, key).get(), [row, field] as const);
}

/** How many steps the history has, and how many of them are done. */
export function steps(): Promise<{ position: number; length: number }> {
  return page.evaluate(() => {
    const { position, length } = window.store?.history.get() ?? { position: Number.NaN, length: Number.NaN };
    return { position, length };
  });
}

/** How many commits the store has made. */
export async function commits(): Promise<number> {
  return page.evaluate(() => window.store?.stats().commits ?? Number.NaN);
}

/** A text that the page shows. */
export async function text(testId: string): Promise<string> {
  return (await page.getByTestId(testId).textContent()) ?? '';
}

/** What the store says of itself. */
export async function stats(): Promise<Stats> {
  const found = await page.evaluate(() => window.store?.stats());
  if (found === undefined) throw new Error('The page has no store.');
  return found;
}

/** A number that the page shows. */
export async function shownCount(testId: string): Promise<number> {
  return Number((await text(testId)).replaceAll(',', ''));
}

/** The texts of a column of the rows in the document, by cell. */
export function shownColumn(column: number): Promise<Record<string, string>> {
  return page.getByTestId('grid').evaluate((grid, at) => {
    const cells = [...grid.querySelectorAll<HTMLElement>(`.cell[data-column="${at}"][data-testid]`)];
    return Object.fromEntries(cells.map(({ dataset, textContent }) => [dataset['testid'], textContent]));
  }, column);
}

/** What differs, of the same cells. */
export function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after).filter((cell) => cell in before && before[cell] !== after[cell]);
}

/** Types into the filter box instead of what was there. */
export async function filter(typed: string): Promise<void> {
  await page.getByTestId('filter').fill('');
  await page.getByTestId('filter').pressSequentially(typed);
}

/** How many rows the table says it has below its head. */
export async function gridRows(): Promise<number> {
  return Number(await page.getByTestId('grid').getAttribute('aria-rowcount')) - 1;
}

/** What axe finds that would keep somebody from using the page. */
export function axeFindings(): Promise<string[]> {
  return axeFindingsOf(page);
}

/** Types into the cell and leaves the editor open. */
export async function edit(row: number, column: number, typed: string): Promise<void> {
  await page.getByTestId(`cell-${row}-${column}`).focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('cell-editor').waitFor();
  await page.keyboard.type(typed);
}
