/**
 * The assertions of the suites. They depend on no test library, so the same
 * checks run under vitest and in a bare page.
 */

type Keyed = { readonly [key: string]: unknown };

const SHOWN_CHARACTERS_MAX = 600;

/** A value as readable source text: lone surrogates escaped, -0 and NaN told apart. */
export function show(value: unknown): string {
  const text = source(value);
  return text.length > SHOWN_CHARACTERS_MAX
    ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}… (${text.length} characters)`
    : text;
}

function source(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(source).join(', ')}]`;
  if (value instanceof Map) {
    return `new Map([${[...value].map(([key, item]) => `[${source(key)}, ${source(item)}]`).join(', ')}])`;
  }
  if (value instanceof Set) return `new Set(${source([...value])})`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Uint8Array) return `Uint8Array.of(${value.join(', ')})`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${sourceOfKey(key)}: ${source(item)}`);
  return `{ ${entries.join(', ')} }`;
}

function sourceOfKey(key: string): string {
  // `{ "__proto__": 1 }` would set the prototype; the computed form is data.
  return key === '__proto__' ? '["__proto__"]' : JSON.stringify(key);
}

/** A path as readable text, as in `cities[3].name`. */
export function showPath(path: readonly (string | number)[]): string {
  return (
    path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${JSON.stringify(key)}`)).join('') || '(root)'
  );
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

/**
 * Where and how two state values differ, or `undefined` if they do not.
 * Strict: kinds, prototypes, key order, array holes, scalars by `Object.is`.
 */
export function difference(actual: unknown, expected: unknown): string | undefined {
  const found = firstDifference(actual, expected);
  return found && `${showPath(found.path.reverse())}: ${found.reason}`;
}

interface Difference {
  /** From the place up to the root. */
  readonly path: (string | number)[];
  readonly reason: string;
}

function firstDifference(actual: unknown, expected: unknown): Difference | undefined {
  if (Object.is(actual, expected)) return undefined;
  const differ = (): Difference => ({ path: [], reason: `got ${show(actual)}, expected ${show(expected)}` });
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null)
    return differ();
  if (tagOf(actual) !== tagOf(expected)) return differ();
  if (Array.isArray(actual)) return itemDifference(actual, expected as unknown[]);
  if (actual instanceof Map)
    return mapDifference(actual as Map<unknown, unknown>, expected as Map<unknown, unknown>);
  if (actual instanceof Set) return itemDifference([...actual], [...(expected as Set<unknown>)]);
  if (actual instanceof Date)
    return Object.is(actual.getTime(), (expected as Date).getTime()) ? undefined : differ();
  if (actual instanceof Uint8Array) return sameBytes(actual, expected as Uint8Array) ? undefined : differ();
  return fieldDifference(actual as Keyed, expected as Keyed);
}

function sameBytes(actual: Uint8Array, expected: Uint8Array): boolean {
  return actual.length === expected.length && actual.every((byte, index) => byte === expected[index]);
}

function within(key: string | number, found: Difference | undefined): Difference | undefined {
  found?.path.push(key);
  return found;
}

function itemDifference(actual: unknown[], expected: unknown[]): Difference | undefined {
  if (actual.length !== expected.length) {
    return { path: [], reason: `got ${actual.length} items, expected ${expected.length}` };
  }
  for (let index = 0; index < expected.length; index += 1) {
    if (!(index in actual)) return { path: [index], reason: 'a hole' };
    const found = firstDifference(actual[index], expected[index]);
    if (found) return within(index, found);
  }
  return undefined;
}

function keysDifference(actual: readonly unknown[], expected: readonly unknown[]): Difference | undefined {
  const at = expected.findIndex((key, index) => key !== actual[index]);
  if (at < 0 && actual.length === expected.length) return undefined;
  const position = at < 0 ? expected.length : at;
  const key = (keys: readonly unknown[]): string =>
    position < keys.length ? show(keys[position]) : 'no more';
  return { path: [], reason: `key ${position} is ${key(actual)}, expected ${key(expected)}` };
}

function mapDifference(
  actual: Map<unknown, unknown>,
  expected: Map<unknown, unknown>,
): Difference | undefined {
  const keys = keysDifference([...actual.keys()], [...expected.keys()]);
  if (keys) return keys;
  for (const [key, item] of expected) {
    const found = firstDifference(actual.get(key), item);
    if (found) return within(String(key), found);
  }
  return undefined;
}

function fieldDifference(actual: Keyed, expected: Keyed): Difference | undefined {
  const prototype: unknown = Object.getPrototypeOf(actual);
  if (prototype !== Object.prototype) return { path: [], reason: 'the prototype is not Object.prototype' };
  const keys = keysDifference(Reflect.ownKeys(actual), Reflect.ownKeys(expected));
  if (keys) return keys;
  for (const key of Object.keys(expected)) {
    const found = firstDifference(actual[key], expected[key]);
    if (found) return within(key, found);
  }
  return undefined;
}

/** Fails with a message. */
export function fail(message: string): never {
  throw new Error(message);
}

/** The condition holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

/** Both are the same value: `Object.is`. */
export function checkSame(actual: unknown, expected: unknown, what = 'value'): void {
  if (!Object.is(actual, expected))
    fail(`${what}: got ${show(actual)}, expected the same as ${show(expected)}`);
}

/** They are not one object or scalar. */
export function checkNotSame(actual: unknown, other: unknown, what = 'value'): void {
  if (Object.is(actual, other)) fail(`${what}: expected something else than ${show(other)}`);
}

/** Both hold the same state, in the sense of `difference`. */
export function checkEqual(actual: unknown, expected: unknown, what = 'value'): void {
  const found = difference(actual, expected);
  if (found !== undefined) fail(`${what}: ${found}`);
}

/** What a function throws; fails if it does not. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return fail('expected an error, nothing was thrown');
}
