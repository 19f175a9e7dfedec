import { GaesupError } from '../../bindings/core/src/errors.ts';

/** The error that a call of the store throws. */
export function refusal(run: () => unknown): GaesupError {
  try {
    run();
  } catch (error) {
    if (error instanceof GaesupError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
