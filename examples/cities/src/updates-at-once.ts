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

/** About a metre to the north, and the last digit that the table shows. */
const METRE_DEGREES = 0.00001;

/** Draws `count` different rows. */
export function drawRows(count: number, rowCount: number): readonly number[] {
  const rows = new Set<number>();
  while (rows.size < count) rows.add(Math.floor(Math.random() * rowCount));
  return [...rows];
}

/** Moves these places a metre to the north, one step that can be undone, and counts what came of it. */
export async function update(
  store: Store<State>,
  activity: Activity,
  rows: readonly number[],
  way: Way,
  label: string,
): Promise<Outcome> {
  const cities = store.at('cities');
  const latitudes: Cursor<number>[] = rows.map((row) => cities.at(row, 'lat'));
  const move = (): void => {
    for (const latitude of latitudes) latitude.increment(METRE_DEGREES);
  };
  const before = activity.count();
  const step = store.history.group(label);
  const start = performance.now();
  if (way === 'batch') store.batch(move);
  else move();
  const storeMs = performance.now() - start;
  step.end();
  const written = activity.count();
  // The rows listen for the end of this task; their turn comes first.
  await Promise.resolve();
  return { storeMs, writes: between(before, written), listeners: between(written, activity.count()) };
}
