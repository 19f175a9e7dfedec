/**
 * Random programs. A step is generated without knowing the state, as an action
 * and a few numbers; `resolve` turns it into a concrete operation on the state
 * the oracle has at that moment. So programs shrink step by step, and a step
 * keeps its meaning when others before it are dropped.
 */
import fc from 'fast-check';
import { buildLargeState, key, largeState, objectOf, smallState, value } from './arbitraries.ts';
import {
  childOf,
  deepCopy,
  isContainer,
  type Key,
  lookUp,
  MISSING,
  type Path,
  type PlainObject,
} from './oracle.ts';

const VALUE_ACTIONS = ['set', 'add', 'merge', 'push', 'insert'] as const;
const BARE_ACTIONS = [
  'setEqual',
  'setReordered',
  'setView',
  'addAgain',
  'delete',
  'increment',
  'remove',
  'move',
  'insertMany',
  'removeMany',
  'mergeMany',
] as const;
const WATCH_ACTIONS = ['keepCursor', 'subscribe', 'unsubscribe', 'tick'] as const;

export type Action =
  | (typeof VALUE_ACTIONS)[number]
  | (typeof BARE_ACTIONS)[number]
  | (typeof WATCH_ACTIONS)[number];

/** One step, still independent of the state. */
export interface Step {
  readonly action: Action;
  /** Choices: `picks[0]` how, `picks[1..3]` numbers of the action, the rest the way down the state. */
  readonly picks: readonly number[];
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

/** One call on a cursor. */
export interface Operation {
  readonly method: 'set' | 'merge' | 'delete' | 'increment' | 'push' | 'insert' | 'remove' | 'move';
  readonly path: Path;
  readonly arguments: readonly unknown[];
  /** The argument is to be the store's own view of this place. */
  readonly viewOf?: Path;
}

/** A state and the steps to take from it. */
export interface Program {
  readonly initial: unknown;
  readonly steps: readonly Step[];
  /** Whether the whole state is read after each step, or only sometimes. */
  readonly reading: 'always' | 'sometimes';
}

const PICKS = 9;
const picks = fc.array(fc.nat(0xffff), { minLength: PICKS, maxLength: PICKS });
const none = fc.constant<never[]>([]);

function writes(manyWeight: number): fc.Arbitrary<Step> {
  const bare = BARE_ACTIONS.filter((action) => manyWeight > 0 || !action.endsWith('Many'));
  return fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        action: fc.constantFrom(...VALUE_ACTIONS, 'set', 'set'),
        picks,
        keys: fc.array(key, { minLength: 3, maxLength: 3 }),
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ action: fc.constantFrom(...bare), picks, keys: none, values: none }),
    },
  );
}

function steps(manyWeight: number): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 18, arbitrary: writes(manyWeight) },
    {
      weight: 3,
      arbitrary: fc.record({ action: fc.constantFrom(...WATCH_ACTIONS), picks, keys: none, values: none }),
    },
  );
}

/** A write of any kind to a small state. */
export const smallWrite: fc.Arbitrary<Step> = writes(0);

const reading = fc.constantFrom('always', 'always', 'always', 'sometimes');

/** Programs over small states, where every kind of value meets every operation. */
export const smallPrograms: fc.Arbitrary<Program> = fc.record({
  initial: smallState,
  steps: fc.array(steps(0), { minLength: 1, maxLength: 240, size: 'max' }),
  reading,
});

/** Programs over states that cross the boundaries of pages, chunks and dictionaries. */
export const largePrograms: fc.Arbitrary<Program> = fc.record({
  initial: largeState.map(buildLargeState),
  steps: fc.array(steps(1), { minLength: 1, maxLength: 60, size: 'max' }),
  reading,
});

/** What happened before, as far as steps refer to it. */
export interface Past {
  /** Paths whose keys were deleted. */
  readonly deleted: readonly Path[];
}

/** Indices at which chunked and paged structures change over. */
const BOUNDARIES = [
  0, 1, 63, 64, 127, 128, 255, 256, 511, 512, 1_023, 1_024, 1_025, 2_047, 2_048, 3_071, 3_072, 4_095, 4_096,
];

/** An index below the length: an end, a boundary, or any. */
function indexBelow(length: number, pick: number): number {
  if (pick % 8 === 0) return 0;
  if (pick % 8 === 1) return length - 1;
  if (pick % 8 < 4) return Math.min(BOUNDARIES[pick % BOUNDARIES.length] as number, length - 1);
  return (pick * 7_919) % length;
}

function someKey(container: unknown, pick: number): Key | undefined {
  if (Array.isArray(container))
    return container.length === 0 ? undefined : indexBelow(container.length, pick);
  if (!isContainer(container)) return undefined;
  const keys = container instanceof Map ? [...container.keys()] : Object.keys(container);
  return keys[indexBelow(keys.length, pick)];
}

const LARGE = 400;

/** How many values there are below a value, counted up to a bound. */
function sizeOf(root: unknown, bound: number): number {
  if (!isContainer(root)) return 1;
  let size = 1;
  for (const child of root instanceof Map ? root.values() : Object.values(root)) {
    if (size >= bound) break;
    size += sizeOf(child, bound - size);
  }
  return size;
}

/** A path that exists, with a bias to go down. */
export function somePath(root: unknown, choices: readonly number[]): Path {
  const path: Key[] = [];
  let here = root;
  for (const pick of choices) {
    // Large containers are seldom the target themselves, or they would soon be gone.
    const stop = pick % (sizeOf(here, LARGE) < LARGE ? 6 : 120) === 5 && path.length > 0;
    const next = stop ? undefined : someKey(here, pick);
    if (next === undefined) break;
    path.push(next);
    here = childOf(here, next);
  }
  return path;
}

/** The longest beginning of a path at which a value of some sort is found. */
function upTo(root: unknown, path: Path, wanted: (found: unknown) => boolean): Path | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const start = path.slice(0, length);
    if (wanted(lookUp(root, start))) return start;
  }
  return undefined;
}

/** Some paths are wrong on purpose: a missing key on the way, a step into a scalar, an index past the end. */
function spoiled(path: Path, pick: number): Path {
  switch (pick % 48) {
    case 1:
      return [...path, 'missing'];
    case 2:
      return [...path.slice(0, -1), 'missing', 'deeper'];
    case 3:
      return [...path, 1_000_000];
    case 4:
      return [...path.slice(0, -1), 'toString'];
    default:
      return path;
  }
}

function reordered(original: unknown): unknown {
  if (original instanceof Map) return new Map([...original].reverse());
  if (Array.isArray(original)) return original.toReversed();
  return isContainer(original) ? objectOf(Object.entries(original).reverse()) : original;
}

/** The path a step is about, before its action looks for something that suits it. */
export function pathOf(root: unknown, step: Step): Path {
  return spoiled(somePath(root, step.picks.slice(4)), step.picks[0] as number);
}

/** Whether an action can succeed at a path. */
export function suits(root: unknown, path: Path, action: Action): boolean {
  const found = lookUp(root, path);
  switch (action) {
    case 'push':
    case 'insert':
    case 'insertMany':
    case 'remove':
    case 'removeMany':
    case 'move':
      return Array.isArray(found);
    case 'merge':
    case 'mergeMany':
      return isContainer(found) && !Array.isArray(found);
    case 'increment':
      return typeof found === 'number';
    default:
      return found !== MISSING && path.length > 0;
  }
}

/** The concrete operation of a step; `kept` is the path of a cursor kept from before, if it is to be used. */
export function resolve(root: unknown, step: Step, past: Past, kept?: Path): Operation {
  const path = kept ?? pathOf(root, step);
  const pick = step.picks[1] as number;
  const isList = (found: unknown): boolean => Array.isArray(found);
  switch (step.action) {
    case 'set':
    case 'setEqual':
    case 'setReordered':
    case 'setView':
    case 'add':
    case 'addAgain':
      return resolveSet(root, step, past, path);
    case 'merge':
    case 'mergeMany': {
      const target = kept ?? upTo(root, path, (found) => isContainer(found) && !isList(found)) ?? path;
      return { method: 'merge', path: target, arguments: [partialOf(lookUp(root, target), step)] };
    }
    case 'increment': {
      const target = kept ?? (typeof lookUp(root, path) === 'number' || pick % 16 === 0 ? path : ['n']);
      const by = [undefined, 1, -1, 0, 0.1, 100, 2 ** 31, NaN, 1e300][pick % 9];
      return { method: 'increment', path: target, arguments: by === undefined ? [] : [by] };
    }
    case 'push':
    case 'insert':
    case 'remove':
    case 'move':
    case 'insertMany':
    case 'removeMany': {
      // One in sixteen goes where no list is.
      const target = kept ?? (pick % 16 === 0 ? path : (upTo(root, path, isList) ?? listNear(root) ?? path));
      return resolveListOperation(lookUp(root, target), step, target);
    }
    default:
      return { method: 'delete', path, arguments: [] };
  }
}

/** A list one or two levels below the root. */
function listNear(root: unknown): Path | undefined {
  return [['list'], ['rows']].find((path) => Array.isArray(lookUp(root, path)));
}

function resolveSet(root: unknown, step: Step, past: Past, path: Path): Operation {
  const pick = step.picks[1] as number;
  const set = (target: Path, next: unknown): Operation => ({
    method: 'set',
    path: target,
    arguments: [next],
  });
  const current = lookUp(root, path);
  switch (step.action) {
    case 'setEqual':
      return set(path, current === MISSING ? null : deepCopy(current));
    case 'setReordered':
      return set(path, current === MISSING ? null : reordered(deepCopy(current)));
    case 'setView': {
      const viewOf = somePath(root, step.picks.slice(2, 7));
      // Large views would double the state each time.
      const small = path.length > 0 && sizeOf(lookUp(root, viewOf), LARGE) < LARGE;
      return small
        ? { ...set(path, undefined), viewOf }
        : set(path, current === MISSING ? null : deepCopy(current));
    }
    case 'addAgain':
      return set(past.deleted[pick % (past.deleted.length || 1)] ?? path, pick);
    case 'add': {
      const target = upTo(root, path, isContainer) ?? [];
      const container = lookUp(root, target);
      const added = Array.isArray(container) ? container.length : (step.keys[0] as string);
      return set([...target, added], step.values[0]);
    }
    default:
      if (path.length > 0) return set(path, step.values[0]);
      return set(path, { n: pick, list: step.values, rows: [{ id: pick, name: 'only' }] });
  }
}

const MANY = 700;

function partialOf(target: unknown, step: Step): PlainObject {
  const pick = step.picks[1] as number;
  if (step.action === 'mergeMany') {
    // Half of the keys are there already, half are new.
    return objectOf(
      Array.from({ length: MANY }, (_, index) => [
        `key ${((pick % 64) * 97 + index * 5) % 6_000}`,
        index - pick,
      ]),
    );
  }
  const entries: [string, unknown][] = step.values.map((item, index) => [step.keys[index] as string, item]);
  const existing = Array.isArray(target) ? undefined : someKey(target, pick);
  if (existing !== undefined && pick % 2 === 0) entries.push([String(existing), step.values[0]]);
  return objectOf(entries);
}

function resolveListOperation(target: unknown, step: Step, path: Path): Operation {
  const pick = step.picks[1] as number;
  const other = step.picks[2] as number;
  const length = Array.isArray(target) ? target.length : 0;
  // One index in sixteen is past the end.
  const index = (bound: number, choice: number): number =>
    choice % 16 === 15 || bound === 0 ? bound : indexBelow(bound, choice);
  switch (step.action) {
    case 'push':
      return { method: 'push', path, arguments: step.values };
    case 'insert':
      return {
        method: 'insert',
        path,
        arguments: [other % 16 === 15 ? length + 1 : index(length, other), ...step.values],
      };
    case 'insertMany': {
      const items = Array.from({ length: MANY }, (_, at) =>
        at % 2 === 0 ? { id: at, name: `new ${at % 7}` } : at - pick,
      );
      return { method: 'insert', path, arguments: [index(length, other), ...items] };
    }
    case 'remove':
      if (pick % 5 === 4 || other % 16 === 15)
        return { method: 'remove', path, arguments: [index(length, other)] };
      return { method: 'remove', path, arguments: [index(length, other), length === 0 ? 1 : pick % 5] };
    case 'removeMany':
      return {
        method: 'remove',
        path,
        arguments: [indexBelow(Math.max(length, 1), other), 1 + (pick % 1_500)],
      };
    default:
      return { method: 'move', path, arguments: [index(length, pick), index(length, other)] };
  }
}
