import type { Bytes } from './commitTypes.ts';
import { DeltaFlag, DeltaReader, sealDelta } from './delta.ts';
import { GaesupError } from './errors.ts';

/**
 * The delta that takes another one back: applied after it, the state is what it was
 * before. Taking a change back is a change too: the inverse of the delta from version 4
 * to 5 is one from 5 to 6. O(bytes); the operations themselves are not looked at.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`
 *
 * @example
 * let last: Uint8Array | undefined;
 * store.onCommit(({ delta }) => (last = delta));
 * store.at('title').set('milk');
 * if (last !== undefined) store.apply(invert(last));
 */
export function invert(delta: Uint8Array): Bytes {
  const { flags, next, at, end } = new DeltaReader(delta);
  if (next === Number.MAX_SAFE_INTEGER) {
    throw new GaesupError('CORRUPT_DATA', `No version comes after ${next}.`);
  }
  const versions = next === undefined ? undefined : ([next, next + 1] as const);
  return sealDelta(delta.subarray(at, end), versions, (flags & DeltaFlag.Inverted) === 0);
}
