import { GaesupError } from './errors.ts';

/** The key under which what a copy of this package has made names that copy. */
export const COPY = Symbol.for('gaesup-state.copy');

/** This copy: a page with two bundles can have two, whose stores know nothing of each other. */
export const THIS_COPY = {};

interface Shared {
  selecting: object | undefined;
}

let found: Shared | undefined;

/** What all copies in one realm share: which of them runs a selector. It is made when the first one runs. */
function shared(): Shared {
  if (found !== undefined) return found;
  const key = Symbol.for('gaesup-state.shared');
  const realm = globalThis as { [key: symbol]: Shared | undefined };
  realm[key] ??= { selecting: undefined };
  found = realm[key];
  return found;
}

/** Whether something was made by another copy of this package. */
function isForeign(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const copy = (value as { [COPY]?: unknown })[COPY];
  return copy !== undefined && copy !== THIS_COPY;
}

/** Throws for what another copy of this package has made. */
export function assertOwn(value: unknown, name: string): void {
  if (!isForeign(value)) return;
  throw new GaesupError(
    'FOREIGN_STORE',
    `${name} was given a store, cursor or draft of another copy of gaesup-state: two are loaded. Bundle the package once.`,
  );
}

/** Notes which copy runs a selector, if any; returns which did before. */
export function setSelecting(copy: object | undefined): object | undefined {
  const all = shared();
  const before = all.selecting;
  all.selecting = copy;
  return before;
}

/** Throws when a selector of another copy is running: it would not be notified of changes here. */
export function assertNotForeignReader(): void {
  const { selecting } = shared();
  if (selecting === undefined || selecting === THIS_COPY) return;
  throw new GaesupError(
    'FOREIGN_STORE',
    'A selector of another copy of gaesup-state reads this store and would miss its changes: two copies are loaded. Bundle the package once.',
  );
}
