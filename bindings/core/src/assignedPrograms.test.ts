/** Recipes that go on with what they have assigned, against plain JavaScript and Immer. */
import fc from 'fast-check';
import { enableMapSet, isDraft, produce, setAutoFreeze } from 'immer';
import { expect, test } from 'vitest';
import { createStore, current } from './index.ts';

enableMapSet();
setAutoFreeze(false);

const KINDS = [
  'read',
  'make',
  'assign',
  'scalar',
  'delete',
  'push',
  'pop',
  'shift',
  'splice',
  'insert',
  'reverse',
  'look',
  'store',
  'root',
] as const;
interface Step {
  readonly kind: (typeof KINDS)[number];
  /** Registers: the container, and what is put there. */
  readonly into: number;
  readonly from: number;
  readonly pick: number;
  readonly shape: number;
}

const RUNS = 300;
const REGISTERS = 6;
const programs = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    into: fc.nat(REGISTERS - 1),
    from: fc.nat(REGISTERS - 1),
    pick: fc.nat(5),
    shape: fc.nat(5),
  }),
  { minLength: 1, maxLength: 60 },
);

const initial = () => ({
  list: [
    { n: 1, tags: ['a'] },
    { n: 2, tags: [] },
    { n: 3, tags: ['b', 'c'] },
  ] as unknown[],
  byKey: { k0: { n: 4 }, k1: [1, 2, [3]] } as Record<string, unknown>,
  map: new Map<string, unknown>([
    ['k0', { n: 5 }],
    ['k2', [6]],
  ]),
});

const SHAPES: (() => object)[] = [
  () => [],
  () => ({ n: 0 }),
  () => [{ n: 10 }, [11]],
  () => ({ k0: { n: 12 }, k1: [13, { k2: 14 }] }),
  () => new Map<string, unknown>([['k1', { n: 15 }]]),
  () => ({ k3: new Map<string, unknown>(), k2: [] }),
];

type Container = unknown[] | Map<string, unknown> | Record<string, unknown>;
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
const keysOf = (whole: Container): (string | number)[] =>
  Array.isArray(whole) ? [...whole.keys()] : whole instanceof Map ? [...whole.keys()] : Object.keys(whole);
const childOf = (whole: Container, key: string | number): unknown =>
  whole instanceof Map ? whole.get(String(key)) : (whole as Record<string | number, unknown>)[key];
function put(whole: Container, key: string | number, value: unknown): void {
  if (whole instanceof Map) whole.set(String(key), value);
  else (whole as Record<string | number, unknown>)[key] = value;
}

/** A plain tree of what is there: what is in two places is there twice. */
function tree(value: unknown): unknown {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return Array.from(value, tree);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, tree(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tree(item)]));
}

function reaches(from: unknown, to: unknown): boolean {
  return from === to || (isContainer(from) && keysOf(from).some((key) => reaches(childOf(from, key), to)));
}

/** Which values are gone on with as themselves, and which through the draft: one of the two. */
type Ways = Map<unknown, boolean>;

interface Side {
  readonly root: Container;
  readonly registers: unknown[];
}

/** Whether a step may be done: by plain JavaScript, where registers show what the others' are. */
function allows(step: Step, plain: Side, ways: Ways, isDirect: (register: number) => boolean): boolean {
  const into = plain.registers[step.into];
  if (!isContainer(into)) return false;
  if (ways.has(into)) {
    const way = ways.get(into) ?? isDirect(step.into);
    ways.set(into, way);
    if (way !== isDirect(step.into)) return false;
  }
  const given = plain.registers[step.from];
  const puts = ['assign', 'push', 'insert', 'splice'].includes(step.kind);
  return !(puts && reaches(given, into));
}

const LISTS = new Set<string>(['push', 'pop', 'shift', 'splice', 'insert', 'reverse']);

function run({ root, registers }: Side, { kind, into, from, pick, shape }: Step, ways?: Ways): void {
  const target = registers[into] as Container;
  const given = registers[from];
  const keys = keysOf(target);
  const key = keys[pick % (keys.length || 1)];
  const name = Array.isArray(target) ? Math.min(pick, target.length) : `k${pick}`;
  if (LISTS.has(kind) && !Array.isArray(target)) return;
  const list = target as unknown[];
  switch (kind) {
    case 'root':
      registers[from] = root;
      return;
    case 'read':
      if (key !== undefined) registers[from] = childOf(target, key);
      return;
    case 'make': {
      const made = SHAPES[shape]?.();
      const note = (value: unknown): void => {
        if (!isContainer(value)) return;
        ways?.set(value, undefined as never);
        for (const inner of keysOf(value)) note(childOf(value, inner));
      };
      note(made);
      registers[from] = made;
      return;
    }
    case 'assign':
      return put(target, name, given);
    case 'scalar':
      return put(target, name, pick * 7);
    case 'delete':
      if (target instanceof Map) target.delete(`k${pick}`);
      else if (!Array.isArray(target)) delete target[`k${pick}`];
      return;
    case 'push':
      list.push(given);
      return;
    case 'pop':
      registers[from] = list.pop();
      return;
    case 'shift':
      registers[from] = list.shift();
      return;
    case 'splice':
      list.splice(pick, shape % 3, given);
      return;
    case 'insert':
      list.unshift(given, pick);
      return;
    case 'reverse':
      list.reverse();
      return;
    default:
  }
}

test('what was assigned stays live until the recipe ends', () => {
  let compared = 0;
  fc.assert(
    fc.property(programs, (program) => {
      const store = createStore<Record<string, unknown>>(initial());
      const state = initial() as Record<string, unknown>;
      const plain: Side = {
        root: state,
        registers: [state, state.list, state.byKey, state.map, state, state],
      };
      const ways: Ways = new Map();
      const done: Step[] = [];
      try {
        store.update((draft) => {
          const ours: Side = {
            root: draft,
            registers: [draft, draft.list, draft.byKey, draft.map, draft, draft],
          };
          const isDirect = (register: number): boolean => {
            try {
              current(ours.registers[register]);
              return false;
            } catch (error) {
              if (error instanceof TypeError && error.message.startsWith('current()')) return true;
              throw error;
            }
          };
          for (const step of program) {
            if (step.kind === 'look') expect(tree(draft)).toEqual(tree(state));
            else if (step.kind === 'store') expect(store.get()).toEqual(tree(state));
            else if (allows(step, plain, ways, isDirect)) {
              run(plain, step, ways);
              run(ours, step);
              done.push(step);
            }
          }
        });
      } catch (error) {
        if (!String(error).includes('go on with one of the two')) throw error;
        store.dispose();
        return;
      }
      const found = store.get();
      expect(found).toEqual(tree(state));
      expect(JSON.stringify(found)).toBe(JSON.stringify(tree(state)));
      const theirs = produce(initial() as Record<string, unknown>, (draft) => {
        const side: Side = {
          root: draft,
          registers: [draft, draft.list, draft.byKey, draft.map, draft, draft],
        };
        for (const step of done) run(side, step);
      });
      expect(isDraft(theirs)).toBe(false);
      expect(tree(theirs)).toEqual(found);
      compared++;
      store.dispose();
    }),
    { numRuns: RUNS, seed: 12 },
  );
  expect(compared).toBeGreaterThan(RUNS * 0.9);
}, 60_000);
