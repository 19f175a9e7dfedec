/**
 * The oracle: a store in plain JavaScript, slow and obvious, that says what the
 * real store must do. It imports nothing, so it cannot share a mistake with it.
 *
 * State is immutable and shares structure: an operation builds new containers
 * along the changed spine only. Identity is therefore part of the prediction:
 * two states hold the same object exactly where nothing changed.
 */

/** A step of a path: a key of an object or a `Map`, or an index of an array. */
export type Key = string | number;
/** The way from the root to a place. */
export type Path = readonly Key[];
/** A plain object of the state. */
export type PlainObject = { [key: string]: unknown };
/** A value with places inside. */
export type Container = PlainObject | unknown[] | Map<string, unknown>;
/** The codes an operation of the oracle can fail with. */
export type FailureCode = 'PATH_NOT_FOUND' | 'TYPE_MISMATCH';

/** What an operation throws; the state is then as it was. */
export class OracleError extends Error {
  constructor(
    readonly code: FailureCode,
    readonly path: Path,
  ) {
    super(`${code} at ${JSON.stringify(path)}`);
  }
}

/** Stands for "there is nothing here", which `undefined`, a value, cannot. */
export const MISSING: unique symbol = Symbol('missing');

export type Kind = 'object' | 'array' | 'map' | 'date' | 'bytes' | 'scalar';

/** The kind of a state value; what is not an object is a scalar. */
export function kindOf(value: unknown): Kind {
  if (typeof value !== 'object' || value === null) return 'scalar';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'map';
  if (value instanceof Date) return 'date';
  if (value instanceof Uint8Array) return 'bytes';
  return 'object';
}

/** Whether a value has places inside. */
export function isContainer(value: unknown): value is Container {
  const kind = kindOf(value);
  return kind === 'object' || kind === 'array' || kind === 'map';
}

/** Writes an own data property, whatever the key is called. */
export function defineKey(target: PlainObject, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** A deep copy; no container, date or byte array of it is shared with the source. */
export function deepCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, deepCopy(item)]));
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (typeof value !== 'object' || value === null) return value;
  const result: PlainObject = {};
  for (const [key, item] of Object.entries(value)) defineKey(result, key, deepCopy(item));
  return result;
}

/** Whether two values are the same state: kinds, key order, scalars by `Object.is`. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const kind = kindOf(a);
  if (kind === 'scalar' || kind !== kindOf(b)) return false;
  if (kind === 'date') return Object.is((a as Date).getTime(), (b as Date).getTime());
  if (kind === 'array' || kind === 'bytes') {
    const left = a as ArrayLike<unknown>;
    const right = b as ArrayLike<unknown>;
    if (left.length !== right.length) return false;
    for (let index = 0; index < left.length; index += 1) {
      if (!sameContent(left[index], right[index])) return false;
    }
    return true;
  }
  const left = entriesOf(a as PlainObject | Map<string, unknown>);
  const right = entriesOf(b as PlainObject | Map<string, unknown>);
  return (
    left.length === right.length &&
    left.every(([key, item], index) => {
      const [otherKey, otherItem] = right[index] as [string, unknown];
      return key === otherKey && sameContent(item, otherItem);
    })
  );
}

function entriesOf(container: PlainObject | Map<string, unknown>): [string, unknown][] {
  return container instanceof Map ? [...container] : Object.entries(container);
}

/** An array index named by a key, as JavaScript reads `array[key]`, or `undefined`. */
function indexOf(key: Key): number | undefined {
  const index = typeof key === 'number' ? key : Number(key);
  return Number.isSafeInteger(index) && index >= 0 && String(index) === String(key) ? index : undefined;
}

/** The value under a key of a container, or `MISSING`; what is no container has no keys. */
export function childOf(container: unknown, key: Key): unknown {
  if (Array.isArray(container)) {
    const index = indexOf(key);
    return index !== undefined && index < container.length ? container[index] : MISSING;
  }
  if (container instanceof Map) {
    return container.has(String(key)) ? container.get(String(key)) : MISSING;
  }
  if (!isContainer(container) || !Object.hasOwn(container, key)) return MISSING;
  return (container as PlainObject)[key];
}

/** The value at a path, or `MISSING`. */
export function lookUp(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    value = childOf(value, key);
    if (value === MISSING) return MISSING;
  }
  return value;
}

/** The container with keys added or replaced. The values are used, not copied. */
function withKeys(
  container: Container,
  entries: readonly (readonly [key: Key, value: unknown])[],
): Container {
  if (Array.isArray(container)) {
    const items = container.slice();
    for (const [key, value] of entries) items[Number(key)] = value;
    return items;
  }
  if (container instanceof Map) {
    const result = new Map(container);
    for (const [key, value] of entries) result.set(String(key), value);
    return result;
  }
  const fields = { ...container };
  for (const [key, value] of entries) defineKey(fields, String(key), value);
  return fields;
}

/** The container without one key; later items of an array move up. */
function withoutKey(container: Container, key: Key): Container {
  if (Array.isArray(container)) return container.toSpliced(Number(key), 1);
  if (container instanceof Map) {
    const entries = new Map(container);
    entries.delete(String(key));
    return entries;
  }
  const fields = { ...container };
  delete fields[String(key)];
  return fields;
}

/** Whether one value can stand for another without anyone noticing: containers have an identity. */
export function isSameItem(a: unknown, b: unknown): boolean {
  return isContainer(a) ? a === b : sameContent(a, b);
}

/** Whether a container has a key with this content already. */
function holds(container: Container, key: Key, value: unknown): boolean {
  const present = childOf(container, key);
  return present !== MISSING && sameContent(present, value);
}

/** Of which container another is a later version: so far as it was never replaced. */
const origins = new WeakMap<object, object>();

/** What is the same for all versions of a container, from when it was put in the state until it is taken out. */
export function originOf(container: Container): object {
  return origins.get(container) ?? container;
}

/** The plain-JS store. Every method but the readers may throw an `OracleError`. */
export class Oracle {
  /** The whole state; never changed in place. */
  root: unknown;
  /** Commits so far: one for each operation that changed something. */
  version = 0;

  constructor(initial: unknown) {
    this.root = deepCopy(initial);
  }

  /** The value at a path; `undefined` where there is none. */
  get(path: Path): unknown {
    const value = lookUp(this.root, path);
    return value === MISSING ? undefined : value;
  }

  /** Whether there is a value at a path. */
  has(path: Path): boolean {
    return lookUp(this.root, path) !== MISSING;
  }

  set(path: Path, value: unknown): void {
    const key = path.at(-1);
    if (key === undefined) {
      this.#commit(sameContent(this.root, value) ? this.root : deepCopy(value));
      return;
    }
    this.#change(path.slice(0, -1), (parent) => {
      if (!isContainer(parent)) throw new OracleError('PATH_NOT_FOUND', path);
      if (Array.isArray(parent) && childOf(parent, key) === MISSING && indexOf(key) !== parent.length) {
        throw new OracleError('PATH_NOT_FOUND', path);
      }
      return holds(parent, key, value) ? parent : withKeys(parent, [[key, deepCopy(value)]]);
    });
  }

  merge(path: Path, partial: PlainObject): void {
    this.#change(path, (target) => {
      if (!isContainer(target) || Array.isArray(target)) throw new OracleError('TYPE_MISMATCH', path);
      const entries = Object.entries(partial).filter(([key, value]) => !holds(target, key, value));
      return entries.length === 0
        ? target
        : withKeys(
            target,
            entries.map(([key, value]) => [key, deepCopy(value)]),
          );
    });
  }

  delete(path: Path): void {
    const key = path.at(-1);
    if (key === undefined) throw new OracleError('TYPE_MISMATCH', path);
    this.#change(path.slice(0, -1), (parent) => {
      if (childOf(parent, key) === MISSING) throw new OracleError('PATH_NOT_FOUND', path);
      return withoutKey(parent as Container, key);
    });
  }

  increment(path: Path, by = 1): void {
    this.#change(path, (value) => {
      if (typeof value !== 'number') throw new OracleError('TYPE_MISMATCH', path);
      return value + by;
    });
  }

  push(path: Path, items: readonly unknown[]): void {
    this.#list(path, (list) => (items.length === 0 ? list : [...list, ...items.map(deepCopy)]));
  }

  insert(path: Path, index: number, items: readonly unknown[]): void {
    this.#list(path, (list) => {
      if (index < 0 || index > list.length) throw new OracleError('PATH_NOT_FOUND', [...path, index]);
      return items.length === 0 ? list : list.toSpliced(index, 0, ...items.map(deepCopy));
    });
  }

  remove(path: Path, index: number, count = 1): void {
    this.#list(path, (list) => {
      if (index < 0 || index >= list.length) throw new OracleError('PATH_NOT_FOUND', [...path, index]);
      return count === 0 ? list : list.toSpliced(index, count);
    });
  }

  move(path: Path, from: number, to: number): void {
    this.#list(path, (list) => {
      for (const index of [from, to]) {
        if (index < 0 || index >= list.length) throw new OracleError('PATH_NOT_FOUND', [...path, index]);
      }
      const moved = list.toSpliced(from, 1).toSpliced(to, 0, list[from]);
      return moved.every((item, index) => isSameItem(item, list[index])) ? list : moved;
    });
  }

  #list(path: Path, change: (list: unknown[]) => unknown[]): void {
    this.#change(path, (value) => {
      if (!Array.isArray(value)) throw new OracleError('TYPE_MISMATCH', path);
      return change(value);
    });
  }

  #change(path: Path, change: (value: unknown) => unknown): void {
    const versionOf = (node: unknown, depth: number): unknown => {
      const key = path[depth];
      if (key === undefined) return change(node);
      const child = childOf(node, key);
      if (child === MISSING) throw new OracleError('PATH_NOT_FOUND', path.slice(0, depth + 1));
      const next = descend(child, depth + 1);
      return Object.is(next, child) ? node : withKeys(node as Container, [[key, next]]);
    };
    const descend = (node: unknown, depth: number): unknown => {
      const next = versionOf(node, depth);
      if (isContainer(node) && isContainer(next) && next !== node) origins.set(next, originOf(node));
      return next;
    };
    this.#commit(descend(this.root, 0));
  }

  #commit(root: unknown): void {
    if (Object.is(root, this.root)) return;
    this.root = root;
    this.version += 1;
  }
}
