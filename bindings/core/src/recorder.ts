import type { Key } from './errors.ts';

const METHODS = new Set<PropertyKey>(['get']);

/** Where a function leads. */
export interface RecordedPath {
  readonly path: Key[];
  /** Whether the last key was named by `get`, as that of a `Map`'s entry. */
  readonly isEntry: boolean;
}

/**
 * The keys that a function such as `s => s.todos[3].title` names. It is run
 * once with a stand-in that notes what it is asked for; a `Map`'s entry is
 * named by its `get`.
 *
 * @throws TypeError when the function does not return a place
 */
export function recordPath(place: (state: never) => unknown): RecordedPath {
  const paths = new WeakMap<object, RecordedPath>();
  const standIn = (path: Key[], isEntry = false): object => {
    // A function can stand in for anything: it can be called and read from.
    const proxy: object = new Proxy(() => {}, {
      get(_, key) {
        if (typeof key === 'symbol') throw new TypeError('at() needs a function that only walks to a place.');
        return standIn([...path, key]);
      },
      apply(_, __, [key]: unknown[]) {
        const method = path[path.length - 1];
        if (path.length === 0 || !METHODS.has(method) || typeof key !== 'string') {
          throw new TypeError(`at() cannot follow a call of ${String(method ?? 'the state')}().`);
        }
        return standIn([...path.slice(0, -1), key], true);
      },
    });
    paths.set(proxy, { path, isEntry });
    return proxy;
  };
  const end = place(standIn([]) as never);
  const path = typeof end === 'function' ? paths.get(end) : undefined;
  if (path === undefined) throw new TypeError('at() needs a function that returns a place in the state.');
  return path;
}
