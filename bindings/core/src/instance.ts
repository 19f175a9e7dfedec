import { GaesupError } from './errors.ts';
import { makeGlue } from './generated/glue.js';

/** A new instance with a memory of its own. */
export function instanceOf(module: WebAssembly.Module): ReturnType<typeof makeGlue> {
  try {
    return makeGlue(module);
  } catch (error) {
    if (!(error instanceof RangeError) && !/memory/i.test(String(error))) throw error;
    const refused = new GaesupError(
      'OUT_OF_MEMORY',
      'There is no memory for another store: a browser gives a page about 120 of them, each with an address range of its own. Dispose of stores that are not used any more, or keep what belongs together in one store.',
    );
    refused.cause = error;
    throw refused;
  }
}

/** Does what a new engine needs memory for. */
export function started(start: () => void, limitBytes: number): void {
  try {
    start();
  } catch (error) {
    const isLimited = limitBytes < Number.POSITIVE_INFINITY;
    const refused = new GaesupError(
      isLimited ? 'LIMIT_EXCEEDED' : 'OUT_OF_MEMORY',
      isLimited
        ? `limits.bytes is ${limitBytes}, which is too little for an empty store.`
        : 'The system has no memory for another store.',
    );
    refused.cause = error;
    throw refused;
  }
}
