import { isSame } from '../differs/floor.mjs';
import { parse, refetcherOf } from '../refetchers.mjs';

// No library: it knows what a row has, and finds the one before by its id.
export const byHand = refetcherOf((rows, bytes) => {
  const known = new Map(rows.map((row) => [row.id, row]));
  return parse(bytes).map((row) => {
    const before = known.get(row.id);
    return before !== undefined && isSame(before, row) ? before : row;
  });
});

/** Not the same job: every row is a new object. */
export const parsed = refetcherOf((_, bytes) => parse(bytes));
