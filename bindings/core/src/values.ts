import { COPY } from './copy.ts';
import type { GaesupErrorCode, Key } from './errors.ts';

/** Why a value cannot be stored; gathers its path on the way out. */
export class Refusal {
  readonly code: GaesupErrorCode;
  readonly reason: string;
  /** The keys within the value, innermost first. */
  readonly inside: Key[] = [];
  /** Tells where the value would have been, once that is known. */
  pathOf: (() => readonly Key[]) | undefined;

  constructor(reason: string, code: GaesupErrorCode = 'UNSUPPORTED_VALUE') {
    this.reason = reason;
    this.code = code;
  }
}

/** Adds a key to a refusal that passes on its way out. */
export function within(error: unknown, key: Key): unknown {
  if (error instanceof Refusal) error.inside.push(key);
  return error;
}

/** What a value is, in words for a message. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (COPY in value) return 'a store, cursor or selection (what its get() returns can be)';
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object of a class';
}

/** Whether an object is what it says it is, in whichever realm it was made. */
export function isTagged(value: unknown, tag: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}

/** The kinds of objects that can be stored. */
type ObjectKind = 'object' | 'array' | 'map' | 'date' | 'bytes' | undefined;

/** How many prototypes a plain builtin has: its own and `Object.prototype`. */
const BUILTIN_DEPTH = 2;

/** What marks a map that is no `Map` inside: a draft of Immer's, and an observable map of MobX. */
const IMMER_DRAFT = Symbol.for('immer-state');
const MOBX_MAP = 'isMobXObservableMap';

/** Whether an object shows entries that it keeps elsewhere, as maps of state libraries do. */
function showsEntries(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  // A proxy has the prototype of what it is for.
  return (
    (prototype !== null && Object.hasOwn(prototype, 'forEach')) || IMMER_DRAFT in value || MOBX_MAP in value
  );
}

/** The entries of a map: those that it has, or those that a proxy of it shows. */
export function entriesOf(value: ReadonlyMap<unknown, unknown>): (readonly [unknown, unknown])[] {
  if (!(IMMER_DRAFT in value)) {
    try {
      return [...(Map.prototype.entries.call(value) as Iterable<[unknown, unknown]>)];
    } catch (error) {
      if (!showsEntries(value)) throw error;
    }
  }
  const entries: [unknown, unknown][] = [];
  value.forEach((item, key) => {
    entries.push([key, item]);
  });
  return entries;
}

function prototypes(value: object): number {
  let count = 0;
  for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) count++;
  return count;
}

/**
 * What an object is, in whichever realm it was made. Instances of classes,
 * those derived from a builtin included, are none of the kinds.
 */
export function kindOfObject(value: object): ObjectKind {
  if (Object.getPrototypeOf(value) === Object.prototype) return 'object';
  const depth = prototypes(value);
  if (Array.isArray(value)) return depth === BUILTIN_DEPTH ? 'array' : undefined;
  switch (Object.prototype.toString.call(value)) {
    case '[object Map]':
      return depth === BUILTIN_DEPTH || IMMER_DRAFT in value ? 'map' : undefined;
    case '[object Date]':
      return depth === BUILTIN_DEPTH ? 'date' : undefined;
    case '[object Uint8Array]':
      return 'bytes';
    case '[object Object]':
      return isPlain(value, depth) ? 'object' : undefined;
    default:
      return undefined;
  }
}

function isPlain(value: object, depth: number): boolean {
  // An object of another realm has that realm's `Object.prototype`.
  return (
    depth === 0 || (depth === 1 && Object.hasOwn(Object.getPrototypeOf(value) as object, 'hasOwnProperty'))
  );
}
