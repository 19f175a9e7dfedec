/** Values that are almost those that were there before. */
import { deepCopy, isContainer, type PlainObject } from './oracle.ts';

/** A state with one scalar of it replaced. */
export function changed(value: unknown, pick: number): unknown {
  if (!isContainer(value)) return `changed ${pick % 5}`;
  const copy = deepCopy(value) as PlainObject | unknown[] | Map<string, unknown>;
  const keys = copy instanceof Map ? [...copy.keys()] : Object.keys(copy);
  const key = keys[pick % (keys.length || 1)];
  if (key === undefined) return copy;
  if (copy instanceof Map) copy.set(key, changed(copy.get(key), pick >> 3));
  else
    Object.defineProperty(copy, key, {
      ...Object.getOwnPropertyDescriptor(copy, key),
      value: changed((copy as PlainObject)[key], pick >> 3),
    });
  return copy;
}
