/** Operations as they are tried on the oracle and on a store, and as they are shown. */
import { show } from '../conformance/check.ts';
import type { Cursor } from '../conformance/subject.ts';
import { childOf, defineKey, type Oracle, OracleError, type Path, type PlainObject } from './oracle.ts';
import type { Operation } from './programs.ts';

export function outcomeOf(run: () => void): { text: string; error?: unknown } {
  try {
    run();
    return { text: 'done' };
  } catch (error) {
    return { text: error instanceof OracleError ? error.code : String(error), error };
  }
}

/** Whether one path begins with the other: an error may name the place, a place above, or one inside the value. */
export function isNear(a: Path, b: Path): boolean {
  const shared = Math.min(a.length, b.length);
  return a.slice(0, shared).every((key, index) => String(key) === String(b[index]));
}

export function call({ method, path, arguments: given, viewOf }: Operation): string {
  const values = viewOf ? `store.at(${written(viewOf)}).get()` : written(given);
  return `store.at(${written(path)}).${method}(${values})`;
}

function written(values: readonly unknown[]): string {
  return values.map(show).join(', ');
}

/** The place function a user would write for a path of this state. */
export function placeOf(root: unknown, path: Path): (state: never) => unknown {
  return (state) => {
    let here: unknown = state;
    let known = root;
    for (const key of path) {
      here =
        known instanceof Map ? (here as Map<string, unknown>).get(String(key)) : (here as PlainObject)[key];
      known = childOf(known, key);
    }
    return here;
  };
}

export function applyToOracle(oracle: Oracle, { method, path, arguments: given, viewOf }: Operation): void {
  const [first, second] = given as [never, never];
  switch (method) {
    case 'set':
      return oracle.set(path, viewOf ? oracle.get(viewOf) : first);
    case 'push':
      return oracle.push(path, given);
    case 'insert':
      return oracle.insert(path, first, given.slice(1));
    case 'delete':
      return oracle.delete(path);
    default:
      return oracle[method](path, first, second);
  }
}

export function applyToCursor(cursor: Cursor, { method }: Operation, given: readonly unknown[]): void {
  (cursor[method] as (...values: readonly unknown[]) => void).apply(cursor, given as unknown[]);
}

/** Changes a value in place, one level deep and one below. */
export function vandalise(value: unknown, depth = 0): void {
  if (depth > 1 || typeof value !== 'object' || value === null) return;
  if (value instanceof Date) value.setTime(1);
  else if (value instanceof Uint8Array) value.fill(99);
  else if (Array.isArray(value)) {
    vandalise(value[0], depth + 1);
    value.push('changed by the caller');
  } else if (value instanceof Map) {
    vandalise([...value.values()][0], depth + 1);
    value.set('changed by the caller', 1);
  } else {
    vandalise(Object.values(value)[0], depth + 1);
    defineKey(value as PlainObject, 'changed by the caller', 1);
  }
}
