/**
 * What a batch may do to views: a view is another object exactly where the
 * batch has changed the content, however many writes it took to leave the rest
 * as it was.
 */
import { difference, showPath } from '../conformance/check.ts';
import {
  childOf,
  isContainer,
  type Key,
  kindOf,
  MISSING,
  originOf,
  type PlainObject,
  sameContent,
} from './oracle.ts';
import type { Moment } from './walk.ts';

/** What is wrong with the views after a batch, or `undefined`. */
export function batchFault(before: Moment, after: Moment): string | undefined {
  const differs = difference(after.view, after.state);
  if (differs !== undefined) return `the state differs: ${differs}`;
  return sameContent(before.state, after.state)
    ? keptFault(before, after, [])
    : changedFault(before, after, []);
}

function keptFault(before: Moment, after: Moment, path: readonly Key[]): string | undefined {
  return before.view === after.view
    ? undefined
    : `${showPath(path)}: the batch left this as it was, but the view is another object`;
}

/** Both moments have one container here, with different content. */
function changedFault(before: Moment, after: Moment, path: readonly Key[]): string | undefined {
  if (before.view === after.view && isContainer(before.state))
    return `${showPath(path)}: changed, but the view is the same object`;
  const kind = kindOf(before.state);
  if (kind !== kindOf(after.state) || !isContainer(before.state) || !isContainer(after.state))
    return undefined;
  if (originOf(before.state) !== originOf(after.state)) return undefined;
  if (kind === 'array') return itemsFault(before, after, path);
  for (const key of keysOf(after.state)) {
    const old = { state: childOf(before.state, key), view: childOf(before.view, key) };
    const now = { state: childOf(after.state, key), view: childOf(after.view, key) };
    if (old.state === MISSING || !isContainer(old.state) || !isContainer(now.state)) continue;
    const found = childFault(old, now, [...path, key], keepsPlace(before.state, after.state, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * One container that the batch may have changed, or two. Of a replaced one
 * that is equal, the view is kept where it has not lost its place among the keys.
 */
function childFault(old: Moment, now: Moment, path: readonly Key[], keepsPlace: boolean): string | undefined {
  const isOne = originOf(old.state as PlainObject) === originOf(now.state as PlainObject);
  if (!sameContent(old.state, now.state)) return changedFault(old, now, path);
  return isOne || keepsPlace ? keptFault(old, now, path) : undefined;
}

/** Items keep their identity when they move. */
function itemsFault(before: Moment, after: Moment, path: readonly Key[]): string | undefined {
  const known = new Map<unknown, Moment>();
  for (const [index, state] of (before.state as unknown[]).entries()) {
    if (isContainer(state)) known.set(originOf(state), { state, view: (before.view as unknown[])[index] });
  }
  for (const [index, state] of (after.state as unknown[]).entries()) {
    const old = isContainer(state) ? known.get(originOf(state)) : undefined;
    if (old === undefined) continue;
    const now = { state, view: (after.view as unknown[])[index] };
    const found = childFault(old, now, [...path, index], true);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keysOf(container: unknown): string[] {
  return container instanceof Map ? [...container.keys()] : Object.keys(container as PlainObject);
}

/** Whether a key stands behind no other keys than before, in the same order: then nothing of that was put back anew. */
function keepsPlace(before: unknown, after: unknown, key: string): boolean {
  const old = keysOf(before);
  const now = keysOf(after);
  const behind = now.slice(0, now.indexOf(key));
  const places = behind.map((each) => old.indexOf(each));
  return places.every(
    (place, index) => place >= 0 && place < old.indexOf(key) && place > (places[index - 1] ?? -1),
  );
}
