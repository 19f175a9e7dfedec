import type { Draft } from './draft.ts';
import { guardPrototype } from './inherited.ts';
import { MapOver } from './mapOver.ts';

/** The key under which a draft tells what it is. */
export const DRAFT: unique symbol = Symbol('draft');

/** What is not there, since `undefined` may be. */
export const MISSING: unique symbol = Symbol('missing');

/** The draft that a value is, if it is one. */
export function draftOf(value: unknown): Draft | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { [DRAFT]?: Draft })[DRAFT];
}

/** A `Map` that a recipe may change. */
export class DraftMap extends MapOver {
  static {
    guardPrototype(DraftMap.prototype);
  }

  /** Not among what is printed or spread. */
  declare readonly [DRAFT]: Draft;

  constructor(draft: Draft) {
    super();
    Object.defineProperty(this, DRAFT, { value: draft });
    // A property would be no entry, and be lost.
    Object.preventExtensions(this);
  }

  override get size(): number {
    return this[DRAFT].count();
  }

  override get(key: string): unknown {
    const value = typeof key === 'string' ? this[DRAFT].readKey(key) : MISSING;
    return value === MISSING ? undefined : value;
  }

  override has(key: string): boolean {
    return typeof key === 'string' && this[DRAFT].readKey(key) !== MISSING;
  }

  override set(key: string, value: unknown): this {
    this[DRAFT].writeKey(key, value);
    return this;
  }

  override delete(key: string): boolean {
    return typeof key === 'string' && this[DRAFT].deleteKey(key);
  }

  override clear(): void {
    for (const key of this[DRAFT].keys()) this[DRAFT].deleteKey(key);
  }

  /** As a `Map` does, this goes on to what is added meanwhile, and leaves out what is gone. */
  override *keys(): MapIterator<string> {
    const seen = new Set<string>();
    for (let found = true; found; ) {
      found = false;
      for (const key of this[DRAFT].keys()) {
        if (seen.has(key) || !this.has(key)) continue;
        seen.add(key);
        found = true;
        yield key;
      }
    }
  }
}
