/**
 * Asks the browser what the data really costs. Three workers do the same work
 * and then keep different things: the plain objects, the store, or nothing. The
 * browser collects garbage and reports each worker's bytes; the one that keeps
 * nothing is subtracted from the other two. Browsers leave linear memory out of
 * that report, so the store's is added.
 */
import { HOLDING_PARAMETER, type Holding } from './memory-holding.ts';
import workerUrl from './memory-worker.ts?worker&url';

/** Measured bytes, runtime of a worker already subtracted. */
export interface MeasuredBytes {
  readonly objects: number;
  /** Linear memory and the JavaScript side of the store together. */
  readonly store: number;
}

/** Whether this page may measure: Chromium, served with isolation headers. */
export function canMeasure(): boolean {
  return globalThis.crossOriginIsolated && typeof performance.measureUserAgentSpecificMemory === 'function';
}

/** Measures; takes up to a minute, since the browser waits for a garbage collection. */
export async function measure(): Promise<MeasuredBytes> {
  const workers: Worker[] = [];
  // One after the other, so that the peak is one download and not three.
  const start = async (holding: Holding): Promise<number> => {
    const worker = newWorker(holding);
    workers.push(worker);
    return linearBytes(worker);
  };
  try {
    await start('nothing');
    await start('objects');
    const linear = await start('store');
    const measurement = await performance.measureUserAgentSpecificMemory?.();
    const nothing = workerBytes(measurement, 'nothing');
    return {
      objects: workerBytes(measurement, 'objects') - nothing,
      store: workerBytes(measurement, 'store') - nothing + linear,
    };
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function newWorker(holding: Holding): Worker {
  // Added as text: the development server knows its workers by the exact spelling of their parameters.
  const separator = workerUrl.includes('?') ? '&' : '?';
  return new Worker(`${workerUrl}${separator}${HOLDING_PARAMETER}=${holding}`, { type: 'module' });
}

/** Resolves when the worker holds its data, with the linear memory it says it takes. */
function linearBytes(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ linearBytes: number }>) => resolve(data.linearBytes);
    worker.onerror = () => reject(new Error('The worker that measures could not load the data.'));
  });
}

function workerBytes(measurement: MemoryMeasurement | undefined, holding: Holding): number {
  let bytes = 0;
  for (const part of measurement?.breakdown ?? []) {
    const mine = part.attribution.some(
      ({ url }) => URL.canParse(url) && new URL(url).searchParams.get(HOLDING_PARAMETER) === holding,
    );
    if (mine) bytes += part.bytes;
  }
  if (bytes === 0) throw new Error('This browser does not report the memory of workers.');
  return bytes;
}
