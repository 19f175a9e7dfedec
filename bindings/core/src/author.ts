import type { BatchOptions } from './commitTypes.ts';
import { GaesupError } from './errors.ts';

/** Whose a commit is. */
export interface Author {
  readonly origin: string | undefined;
  /** Whether undo leaves it alone. */
  readonly isForeign: boolean;
}

/** The user of the store. */
export const OWN: Author = { origin: undefined, isForeign: false };

/** Whose a batch with options is. */
export function authorOf({ origin, undo = origin === undefined }: BatchOptions): Author {
  if (origin !== undefined && typeof origin !== 'string') throw new TypeError('origin must be a string.');
  if (typeof undo !== 'boolean') throw new TypeError('undo must be true or false.');
  return { origin, isForeign: !undo };
}

/** Throws when a part of a batch would have another origin, or be undone in another way than the whole. */
export function assertPart(whole: Author, { origin, undo }: BatchOptions): void {
  if ((origin ?? whole.origin) === whole.origin && undo !== whole.isForeign) return;
  throw new GaesupError(
    'INVALID_CALL',
    'What is part of a batch has its origin, and can be undone if the batch can: pass both to the outermost one.',
  );
}
