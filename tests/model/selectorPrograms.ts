/** Programs for selectors: a state they find something in, and writes that change what they read. */
import fc from 'fast-check';
import { leaf } from './arbitraries.ts';
import { isContainer, lookUp, type Path } from './oracle.ts';
import { type Operation, resolve, type Step, smallWrite } from './programs.ts';
import { selectorSource } from './selectors.ts';

/** A change to rows, keys and flags as an application makes them. */
export interface Move {
  readonly kind: (typeof MOVES)[number];
  readonly picks: readonly number[];
  readonly value: unknown;
}

const MOVES = [
  'toggle',
  'score',
  'rename',
  'tag',
  'addRow',
  'insertRow',
  'removeRow',
  'moveRow',
  'setNumber',
  'flag',
  'choose',
  'addKey',
  'removeKey',
  'setKey',
  'addEntry',
  'removeEntry',
  'deep',
  'addNumber',
] as const;

export type SelectorAct =
  | { readonly kind: 'write'; readonly write: Move | Step }
  | {
      readonly kind: 'batch';
      readonly writes: readonly (Move | Step)[];
      readonly fails: boolean;
      readonly asks: number;
    }
  /** Starts or ends listening. */
  | { readonly kind: 'listen'; readonly which: number }
  /** Asks a selection for its value, or the store what its function gives. */
  | { readonly kind: 'ask'; readonly which: number };

export interface SelectorProgram {
  readonly rows: number;
  readonly long: boolean;
  readonly sources: readonly string[];
  readonly acts: readonly SelectorAct[];
}

const ROWS_LONG = 150;
const SOURCES = 7;

const picks = fc.array(fc.nat(0xffff), { minLength: 3, maxLength: 3 });
const move: fc.Arbitrary<Move> = fc.record({ kind: fc.constantFrom(...MOVES), picks, value: leaf });
const write = fc.oneof({ weight: 5, arbitrary: move }, { weight: 1, arbitrary: smallWrite });
const which = fc.nat(SOURCES - 1);

export const selectorPrograms: fc.Arbitrary<SelectorProgram> = fc.record({
  rows: fc.integer({ min: 0, max: 9 }),
  // Past 64 items what is read of them is noted in another way.
  long: fc.nat(5).map((pick) => pick === 0),
  sources: fc.tuple(...Array.from({ length: SOURCES }, (_, position) => selectorSource(position))),
  acts: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.record({ kind: fc.constant('write' as const), write }) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('batch' as const),
          writes: fc.array(write, { maxLength: 6 }),
          fails: fc.nat(4).map((pick) => pick === 0),
          asks: fc.nat(0xff),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('listen' as const), which }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const), which }) },
    ),
    { minLength: 1, maxLength: 40, size: 'max' },
  ),
});

function rowOf(id: number): Record<string, unknown> {
  const row: Record<string, unknown> = { id, name: 'abc'[id % 3], score: id % 7, on: id % 2 === 0 };
  if (id % 3 === 1) row['tags'] = id % 2 === 0 ? ['x'] : ['x', 'y'];
  return row;
}

/** The state of a program. */
export function selectorState({ rows, long }: SelectorProgram): unknown {
  const some = Array.from({ length: rows }, (_, id) => rowOf(id));
  return {
    n: 1,
    flag: true,
    chosen: 'k1',
    rows: long ? Array.from({ length: ROWS_LONG }, (_, id) => rowOf(id)) : some,
    numbers: Array.from({ length: long ? ROWS_LONG : rows }, (_, index) => index % 5),
    byKey: Object.fromEntries(some.map((row, index) => [`k${index}`, row])),
    map: new Map<string, unknown>(some.slice(0, 4).map((row, index) => [`k${index}`, index === 2 ? 2 : row])),
    nested: { a: { b: { c: 1 } }, items: [{ on: true, score: 1 }, 2, 3] },
  };
}

/** The operation of a write on a state. */
export function operationOf(root: unknown, write: Move | Step): Operation {
  if ('action' in write) return resolve(root, write, { deleted: [] });
  const { kind, picks, value } = write;
  const [pick, other, third] = picks as [number, number, number];
  const on = (method: Operation['method'], path: Path, ...given: unknown[]): Operation => ({
    method,
    path,
    arguments: given,
  });
  const rows = lookUp(root, ['rows']);
  const length = Array.isArray(rows) ? rows.length : 0;
  const row = ['rows', pick % (length || 1)];
  const found = lookUp(root, row);
  // Without rows, or with something else instead, start anew.
  if (!Array.isArray(rows) || (length > 0 && !isContainer(found)))
    return on('set', ['rows'], [rowOf(pick % 9), rowOf(other % 9)]);
  switch (kind) {
    case 'addRow':
      return on('push', ['rows'], rowOf(other % 9));
    case 'insertRow':
      return on('insert', ['rows'], pick % (length + 1), rowOf(other % 9));
    case 'flag':
      return on('set', ['flag'], lookUp(root, ['flag']) !== true);
    case 'setNumber':
      return on('set', ['n'], pick % 8);
    case 'choose':
      return on('set', ['chosen'], `k${pick % 4}`);
    case 'deep':
      return on('set', ['nested'], { a: { b: { c: pick % 3 } }, items: [{ on: other % 2 === 0 }] });
    case 'addNumber':
      return on(
        'set',
        ['numbers'],
        Array.from({ length: pick % 7 }, (_, index) => index % 5),
      );
    case 'addKey':
    case 'setKey':
    case 'removeKey':
      return keyed(root, 'byKey', kind, pick, other % 3 === 0 ? value : rowOf(third % 9), {});
    case 'addEntry':
    case 'removeEntry':
      return keyed(root, 'map', kind, pick, other % 3 === 0 ? value : rowOf(third % 9), new Map());
    default:
      return length === 0 ? on('push', ['rows'], rowOf(other % 9)) : inRow(row, write, length);
  }
}

function keyed(
  root: unknown,
  home: string,
  kind: string,
  pick: number,
  value: unknown,
  empty: unknown,
): Operation {
  const key = `k${pick % 5}`;
  const container = lookUp(root, [home]);
  if (!isContainer(container) || Array.isArray(container))
    return { method: 'set', path: [home], arguments: [empty] };
  const has = container instanceof Map ? container.has(key) : Object.hasOwn(container, key);
  if (kind.startsWith('remove') && has) return { method: 'delete', path: [home, key], arguments: [] };
  return { method: 'set', path: [home, key], arguments: [value] };
}

function inRow(row: Path, { kind, picks, value }: Move, length: number): Operation {
  const [pick, other] = picks as [number, number];
  const set = (name: string, next: unknown): Operation => ({
    method: 'set',
    path: [...row, name],
    arguments: [next],
  });
  switch (kind) {
    case 'toggle':
      return set('on', other % 2 === 0);
    case 'score':
      return set('score', other % 4 === 0 ? value : other % 9);
    case 'rename':
      return set('name', other % 4 === 0 ? value : 'abcd'[other % 4]);
    case 'tag':
      return set('tags', other % 4 === 0 ? value : ['x', 'y', 'z'].slice(0, other % 4));
    case 'removeRow':
      return { method: 'remove', path: ['rows'], arguments: [pick % length] };
    default:
      return { method: 'move', path: ['rows'], arguments: [pick % length, other % length] };
  }
}
