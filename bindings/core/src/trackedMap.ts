import { guardPrototype } from './inherited.ts';
import { MapOver } from './mapOver.ts';
import type { Tracked } from './tracked.ts';

/** The key under which a stand-in tells what it stands for. */
export const TRACKED: unique symbol = Symbol('tracked');

/** A `Map` of the state as a selector sees it. */
export class TrackedMap extends MapOver {
  static {
    guardPrototype(TrackedMap.prototype);
  }

  /** Not among what is printed or spread. */
  declare readonly [TRACKED]: Tracked;

  constructor(tracked: Tracked) {
    super();
    Object.defineProperty(this, TRACKED, { value: tracked });
    Object.preventExtensions(this);
  }

  override get size(): number {
    return this[TRACKED].length();
  }

  override get(key: string): unknown {
    return typeof key === 'string' ? this[TRACKED].valueOf(key) : undefined;
  }

  override has(key: string): boolean {
    return typeof key === 'string' && this[TRACKED].hasKey(key);
  }

  override *keys(): MapIterator<string> {
    yield* this[TRACKED].keys();
  }

  override set(): never {
    throw new TypeError('A selector only reads: write through a cursor.');
  }

  override delete(): never {
    return this.set();
  }

  override clear(): never {
    return this.set();
  }
}
