/** The panels that show what the store holds and what it has done. */
import type { Stats, Store } from 'gaesup-state';
import { formatBytes, formatCount, formatShortCount } from './format.ts';
import { make, write } from './page.ts';
import type { State } from './record.ts';

/** How often the store is asked. */
const INTERVAL_MS = 500;

interface Counter {
  readonly title: string;
  readonly id: string;
  readonly value: (stats: Stats) => string;
}

const COUNTERS: readonly Counter[] = [
  { title: 'Records', id: 'records', value: (stats) => formatCount(stats.records) },
  { title: 'Distinct strings', id: 'strings', value: (stats) => formatCount(stats.strings) },
  { title: 'Shapes', id: 'shapes', value: (stats) => formatCount(stats.shapes) },
  { title: 'Commits', id: 'commits', value: (stats) => formatShortCount(stats.commits) },
  { title: 'Boundary crossings', id: 'crossings', value: (stats) => formatShortCount(stats.crossings.calls) },
  { title: 'Bytes into wasm', id: 'bytes-in', value: (stats) => formatBytes(stats.crossings.bytesIn) },
  { title: 'Bytes out of wasm', id: 'bytes-out', value: (stats) => formatBytes(stats.crossings.bytesOut) },
  { title: 'Views built', id: 'views-built', value: (stats) => formatShortCount(stats.views.built) },
  { title: 'Views alive', id: 'views-live', value: (stats) => formatCount(stats.views.live) },
  { title: 'Watchers', id: 'watchers', value: (stats) => formatCount(stats.watchers) },
  { title: 'Selector runs', id: 'selector-runs', value: (stats) => formatCount(stats.selectorRuns) },
];

/** Shows the counters in `list` and keeps them fresh; `onStats` sees each reading. */
export function startStatsPanel(
  store: Store<State>,
  list: HTMLElement,
  onStats: (stats: Stats) => void,
): void {
  const fields = COUNTERS.map((counter) => {
    const field = make('dd', { 'data-testid': `stat-${counter.id}` });
    const pair = make('div');
    pair.append(make('dt', {}, counter.title), field);
    list.append(pair);
    return field;
  });
  const refresh = (): void => {
    if (document.hidden) return;
    const stats = store.stats();
    for (const [at, counter] of COUNTERS.entries()) write(fields[at] as HTMLElement, counter.value(stats));
    onStats(stats);
  };
  refresh();
  setInterval(refresh, INTERVAL_MS);
  document.addEventListener('visibilitychange', refresh);
}
