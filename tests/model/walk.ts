/**
 * Compares the views of a store with the states of the oracle, identity
 * included. Walking two states in parallel costs what changed between them:
 * where the oracle shares structure, the views must be shared too, and there is
 * nothing below to look at.
 */
import { difference, show, showPath } from '../conformance/check.ts';
import { isContainer, type Key, kindOf, type PlainObject } from './oracle.ts';

/** The same moment, seen by the oracle and by the store. */
export interface Moment {
  readonly state: unknown;
  readonly view: unknown;
}

/**
 * What is wrong with the step from one moment to a later one, or `undefined`.
 *
 * The rule: a view is the same object as before exactly where the state is.
 */
export function identityFault(before: Moment, after: Moment, path: readonly Key[] = []): string | undefined {
  const fault = (reason: string): string => `${showPath(path)}: ${reason}`;
  if (Object.is(before.state, after.state)) {
    return Object.is(before.view, after.view)
      ? undefined
      : fault('nothing changed here, but the view is another object');
  }
  const kind = kindOf(after.state);
  if (!isContainer(after.state)) {
    const found = difference(after.view, after.state);
    return found === undefined ? undefined : fault(found);
  }
  if (kindOf(after.view) !== kind) return fault(`got ${show(after.view)}, expected a view of kind ${kind}`);
  if (isContainer(before.state) && before.view === after.view)
    return fault('changed, but the view is the same object');
  if (kind === 'array') return itemsFault(before, after, path);
  return entriesFault(before, after, path);
}

function entriesFault(before: Moment, after: Moment, path: readonly Key[]): string | undefined {
  const states = entriesOf(after.state);
  const views = entriesOf(after.view);
  if (states.length !== views.length)
    return `${showPath(path)}: got ${views.length} keys, expected ${states.length}`;
  const comparable = isContainer(before.state) && kindOf(before.state) === kindOf(after.state);
  for (let index = 0; index < states.length; index += 1) {
    const [key, state] = states[index] as [string, unknown];
    const [viewKey, view] = views[index] as [string, unknown];
    if (key !== viewKey) return `${showPath(path)}: key ${index} is ${show(viewKey)}, expected ${show(key)}`;
    const child = { state, view };
    const old = comparable ? childBefore(before, key) : NOTHING;
    // Most entries are untouched; the test here saves a path for each of them.
    if (Object.is(old.state, state) && Object.is(old.view, view)) continue;
    const found = identityFault(old, child, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A moment that is equal to no other. */
const NOTHING: Moment = { state: Symbol('nothing'), view: Symbol('nothing') };

function entriesOf(container: unknown): [string, unknown][] {
  return container instanceof Map
    ? [...(container as Map<string, unknown>)]
    : Object.entries(container as PlainObject);
}

function childBefore(before: Moment, key: string): Moment {
  if (before.state instanceof Map) {
    return before.state.has(key)
      ? { state: before.state.get(key), view: (before.view as Map<string, unknown>).get(key) }
      : NOTHING;
  }
  if (!Object.hasOwn(before.state as PlainObject, key)) return NOTHING;
  return { state: (before.state as PlainObject)[key], view: (before.view as PlainObject)[key] };
}

/** Items keep their identity when they move, so they are looked up by it. */
function itemsFault(before: Moment, after: Moment, path: readonly Key[]): string | undefined {
  const states = after.state as unknown[];
  const views = after.view as unknown[];
  if (states.length !== views.length)
    return `${showPath(path)}: got ${views.length} items, expected ${states.length}`;
  const oldStates = Array.isArray(before.state) ? before.state : [];
  const oldViews = Array.isArray(before.view) ? before.view : [];
  let oldViewOf: Map<unknown, unknown> | undefined;
  for (let index = 0; index < states.length; index += 1) {
    const child = { state: states[index], view: views[index] };
    let old: Moment = index < oldStates.length ? { state: oldStates[index], view: oldViews[index] } : NOTHING;
    if (typeof child.state === 'object' && child.state !== null && child.state !== old.state) {
      oldViewOf ??= new Map(oldStates.map((state, position) => [state, oldViews[position]]));
      if (oldViewOf.has(child.state)) old = { state: child.state, view: oldViewOf.get(child.state) };
    }
    if (Object.is(old.state, child.state) && Object.is(old.view, child.view)) continue;
    const found = identityFault(old, child, [...path, index]);
    if (found !== undefined) return found;
  }
  return undefined;
}
