/** The panel that updates many rows at once, in the two ways there are, and compares them. */
import type { Store } from 'gaesup-state';
import type { Activity } from './activity.ts';
import { formatCount, formatDuration } from './format.ts';
import { announce, element, make } from './page.ts';
import type { State } from './record.ts';
import { drawRows, type Outcome, update, type Way } from './updates-at-once.ts';

const UPDATES = 10_000;

interface Measure {
  readonly title: string;
  readonly id: string;
  readonly show: (outcome: Outcome) => string;
}

const MEASURES: readonly Measure[] = [
  { title: 'Time to write', id: 'time', show: ({ storeMs }) => formatDuration(storeMs) },
  { title: 'Commits', id: 'commits', show: ({ writes }) => formatCount(writes.commits) },
  { title: 'Crossings to write', id: 'crossings', show: ({ writes }) => formatCount(writes.crossings) },
  { title: 'Selectors run', id: 'selectors', show: ({ listeners }) => formatCount(listeners.selectorRuns) },
  { title: 'Rows re-rendered', id: 'rows', show: ({ listeners }) => formatCount(listeners.rowRenders) },
];

const WAYS: readonly { readonly way: Way; readonly title: string; readonly label: string }[] = [
  { way: 'batch', title: 'In one batch', label: 'Moved in one batch' },
  { way: 'each', title: 'One by one', label: 'Moved one by one' },
];

/** Makes the two buttons work and shows what each of them took. */
export function startBatchPanel(store: Store<State>, activity: Activity, rowCount: () => number): void {
  element('batch-results', HTMLTableSectionElement).replaceChildren(...MEASURES.map(makeRow));
  let rows: readonly number[] = [];
  const done = new Set<Way>();

  const run = async ({ way, title, label }: (typeof WAYS)[number]): Promise<void> => {
    // Both columns are always about the same rows.
    if (done.has(way)) {
      done.clear();
      for (const other of WAYS) write(other.way, () => '–');
    }
    if (done.size === 0) rows = drawRows(UPDATES, rowCount());
    done.add(way);
    const outcome = await update(store, activity, rows, way, label);
    write(way, ({ show }) => show(outcome));
    announce(
      `${title}, ${formatCount(UPDATES)} rows took ${formatDuration(outcome.storeMs)}, ` +
        `${count(outcome.writes.commits, 'commit')} and ${count(outcome.listeners.rowRenders, 'row')} re-rendered.`,
    );
  };
  for (const each of WAYS) {
    element(`update-${each.way}`, HTMLButtonElement).addEventListener('click', () => void run(each));
  }
}

function write(way: Way, text: (measure: Measure) => string): void {
  for (const measure of MEASURES) {
    element(`result-${way}-${measure.id}`, HTMLElement).textContent = text(measure);
  }
}

function makeRow({ title, id }: Measure): HTMLElement {
  const row = make('tr');
  row.append(make('th', { scope: 'row' }, title));
  for (const { way } of WAYS) {
    const cell = `result-${way}-${id}`;
    row.append(make('td', { id: cell, 'data-testid': cell }, '–'));
  }
  return row;
}

function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}
