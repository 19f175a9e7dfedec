/** Which objects have to stay what they are while a state becomes another. */
import { showPath } from '../conformance/check.ts';
import { isContainer, type Key, kindOf, type PlainObject, sameContent } from './oracle.ts';

type Entries = ReadonlyMap<string, unknown>;

function entriesOf(container: unknown): Entries {
  return container instanceof Map ? container : new Map(Object.entries(container as PlainObject));
}

/** Items that can be told apart, by their id or else by what is in them; items that are there twice are left out. */
function itemsOf(items: readonly unknown[]): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const twice = new Set<string>();
  for (const item of items) {
    const id = kindOf(item) === 'object' ? (item as PlainObject)['id'] : undefined;
    if (typeof id !== 'number' && typeof id !== 'string') continue;
    const name = `${typeof id} ${id}`;
    if (found.has(name)) twice.add(name);
    found.set(name, item);
  }
  for (const name of twice) found.delete(name);
  return found;
}

/** Whether keys that are in both have another order. */
function isReordered(before: Entries, after: Entries): boolean {
  const kept = [...before.keys()].filter((key) => after.has(key));
  return [...after.keys()].filter((key) => before.has(key)).some((key, at) => key !== kept[at]);
}

/**
 * Where a container has the same content as before at the same place, or as the item with its id, and is
 * another object. Undefined if there is none: readers that compare by identity see only real changes.
 */
export function lostIdentity(before: unknown, after: unknown, path: readonly Key[] = []): string | undefined {
  if (Object.is(before, after) || !isContainer(before) || kindOf(before) !== kindOf(after)) return undefined;
  if (sameContent(before, after)) return `${showPath(path)}: equal, and another object`;
  // A key that is out of its order goes and comes again, with what it holds.
  if (!Array.isArray(before) && isReordered(entriesOf(before), entriesOf(after))) return undefined;
  const isList = Array.isArray(before);
  const old = isList ? itemsOf(before) : entriesOf(before);
  for (const [key, value] of isList ? itemsOf(after as unknown[]) : entriesOf(after)) {
    const found = lostIdentity(old.get(key), value, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a state shares structure with an earlier one and its view does not. Undefined if there is no such place. */
export function unsharedView(
  before: { readonly state: unknown; readonly view: unknown },
  after: { readonly state: unknown; readonly view: unknown },
  path: readonly Key[] = [],
): string | undefined {
  if (!isContainer(before.state) || kindOf(before.state) !== kindOf(after.state)) return undefined;
  if (before.state === after.state)
    return before.view === after.view
      ? undefined
      : `${showPath(path)}: nothing changed here, and it is another object`;
  const [states, views, laterStates, laterViews] = [before.state, before.view, after.state, after.view].map(
    (each) => (Array.isArray(each) ? new Map(each.entries()) : entriesOf(each)) as Map<Key, unknown>,
  ) as [Map<Key, unknown>, Map<Key, unknown>, Map<Key, unknown>, Map<Key, unknown>];
  for (const [key, state] of laterStates) {
    const old = { state: states.get(key), view: views.get(key) };
    const found = unsharedView(old, { state, view: laterViews.get(key) }, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
