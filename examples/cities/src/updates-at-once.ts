import type { Cursor, Store } from 'gaesup-state';
import { type Activity, between, type Counts } from './activity.ts';
import type { State } from './record.ts';

/** How the updates are made: as one transaction, or each by itself. */
export type Way = 'batch' | 'each';

/** What a number of updates took. */
export interface Outcome {
  /** Time in the store, from the first write until the last call returned. */
  readonly storeMs: number;
  /** What the writes took in that time. */
  readonly writes: Counts;
  /** What the listeners did then. */
  readonly listeners: Counts;
}

/** Draws `count` different rows. */
export function drawRows(count: number, rowCount: number): readonly number[] {
  const rows = new Set<number>();
  while (rows.size < count) rows.add(Math.floor(Math.random() * rowCount));
  return [...rows];
}

/** Raises the counters of these rows, and counts what came of it. */
export async function update(
  store: Store<State>,
  activity: Activity,
  rows: readonly number[],
  way: Way,
): Promise<Outcome> {
  const cities = store.at('cities');
  const visits: Cursor<number>[] = rows.map((row) => cities.at(row, 'visits'));
  const raise = (): void => {
    for (const cursor of visits) cursor.increment();
  };
  const before = activity.count();
  const start = performance.now();
  if (way === 'batch') store.batch(raise);
  else raise();
  const storeMs = performance.now() - start;
  const written = activity.count();
  // The rows listen for the end of this task; their turn comes first.
  await Promise.resolve();
  return { storeMs, writes: between(before, written), listeners: between(written, activity.count()) };
}
