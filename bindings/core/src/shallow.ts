/** Whether an object is of no class. */
export function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

type Same = (a: unknown, b: unknown) => boolean;

function sameItems(a: readonly unknown[], b: readonly unknown[], isSame: Same): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
}

function sameEntries(a: object, b: object, isSame: Same): boolean {
  const keys = Object.keys(a) as (keyof typeof a)[];
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

/** Whether two objects are arrays, plain objects, `Map`s or `Set`s of parts that are the same, as `isSame` says. */
function equalWholes(a: object, b: object, isSame: Same): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b, isSame);
  if (a instanceof Map) {
    return (
      b instanceof Map &&
      sameItems([...a.keys()], [...b.keys()], Object.is) &&
      sameItems([...a.values()], [...b.values()], isSame)
    );
  }
  if (a instanceof Set) return b instanceof Set && sameItems([...a], [...b], isSame);
  return !Array.isArray(b) && isRecord(a) && isRecord(b) && sameEntries(a, b, isSame);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Whether two values are the same, or arrays, objects, `Map`s or `Set`s of
 * the same parts. O(parts).
 */
export function shallowEqual(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (isObject(a) && isObject(b) && equalWholes(a, b, Object.is));
}

/**
 * Whether two values are the same, equal dates, or arrays, objects, `Map`s or `Set`s of equal parts: what a function
 * makes of one state, made again. Parts that are the same are not looked into.
 */
export function equalParts(a: unknown, b: unknown): boolean {
  // Parts may lead back to what they are in: what is being compared counts as equal to what it is compared with.
  const compared = new Map<object, object>();
  const isSame = (one: unknown, other: unknown): boolean => {
    if (Object.is(one, other)) return true;
    if (!isObject(one) || !isObject(other)) return false;
    if (one instanceof Date) return other instanceof Date && Object.is(one.getTime(), other.getTime());
    const known = compared.get(one);
    if (known !== undefined) return known === other;
    compared.set(one, other);
    return equalWholes(one, other, isSame);
  };
  return isSame(a, b);
}
