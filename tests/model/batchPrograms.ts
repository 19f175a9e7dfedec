/**
 * Random batches: writes of every kind with reads in between, batches in
 * batches, and every way a batch can end. Steps know nothing of the state, so
 * programs shrink.
 */
import fc from 'fast-check';
import { leaf, smallState } from './arbitraries.ts';
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
import { type Operation, type Step, smallWrite } from './programs.ts';

/** What a batch does, one after the other. */
export type Act =
  | { readonly kind: 'write'; readonly step: Step }
  /** Takes back the last writes, one by one, newest first. */
  | { readonly kind: 'takeBack'; readonly count: number }
  /** Sets a place written before to what was there when the outermost batch began. */
  | { readonly kind: 'restore'; readonly pick: number }
  | { readonly kind: 'read'; readonly picks: readonly number[] }
  | Batch;

/** One call of `batch()`. */
export interface Batch {
  readonly kind: 'batch';
  readonly acts: readonly Act[];
  /** Whether its function throws when it has done everything. */
  readonly ending: 'returns' | 'throws';
}

/** A state, and batches to run on it one after the other. */
export interface BatchProgram {
  readonly initial: unknown;
  readonly batches: readonly Batch[];
  /** Places to subscribe to, ways down as numbers. */
  readonly watched: readonly (readonly number[])[];
  /** Places to make cursors of before the first batch. */
  readonly kept: readonly (readonly number[])[];
  /** Whether everything has a view when a batch begins. */
  readonly reading: 'before each' | 'never';
}

const picks = fc.array(fc.nat(0xffff), { minLength: 5, maxLength: 5 });
const write = fc.record({ kind: fc.constant('write' as const), step: smallWrite });
const takeBack = fc.record({ kind: fc.constant('takeBack' as const), count: fc.integer({ min: 1, max: 6 }) });
const restore = fc.record({ kind: fc.constant('restore' as const), pick: fc.nat(0xffff) });
const read = fc.record({ kind: fc.constant('read' as const), picks });
const ending = fc.constantFrom('returns' as const, 'returns' as const, 'returns' as const, 'throws' as const);

function acts(inner: fc.Arbitrary<Act>, maxLength: number): fc.Arbitrary<Act[]> {
  return fc.array(
    fc.oneof(
      { weight: 12, arbitrary: write },
      { weight: 3, arbitrary: takeBack },
      { weight: 2, arbitrary: restore },
      { weight: 2, arbitrary: read },
      { weight: 2, arbitrary: inner },
    ),
    { maxLength, size: 'max' },
  );
}

function batchOf(inner: fc.Arbitrary<Act>, maxLength: number): fc.Arbitrary<Batch> {
  return fc.record({ kind: fc.constant('batch' as const), acts: acts(inner, maxLength), ending });
}

const innermost = batchOf(read, 3);
const nested = batchOf(innermost, 4);
/** Batches that only write, as most do; what they cost can be counted. */
const plain = fc.record({
  kind: fc.constant('batch' as const),
  acts: fc.array(fc.oneof({ weight: 4, arbitrary: write }, { weight: 1, arbitrary: takeBack }), {
    minLength: 1,
    maxLength: 6,
  }),
  ending: fc.constant('returns' as const),
});
const batch = fc.oneof({ weight: 3, arbitrary: batchOf(nested, 9) }, { weight: 1, arbitrary: plain });

/** Few rows with the same keys, a list, a map: where most batches of real programs work. */
const regularState: fc.Arbitrary<unknown> = fc
  .tuple(fc.array(leaf, { minLength: 3, maxLength: 3 }), fc.integer({ min: 0, max: 12 }))
  .map(([[a, b, c], size]) => ({
    n: 1,
    list: Array.from({ length: size }, (_, index) => index),
    rows: Array.from({ length: size }, (_, index) => ({ id: index, name: a, on: index % 2 === 0 })),
    map: new Map<string, unknown>([
      ['a', b],
      ['b', { c }],
    ]),
    nested: { a: { b: { c } }, pair: [1, { deep: [a] }] },
  }));

/** Past the sizes at which arrays become lists, lists have many chunks, and objects become dictionaries. */
const wideState: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(9, 65, 600, 1_025), fc.constantFrom(63, 64, 65, 90))
  .map(([items, keys]) => {
    const entries = Array.from(
      { length: keys },
      (_, index) => [`key ${index}`, index % 9 === 0 ? { id: index } : index] as const,
    );
    return {
      n: 0,
      list: Array.from({ length: items }, (_, index) => (index % 40 === 7 ? { id: index } : index % 90)),
      rows: Array.from({ length: 9 }, (_, id) => ({ id, name: 'a' })),
      dictionary: Object.fromEntries(entries),
      map: new Map<string, unknown>(entries),
    };
  });

export const batchPrograms: fc.Arbitrary<BatchProgram> = fc.record({
  initial: fc.oneof(
    { weight: 6, arbitrary: smallState },
    { weight: 6, arbitrary: regularState },
    { weight: 1, arbitrary: wideState },
  ),
  batches: fc.array(batch, { minLength: 1, maxLength: 12, size: 'max' }),
  watched: fc.oneof(
    fc.constant([]),
    fc.array(picks, { maxLength: 4 }).map((ways) => [[], ...ways]),
  ),
  kept: fc.array(picks, { maxLength: 6 }),
  reading: fc.constantFrom('before each', 'before each', 'before each', 'never'),
});

/** A write that was done, and the state it was done to. */
export interface Done {
  readonly operation: Operation;
  readonly before: unknown;
}

/** The operations that undo a write, as far as its kind has one. */
export function inverseOf({ operation, before }: Done): Operation[] {
  const { method, path, arguments: given } = operation;
  const found = lookUp(before, path);
  const on = (target: Path, name: Operation['method'], ...values: unknown[]): Operation => ({
    method: name,
    path: target,
    arguments: values,
  });
  switch (method) {
    case 'push':
      return given.length === 0 ? [] : [on(path, 'remove', (found as unknown[]).length, given.length)];
    case 'insert':
      return given.length < 2 ? [] : [on(path, 'remove', given[0], given.length - 1)];
    case 'move':
      return [on(path, 'move', given[1], given[0])];
    case 'remove':
      return [on(path, 'insert', given[0], ...removedBy(found as unknown[], given))];
    case 'merge':
      return Object.keys(given[0] as PlainObject)
        .reverse()
        .map((name) => restoring(before, [...path, name]));
    case 'delete': {
      const around = lookUp(before, path.slice(0, -1));
      if (Array.isArray(around))
        return [on(path.slice(0, -1), 'insert', Number(path.at(-1)), deepCopy(found))];
      return [restoring(before, path)];
    }
    default:
      return [restoring(before, path)];
  }
}

function removedBy(list: readonly unknown[], given: readonly unknown[]): unknown[] {
  const [index, count = 1] = given as [number, number?];
  return list.slice(index, index + count).map(deepCopy);
}

/** What makes a place what it is in another state. */
function restoring(before: unknown, path: Path): Operation {
  const found = lookUp(before, path);
  return found === MISSING
    ? { method: 'delete', path, arguments: [] }
    : { method: 'set', path, arguments: [deepCopy(found)] };
}

/** Sets one of the places, or one around it, or the whole state, to what it was. */
export function restoringSome(before: unknown, paths: readonly Path[], pick: number): Operation {
  const path = paths[pick % (paths.length || 1)] ?? [];
  const length = [path.length, path.length - 1, 1, 0][pick % 4] as number;
  const target = path.slice(0, Math.max(length, 0));
  return restoring(before, lookUp(before, target) === MISSING ? [] : target);
}

/** Every container of a state with the way to it. */
export function containersOf(root: unknown): [path: Path, container: unknown][] {
  const found: [Path, unknown][] = [];
  const visit = (value: unknown, path: Path): void => {
    if (!isContainer(value)) return;
    found.push([path, value]);
    const keys: Key[] = Array.isArray(value)
      ? [...value.keys()]
      : [...(value instanceof Map ? value.keys() : Object.keys(value))];
    for (const key of keys) visit(childOf(value, key), [...path, key]);
  };
  visit(root, []);
  return found;
}
