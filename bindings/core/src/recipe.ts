import { isThenable } from './asynchronous.ts';
import { valueBefore } from './before.ts';
import { assertOwn } from './copy.ts';
import type { Core } from './core.ts';
import { type Draft, Drafting } from './draft.ts';
import { draftOf } from './draftMap.ts';
import { formatPath } from './errors.ts';
import { trackedOf } from './unwrap.ts';
import { kindOfObject } from './values.ts';
import type { Immutable } from './valueTypes.ts';

/**
 * The value of a draft as it was before the recipe ran, as plain objects and
 * arrays; `undefined` for what the recipe has added. O(its size).
 *
 * @throws TypeError for what is no draft
 */
export function original<T>(draft: T): Immutable<T> | undefined {
  assertOwn(draft, 'original()');
  const known = draftOf(draft);
  if (known === undefined) throw new TypeError('original() takes a draft.');
  known.drafting.settle();
  return valueBefore(known.drafting.core, known.table, known.row) as Immutable<T> | undefined;
}

/** What a recipe writes to and gets its draft from. */
interface Subject {
  draft(drafting: Drafting): unknown;
  set(value: unknown): void;
}

/** Runs a recipe on what is at a place, within a batch. */
export function runRecipe(core: Core, subject: Subject, recipe: (draft: never) => unknown): unknown {
  const drafting = new Drafting(core);
  core.encoder.drafting++;
  core.recipes.push(drafting);
  try {
    const draft = subject.draft(drafting);
    const result = recipe(draft as never);
    if (isThenable(result)) return result;
    drafting.live.sync();
    if (result === draft || result === undefined) return undefined;
    if (drafting.wrote) throw both();
    const known = draftOf(draft);
    if (known !== undefined) assertReplaces(known, result);
    subject.set(result);
    return undefined;
  } finally {
    core.recipes.pop();
    core.encoder.drafting--;
    drafting.end();
  }
}

function both(): TypeError {
  return new TypeError(
    'A recipe changes its draft or returns another value, not both: put the statement in braces, `draft => { ... }`.',
  );
}

/**
 * Throws for what cannot be meant to replace a container: the value of an expression that was
 * written for what it does (`draft => draft.on && draft.list.push(1)`, `draft => draft.ids.delete(id)`).
 * `null` replaces: nothing that changes a draft has it as its value.
 */
function assertReplaces(draft: Draft, result: unknown): void {
  const returned = kindOfResult(result);
  // What is no value at all is refused by the encoder.
  if (returned === undefined || returned === draft.kind) {
    if (draftOf(result)?.drafting !== draft.drafting) return;
  }
  const what = returned === draft.kind ? 'a draft of something else' : returned;
  throw new TypeError(
    `A recipe returned ${what} for the ${draft.kind} at ${formatPath(draft.path)}, which stays as it was: ` +
      'put the statement in braces, `draft => { ... }`, or write another value with set().',
  );
}

/** What a recipe has returned: like what it has to be, in words, or nothing when anything may be so. */
function kindOfResult(result: unknown): string | undefined {
  if (result === null || typeof result === 'function' || typeof result === 'symbol') return undefined;
  if (typeof result !== 'object') return `the ${typeof result} ${String(result)}`;
  return draftOf(result)?.kind ?? kindOfObject(result);
}

/**
 * The value of a draft as it is at the moment: plain objects and arrays that
 * do not change when the draft does. In a selector, the value of what it is given, which is
 * the same object that is read elsewhere: `s.rows.find(row => current(row) === selected)`.
 * The selector depends on all that is in it then.
 *
 * @throws TypeError for what is neither
 */
export function current<T>(draft: T): Immutable<T> {
  assertOwn(draft, 'current()');
  const known = draftOf(draft);
  if (known !== undefined) return known.view() as Immutable<T>;
  const tracked = typeof draft === 'object' && draft !== null ? trackedOf(draft) : undefined;
  if (tracked === undefined) throw new TypeError('current() takes a draft, or what a selector is given.');
  return tracked.wholeView() as Immutable<T>;
}
