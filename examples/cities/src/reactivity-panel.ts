/** The panel that shows what has run since the last commit. */
import type { Store } from 'gaesup-state';
import { type Activity, between, type Counts } from './activity.ts';
import { followCommitSizes } from './commit-sizes.ts';
import { formatCount } from './format.ts';
import { element, write } from './page.ts';
import type { State } from './record.ts';

/** How often it looks for commits that no listener was told of. Those in between are shown together. */
const INTERVAL_MS = 100;
/** How often it counts the watchers while nothing happens: rows that scroll by change them. */
const QUIET_INTERVAL_MS = 500;

/** Shows the last commits and what came of them, and keeps that fresh. */
export function startReactivityPanel(store: Store<State>, activity: Activity): void {
  const showSizes = followCommitSizes(store);
  let shownAt = 0;
  let version = store.version;
  let latest = activity.count();
  /** The counts before the commits that are shown. */
  let before = latest;

  const refresh = (): void => {
    if (store.version !== version) before = latest;
    version = store.version;
    latest = activity.count();
    shownAt = performance.now();
    write(element('commit-span', HTMLElement), commitSpan(before.commits + 1, latest.commits));
    show(between(before, latest), store.stats().watchers, activity.rowRenders);
  };
  refresh();
  // At once, since listeners that wait, as that of the filter does, may be called right before another commit.
  activity.onCalls = refresh;
  setInterval(() => {
    const isQuiet = store.version === version && performance.now() - shownAt < QUIET_INTERVAL_MS;
    if (document.hidden) return;
    if (!isQuiet) refresh();
    // Not together with the listeners: what is painted next should not wait for it.
    showSizes();
  }, INTERVAL_MS);
}

function show(counts: Counts, watchers: number, rowRenders: number): void {
  write(element('selector-runs', HTMLElement), formatCount(counts.selectorRuns));
  write(element('listener-calls', HTMLElement), formatCount(counts.listenerCalls));
  write(element('row-renders', HTMLElement), formatCount(counts.rowRenders));
  write(element('row-renders-total', HTMLElement), formatCount(rowRenders));
  write(element('watcher-count', HTMLElement), formatCount(watchers));
}

function commitSpan(first: number, last: number): string {
  if (first > last) return 'no commit yet';
  if (first === last) return `since commit ${formatCount(last)}`;
  return `since commits ${formatCount(first)} to ${formatCount(last)}`;
}
