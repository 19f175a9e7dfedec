import type { BatchOptions } from './commitTypes.ts';

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
