/** Runs recipes on a store and with immer, and compares what was read, what came of it, and what was left alone. */
import { enableMapSet, produce, setAutoFreeze } from 'immer';
import { difference, show } from '../conformance/check.ts';
import type { Subject } from '../conformance/subject.ts';
import { childOf, deepCopy, isContainer, sameContent } from './oracle.ts';
import { type Change, play, type RecipeProgram } from './recipes.ts';

enableMapSet();
// Views are compared with immer's results, which it would freeze along with what they were made of.
setAutoFreeze(false);

/** How much a run tried. */
export interface RecipeTally {
  recipes: number;
  changes: number;
  unchanged: number;
  thrown: number;
  /** Containers that immer left alone, and so did we. */
  kept: number;
}

export const emptyRecipeTally = (): RecipeTally => ({
  recipes: 0,
  changes: 0,
  unchanged: 0,
  thrown: 0,
  kept: 0,
});

interface Outcome {
  readonly thrown?: unknown;
  readonly read: unknown;
}

function attempt(run: () => unknown): Outcome {
  try {
    return { read: run() };
  } catch (thrown) {
    return { thrown, read: undefined };
  }
}

/** Runs one program; throws at the first divergence. */
export function runRecipes(subject: Subject, program: RecipeProgram, tally: RecipeTally): void {
  const store = subject.createStore(deepCopy(program.initial));
  let state = deepCopy(program.initial);
  try {
    for (const [index, recipe] of program.recipes.entries()) {
      const { version } = store;
      const before = { state, view: store.get() };
      const fail = (reason: string): never => {
        throw new Error(
          `recipe ${index}: ${reason}\nof ${show(before.state)}\n${recipe.map((change) => show(change)).join('\n')}`,
        );
      };
      let theirsRead: unknown;
      const theirs = attempt(() => {
        state = produce(state, (draft: unknown) => {
          theirsRead = play(draft, recipe, { copied: deepCopy });
        });
      });
      let oursRead: unknown;
      const ours = attempt(() =>
        store.update((draft: unknown) => {
          oursRead = play(draft, recipe, { copied: (inside) => inside });
        }),
      );
      tally.recipes += 1;
      tally.changes += recipe.length;
      if ((theirs.thrown === undefined) !== (ours.thrown === undefined))
        fail(`threw ${describe(ours.thrown)}, immer ${describe(theirs.thrown)}`);
      if (theirs.thrown !== undefined) {
        tally.thrown += 1;
        if (store.get() !== before.view || store.version !== version)
          fail('it threw, but something has changed');
        continue;
      }
      const read = difference(oursRead, theirsRead);
      if (read !== undefined) fail(`read something else: ${read}`);
      const found = difference(store.get(), state);
      if (found !== undefined) fail(`the result differs: ${found}`);
      const changed = !sameContent(before.state, state);
      if (store.version - version !== (changed ? 1 : 0))
        fail(
          `${store.version - version} commits of a recipe that changed ${changed ? 'something' : 'nothing'}`,
        );
      if (!changed) {
        tally.unchanged += 1;
        if (store.get() !== before.view) fail('nothing has changed, but the view is another object');
      }
      const fault = keepsParts(recipe) ? keptFault(before, { state, view: store.get() }, tally) : undefined;
      if (fault !== undefined) fail(fault);
    }
  } finally {
    store.dispose();
  }
}

interface Moment {
  readonly state: unknown;
  readonly view: unknown;
}

const moves = new Set(['swap', 'moveWithin', 'reverse', 'sort', 'look']);

/**
 * Whether what immer leaves alone is left alone by us too. Immer shares a draft
 * that is assigned to another place and stores copy it, so of one that was
 * changed before it was moved, the parts may be others.
 */
function keepsParts(recipe: readonly Change[]): boolean {
  return (
    recipe.every(({ kind }) => moves.has(kind)) ||
    !recipe.some(({ kind }) => kind === 'swap' || kind === 'moveWithin')
  );
}

/** What immer has left as it was has the same view as before. */
function keptFault(before: Moment, after: Moment, tally: RecipeTally): string | undefined {
  const known = new Map<unknown, unknown>();
  walk(before, [], (state, view) => {
    known.set(state, view);
    return true;
  });
  let fault: string | undefined;
  walk(after, [], (state, view, path) => {
    if (!known.has(state)) return true;
    tally.kept += 1;
    if (known.get(state) !== view)
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
