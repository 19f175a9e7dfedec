/** Runs recipes on a store, on a plain copy and with immer, and compares what was read, what came of it, and what was left alone. */
import fc from 'fast-check';
import { enableMapSet, produce, setAutoFreeze } from 'immer';
import { difference, show } from '../conformance/check.ts';
import type { Store, Subject } from '../conformance/subject.ts';
import { childOf, deepCopy, isContainer, sameContent } from './oracle.ts';
import { type Change, play, type RecipeProgram, recipePrograms } from './recipes.ts';
import { runRound } from './rounds.ts';

enableMapSet();
// Views are compared with immer's results, which it would freeze along with what they were made of.
setAutoFreeze(false);

/** How much a run tried. */
export interface RecipeTally {
  recipes: number;
  changes: number;
  unchanged: number;
  thrown: number;
  /** Recipes in which immer did something else than plain JavaScript. */
  disputed: number;
  /** Containers that immer left alone, and so did we. */
  kept: number;
}

interface Outcome {
  readonly thrown?: unknown;
  readonly result: unknown;
}

function attempt(run: () => unknown): Outcome {
  try {
    return { result: run() };
  } catch (thrown) {
    return { thrown, result: undefined };
  }
}

/** Tries at least so many recipes. */
export async function tryRecipes(subject: Subject, count: number, seed: number): Promise<RecipeTally> {
  const tally: RecipeTally = { recipes: 0, changes: 0, unchanged: 0, thrown: 0, disputed: 0, kept: 0 };
  const property = fc.asyncProperty(recipePrograms, async (program) => runRecipes(subject, program, tally));
  for (let round = 0; tally.recipes < count; round += 1) await runRound('recipes', property, seed + round);
  return tally;
}

/** Runs one program; throws at the first divergence. */
function runRecipes(subject: Subject, program: RecipeProgram, tally: RecipeTally): void {
  const store = subject.createStore(deepCopy(program.initial));
  let state = deepCopy(program.initial);
  try {
    for (const [index, recipe] of program.recipes.entries()) {
      const before = { state, view: store.get() };
      const { version } = store;
      const plain = deepCopy(state);
      const expected = attempt(() => play(plain, recipe));
      const theirs = attempt(() => produceAnew(state, recipe));
      const ours = attempt(() => updateAndRead(store, recipe));
      tally.recipes += 1;
      tally.changes += recipe.length;
      const isThrown = expected.thrown !== undefined;
      if (isThrown) tally.thrown += 1;
      else state = theirs.result;
      // Immer takes 0 and -0 for the same in some places.
      const isImmerRight = !isThrown && sameContent(state, plain);
      if (!isThrown && !isImmerRight) state = plain;
      const after = { state, view: store.get() };
      const fault =
        outcomeFault(ours, expected) ??
        changeFault(before, after, store.version - version, tally) ??
        (isImmerRight ? keptFault(before, after, recipe, tally) : undefined);
      tally.disputed += isThrown || isImmerRight ? 0 : 1;
      // Immer shares what was put in a second place, which the next recipe would tell apart.
      if (recipe.some(({ kind }) => moving.has(kind))) state = deepCopy(state);
      if (fault !== undefined)
        throw new Error(
          `recipe ${index}: ${fault}\nof ${show(before.state)}\n${recipe.map((change) => show(change)).join('\n')}`,
        );
    }
  } finally {
    store.dispose();
  }
}

function produceAnew(state: unknown, recipe: readonly Change[]): unknown {
  return produce(state, (draft: unknown) => void play(draft, recipe));
}

/** Runs a recipe on the store; gives back what it has read. */
function updateAndRead(store: Store, recipe: readonly Change[]): unknown {
  let read: unknown;
  store.update((draft: unknown) => {
    read = play(draft, recipe);
  });
  return read;
}

function outcomeFault(ours: Outcome, expected: Outcome): string | undefined {
  if ((ours.thrown === undefined) !== (expected.thrown === undefined))
    return `threw ${describe(ours.thrown)}, expected ${describe(expected.thrown)}`;
  const found = difference(ours.result, expected.result);
  return found === undefined ? undefined : `read something else: ${found}`;
}

/** What the store is left with, in how many commits. */
function changeFault(before: Moment, after: Moment, commits: number, tally: RecipeTally): string | undefined {
  const found = difference(after.view, after.state);
  if (found !== undefined) return `the result differs: ${found}`;
  const isChanged = !sameContent(before.state, after.state);
  if (commits !== (isChanged ? 1 : 0))
    return `${commits} commits of a recipe that changed ${isChanged ? 'something' : 'nothing'}`;
  if (isChanged) return undefined;
  tally.unchanged += 1;
  return before.view === after.view ? undefined : 'nothing has changed, but the view is another object';
}

interface Moment {
  readonly state: unknown;
  readonly view: unknown;
}

const moves = new Set(['swap', 'moveWithin', 'reverse', 'sort', 'look']);
/** What takes a container away, or puts it in a second place. */
const moving = new Set(['swap', 'moveWithin', 'copyOver', 'moveOver', 'wrap']);

/**
 * Which parts that immer leaves alone are left alone by us too: all of them, or of those that are
 * where they were all or only what is at the keys of the root. Immer shares a draft that is
 * assigned to another place and stores copy it, so of one that was changed before it was moved, the
 * parts may be others.
 */
function keptBy(recipe: readonly Change[]): 'all' | 'in place' | 'at the root' {
  if (recipe.every(({ kind }) => moves.has(kind))) return 'all';
  const kinds = new Set(recipe.map(({ kind }) => kind).filter((kind) => moving.has(kind)));
  if (kinds.size === 0) return 'all';
  return kinds.size === 1 && kinds.has('copyOver') ? 'in place' : 'at the root';
}

/** What immer has left as it was has the same view as before. */
function keptFault(
  before: Moment,
  after: Moment,
  recipe: readonly Change[],
  tally: RecipeTally,
): string | undefined {
  const which = keptBy(recipe);
  const known = new Map<unknown, { view: unknown; at: string }>();
  walk(before, [], (state, view, path) => {
    known.set(state, { view, at: JSON.stringify(path) });
    return true;
  });
  let fault: string | undefined;
  walk(after, [], (state, view, path) => {
    const same = known.get(state);
    if (same === undefined) return true;
    const isMoved = which !== 'all' && same.at !== JSON.stringify(path);
    if (isMoved || (which === 'at the root' && path.length > 1)) return false;
    tally.kept += 1;
    if (same.view !== view)
      fault ??= `${path.join('.') || 'the root'} was left alone, but its view is another object: ${show(view)}`;
    return false;
  });
  return fault;
}

function walk(
  moment: Moment,
  path: readonly (string | number)[],
  each: (state: unknown, view: unknown, path: readonly (string | number)[]) => boolean,
): void {
  const { state, view } = moment;
  if (!isContainer(state) || !each(state, view, path)) return;
  const keys = Array.isArray(state)
    ? [...state.keys()]
    : state instanceof Map
      ? [...state.keys()]
      : Object.keys(state);
  for (const key of keys)
    walk({ state: childOf(state, key), view: childOf(view, key) }, [...path, key], each);
}

function describe(error: unknown): string {
  return error === undefined ? 'nothing' : String((error as Error).stack ?? error).slice(0, 600);
}
