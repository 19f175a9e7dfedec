import { COPY, THIS_COPY } from './copy.ts';
import { guardPrototype } from './inherited.ts';
import { INSPECT, type Inspect, printed } from './printed.ts';

/**
 * A `Map` over something that keeps the entries itself: what goes through all
 * of them is made of the keys and `get`.
 */
export abstract class MapOver extends Map<string, unknown> {
  static {
    guardPrototype(MapOver.prototype);
  }

  abstract override keys(): MapIterator<string>;

  get [COPY](): object {
    return THIS_COPY;
  }

  /** A console would look for entries in the map that this is made of, where none are. */
  [INSPECT](depth: number | null, options: object, inspect: Inspect | undefined): string {
    return printed('Draft:', () => new Map(this), depth, options, inspect);
  }

  override *values(): MapIterator<unknown> {
    for (const key of this.keys()) yield this.get(key);
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const key of this.keys()) yield [key, this.get(key)];
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }

  override forEach(
    each: (value: unknown, key: string, map: Map<string, unknown>) => void,
    self?: unknown,
  ): void {
    for (const [key, value] of this.entries()) each.call(self, value, key, this);
  }
}
