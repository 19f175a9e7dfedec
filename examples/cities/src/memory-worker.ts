/**
 * Holds the data in one form, so that the browser can say what this worker
 * costs. The worker's address says which: plain objects, a store, or nothing.
 * Answers with the bytes of linear memory it holds, which browsers do not count.
 */
import { createStore } from 'gaesup-state';
import { download, parse } from './loader.ts';
import { HOLDING_PARAMETER } from './memory-holding.ts';

/** Keeps the data from being collected. */
let held: unknown;

async function hold(): Promise<number> {
  const rows = parse(await download(() => {}));
  const holding = new URLSearchParams(location.search).get(HOLDING_PARAMETER);
  if (holding === 'store') {
    const store = createStore({ cities: rows });
    held = store;
    return store.stats().bytes.total;
  }
  if (holding === 'objects') held = rows;
  return 0;
}

hold().then(
  (linearBytes) => self.postMessage({ linearBytes, holds: typeof held }),
  (error: unknown) => reportError(error),
);
