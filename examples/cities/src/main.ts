/**
 * The cities demo: loads the data, puts it into a store, and starts the parts
 * of the page that read and change it.
 *
 * Stable hooks for tests (`data-testid`):
 *
 * - `loading`, `load-progress`; `row-count`, `time-download`, `time-parse`, `time-store`
 * - `grid`, `cell-<row>-<column>` (both from 0; column 0 is the row number), `cell-editor`, `jump-row`
 * - `filter`, `filter-count`, `filter-clear`, `grid-empty`
 * - `undo`, `redo`, `history-scrubber`, `history-position`, `history-bytes`, `history-steps`, `step-<position>`; `undo-time`
 * - `delta-bytes`, `patch-bytes`; `commit-span`, `selector-runs`, `listener-calls`, `row-renders`, `row-renders-total`, `watcher-count`
 * - `update-batch` and `result-batch-<measure>`, `update-each` and `result-each-<measure>`: time, commits, crossings, selectors, rows
 * - `updates-toggle`, `updates-rows`, `update-rate`, `plot`, `store-time`, `frame-time`, `frame-time-p95`, `update-time`
 * - `refetch`, `refetch-share`, `refetch-format`, `refetch-progress`, `refetch-cancel`, `refetch-status`, `refetch-<figure>`:
 *   added, removed, updated, moved, bytes, arrival, time, parse; `marks-count`, `marks-next`, `marks-clear`
 * - `save`, `save-progress`, `save-status`, `result-snapshot-<measure>`, `result-json-<measure>`: bytes, plain, time; `save-compare`
 * - `open`, `open-file`, `open-status`, `open-error`, `drop-target`, `open-<figure>`: name, containers, strings, bytes, plain,
 *   compression, added, removed, updated, moved, time
 * - `stat-<counter>`: records, strings, shapes, commits, crossings, bytes-in, bytes-out, views-built, views-live, watchers, selector-runs
 * - `store-bytes-total` and `store-bytes-<part>`; `object-bytes-total` and `object-bytes-<part>`
 * - `memory-ratio`, `memory-method`, `measure`, `measure-status`, `announcements`
 *
 * `window.store` is the store.
 */
import { createStore, type Store } from 'gaesup-state';
import { Activity } from './activity.ts';
import { startBatchPanel } from './batch-panel.ts';
import { startFilesPanel } from './files-panel.ts';
import { FilterBox } from './filter-box.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import { Grid } from './grid.ts';
import { startHistory } from './history-panel.ts';
import { startLivePanel } from './live-panel.ts';
import { DATA_BYTES, download, parse } from './loader.ts';
import { Marks } from './marks.ts';
import { estimateObjectBytes, type ObjectBytes } from './memory-estimate.ts';
import { MemoryPanel } from './memory-panel.ts';
import { announce, element, painted, write } from './page.ts';
import { PlaceList } from './place-list.ts';
import { ProgressBar } from './progress.ts';
import { startReactivityPanel } from './reactivity-panel.ts';
import { type City, COUNTRY_COLUMN, NAME_COLUMN, NOT_UNDONE, SCHEMA_VERSION, type State } from './record.ts';
import { startRefetchPanel } from './refetch-panel.ts';
import { SearchTexts } from './search-texts.ts';
import { startStatsPanel } from './stats-panel.ts';

interface Loaded {
  readonly store: Store<State>;
  readonly texts: SearchTexts;
  readonly objects: ObjectBytes;
}

async function start(): Promise<void> {
  const retry = element('loading-retry', HTMLButtonElement);
  const problem = element('loading-error', HTMLElement);
  retry.hidden = problem.hidden = true;
  try {
    show(await load());
  } catch (error) {
    console.error(error);
    write(problem, error instanceof Error ? error.message : String(error));
    retry.hidden = problem.hidden = false;
  }
}

/** Loads in steps that each show on the page. The rows are garbage when it returns. */
async function load(): Promise<Loaded> {
  const text = await timed('download', 'Downloading the places', () => download(showProgress));
  const cities: City[] = await timed('parse', 'Parsing', () => parse(text));
  const store = await timed('store', 'Loading into the store', () =>
    createStore<State>(
      { cities, filter: '' },
      { history: { exclude: NOT_UNDONE }, schema: { version: SCHEMA_VERSION } },
    ),
  );
  return { store, texts: new SearchTexts(cities), objects: estimateObjectBytes(cities) };
}

async function timed<T>(
  step: 'download' | 'parse' | 'store',
  title: string,
  run: () => T | Promise<T>,
): Promise<T> {
  write(element('loading-title', HTMLElement), title);
  await painted();
  const begin = performance.now();
  const result = await run();
  write(element(`time-${step}`, HTMLElement), formatDuration(performance.now() - begin));
  return result;
}

function showProgress(bytes: number): void {
  const detail = `${formatBytes(bytes)} of ${formatBytes(DATA_BYTES)}`;
  new ProgressBar('load-progress').show(bytes, DATA_BYTES, detail);
  write(element('loading-detail', HTMLElement), detail);
}

/** Shows the loaded store. */
function show({ store, texts, objects }: Loaded): void {
  const rowCount = (): number => texts.size;
  window.store = store;
  write(element('row-count', HTMLElement), formatCount(rowCount()));
  element('loading', HTMLElement).hidden = true;
  element('timings', HTMLElement).hidden = false;
  element('workbench', HTMLElement).hidden = false;

  const activity = new Activity(store);
  const onShown = (record: number, shown: readonly string[]): void =>
    filter.sees(record, shown[NAME_COLUMN] ?? '', shown[COUNTRY_COLUMN] ?? '');
  const marks = new Marks();
  const grid = new Grid(element('grid', HTMLElement), { store, activity, marks, onShown }, texts.find(''));
  const filter = new FilterBox(store, texts, activity, grid);
  startJump(grid, rowCount);
  const list = new PlaceList({ store, texts, filter, grid, marks });
  startHistory(store);
  startLivePanel(store, rowCount);
  startRefetchPanel(store, list, grid, marks);
  startFilesPanel(store, list);
  startReactivityPanel(store, activity);
  startBatchPanel(store, activity, rowCount);
  const memory = new MemoryPanel(objects, rowCount());
  startStatsPanel(store, element('counts', HTMLElement), (stats) => memory.show(stats));
  announce(`${formatCount(rowCount())} places loaded.`);
}

function startJump(grid: Grid, rowCount: () => number): void {
  const row = element('jump-row', HTMLInputElement);
  row.addEventListener('focus', () => {
    row.max = String(rowCount());
  });
  element('jump', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    grid.goTo(row.valueAsNumber - 1);
  });
}

element('loading-retry', HTMLButtonElement).addEventListener('click', () => void start());
void start();
