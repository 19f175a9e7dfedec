/**
 * Random commits: a write, a recipe, or a batch of both, on the oracle and on a
 * store. Edits know nothing of the state, so programs of them shrink.
 */
import fc from 'fast-check';
import { difference } from '../conformance/check.ts';
import type { RecordedStore } from '../conformance/deltaSubject.ts';
import { buildLargeState, largeState, leaf, objectOf, smallState } from './arbitraries.ts';
import { applyToCursor, applyToOracle, call } from './operations.ts';
import { deepCopy, isContainer, lookUp, type Oracle, OracleError, type Path, sameContent } from './oracle.ts';
import { type Operation, resolve, type Step, smallWrite } from './programs.ts';
import { type Change, play, recipePrograms } from './recipes.ts';

/** A part of a commit. */
export type Act =
  | { readonly kind: 'write'; readonly step: Step }
  | { readonly kind: 'recipe'; readonly changes: readonly Change[] };

/** What is one commit, if it changes anything. */
export type Edit = Act | { readonly kind: 'batch'; readonly acts: readonly Act[] };

const write = fc.record({ kind: fc.constant('write' as const), step: smallWrite });
const recipe = fc.record({
  kind: fc.constant('recipe' as const),
  changes: recipePrograms.map(({ recipes: [first = []] }) => first),
});
const act: fc.Arbitrary<Act> = fc.oneof({ weight: 3, arbitrary: write }, { weight: 1, arbitrary: recipe });
const batch = fc.record({
  kind: fc.constant('batch' as const),
  acts: fc.array(act, { minLength: 1, maxLength: 6 }),
});

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: write },
  { weight: 2, arbitrary: recipe },
  { weight: 2, arbitrary: batch },
);

/** Past the number of keys at which objects are stored like maps, and of items at which arrays have chunks. */
const wideState: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(64, 65, 66, 80), fc.constantFrom(3, 40, 130), leaf)
  .map(([keys, items, some]) => {
    const entries = Array.from(
      { length: keys },
      (_, index) => [`key ${index}`, index % 9 === 0 ? { id: index, some } : index] as const,
    );
    return {
      n: 1,
      dictionary: objectOf(entries),
      map: new Map<string, unknown>(entries),
      rows: Array.from({ length: items }, (_, id) => ({ id, name: `row ${id % 5}`, on: id % 2 === 0 })),
      list: Array.from({ length: items }, (_, index) => (index % 10 === 7 ? some : index % 30)),
    };
  });

/** States in which every kind of value is found, some of them wide, few of them large. */
export const editedState: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: smallState },
  { weight: 6, arbitrary: wideState },
  { weight: 1, arbitrary: largeState.map(buildLargeState) },
);

/** Both sides of a run, and the place that edits are made in. */
export interface Sides {
  readonly oracle: Oracle;
  readonly store: RecordedStore;
  readonly note: (line: string) => void;
  /** The root, unless it is said. */
  readonly home?: Path;
}

/** Stands for an edit that makes no sense where it would be made. */
class Senseless extends Error {}

/** Does an edit on both sides; throws what the oracle refuses. */
function perform(sides: Sides, edit: Edit): void {
  const { oracle, store, note, home = [] } = sides;
  const root = lookUp(oracle.root, home);
  if (edit.kind === 'write') {
    const { path: inside, viewOf: seen, ...rest } = resolve(root, edit.step, { deleted: [] });
    const path = [...home, ...inside];
    const operation: Operation =
      seen === undefined ? { ...rest, path } : { ...rest, path, viewOf: [...home, ...seen] };
    note(call(operation));
    if (inside.length === 0 && rest.method === 'delete') throw new Senseless();
    applyToOracle(oracle, operation);
    const given = operation.viewOf
      ? [store.at(...operation.viewOf).get()]
      : operation.arguments.map(deepCopy);
    applyToCursor(store.at(...path), operation, given);
  } else if (edit.kind === 'recipe') {
    note(`store.update(a recipe: ${edit.changes.map(({ kind }) => kind).join(', ')})`);
    if (!isContainer(root)) throw new Senseless();
    const plain = deepCopy(root);
    play(plain, edit.changes);
    oracle.set(home, plain);
    store.at(...home).update((draft: unknown) => void play(draft, edit.changes));
  } else {
    note('store.batch(() => {');
    store.batch(() => {
      for (const each of edit.acts) perform(sides, each);
    });
    note('})');
  }
}

/** Whether an edit is refused by the oracle, or throws by itself. */
function isRefusal(error: unknown): boolean {
  return error instanceof OracleError || error instanceof RangeError || error instanceof Senseless;
}

/**
 * Does an edit on both sides and compares what comes of it. What the oracle
 * refuses is not done on the store: that it refuses the same is tried elsewhere.
 *
 * @returns whether anything has changed
 */
export function doEdit(sides: Sides, edit: Edit): boolean {
  const { oracle, store, note } = sides;
  const before = oracle.root;
  try {
    perform(sides, edit);
  } catch (error) {
    oracle.root = before;
    if (!isRefusal(error)) throw error;
    note('-> refused');
    return false;
  }
  if (sameContent(before, oracle.root)) oracle.root = before;
  expectState(store, oracle.root, 'the store after an edit');
  return before !== oracle.root;
}

/** Fails unless a store holds a state, key order included. */
export function expectState(store: RecordedStore, state: unknown, what: string): void {
  const found = difference(store.get(), state);
  if (found !== undefined) throw new Error(`${what}: ${found}`);
}
