/** Whether an object is of no class. */
export function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}

function sameEntries(a: object, b: object): boolean {
  const keys = Object.keys(a) as (keyof typeof a)[];
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && Object.is(a[key], b[key]))
  );
}

/**
 * Whether two values are the same, or arrays, objects, `Map`s or `Set`s of
 * the same parts. O(parts).
 */
export function shallowEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  if (a instanceof Map) {
    return (
      b instanceof Map &&
      sameItems([...a.keys()], [...b.keys()]) &&
      sameItems([...a.values()], [...b.values()])
    );
  }
  if (a instanceof Set) return b instanceof Set && sameItems([...a], [...b]);
  return !Array.isArray(b) && isRecord(a) && isRecord(b) && sameEntries(a, b);
}
