/**
 * Random recipes: changes to whatever a draft leads to, in the language of
 * plain objects, arrays and maps. The same recipe runs on our draft, on
 * immer's, and on a plain copy.
 */
import fc from 'fast-check';
import { key, leaf, objectOf, value } from './arbitraries.ts';
import { deepCopy, isContainer, type PlainObject } from './oracle.ts';

const KINDS = [
  'assign',
  'assignAgain',
  'add',
  'remove',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'reverse',
  'sort',
  'fill',
  'copyWithin',
  'length',
  'append',
  'swap',
  'moveWithin',
  'copyOver',
  'moveOver',
  'wrap',
  'replaceByFiltered',
  'toggleAll',
  'clear',
  'eachEntry',
  'look',
  'fail',
] as const;

/** One change; what it is made to depends on the draft at that moment. */
export interface Change {
  readonly kind: (typeof KINDS)[number];
  /** The way down to the container that is changed, and to another one. */
  readonly way: readonly number[];
  readonly other: readonly number[];
  readonly picks: readonly number[];
  readonly key: string;
  readonly value: unknown;
}

export interface RecipeProgram {
  readonly initial: unknown;
  readonly recipes: readonly (readonly Change[])[];
}

const way = fc.array(fc.nat(0xff), { maxLength: 3 });
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(...KINDS),
  way,
  other: way,
  picks: fc.array(fc.nat(0xff), { minLength: 3, maxLength: 3 }),
  key,
  value: fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: value }),
});

const initial = fc
  .tuple(fc.integer({ min: 0, max: 11 }), value, fc.array(fc.tuple(key, leaf), { maxLength: 4 }))
  .map(([count, some, entries]) => ({
    rows: Array.from({ length: count }, (_, id) => ({ id, on: id % 2 === 0, tags: ['x', id] })),
    numbers: [3, 1, 2],
    byKey: objectOf(entries),
    map: new Map<string, unknown>([['a', 1], ['b', { v: 1 }], ...entries]),
    nested: { a: { b: [1, { c: 2 }] }, some },
  }));

export const recipePrograms: fc.Arbitrary<RecipeProgram> = fc.record({
  initial,
  recipes: fc.array(fc.array(change, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 }),
});

const INHERITED = new Set(['__proto__', 'constructor']);

type Keyed = { [key: string]: unknown };

/** The container at the end of a way, as far as it goes. */
function find(draft: unknown, way: readonly number[]): unknown {
  let here = draft;
  for (const pick of way) {
    const next = childAt(here, pick);
    if (!isContainer(next)) break;
    here = next;
  }
  return here;
}

function keyAt(container: unknown, pick: number): string | number | undefined {
  if (Array.isArray(container)) return container.length === 0 ? undefined : pick % container.length;
  const keys = container instanceof Map ? [...container.keys()] : Object.keys(container as object);
  return keys[pick % (keys.length || 1)] as string | undefined;
}

function childAt(container: unknown, pick: number): unknown {
  const at = keyAt(container, pick);
  if (at === undefined) return undefined;
  return container instanceof Map ? container.get(at) : (container as Keyed)[at];
}

function put(container: unknown, at: string | number, item: unknown): void {
  if (container instanceof Map) container.set(String(at), item);
  // A draft takes `__proto__` for a key; plain objects and immer's drafts do not.
  else if (at !== '__proto__') (container as Keyed)[at] = item;
}

/** Runs a recipe; gives back all that it has read. */
export function play(draft: unknown, changes: readonly Change[]): unknown[] {
  const read: unknown[] = [];
  for (const each of changes) {
    const found = playOne(draft, each);
    if (found !== undefined) read.push(deepCopy(found));
  }
  return read;
}

function playOne(draft: unknown, change: Change): unknown {
  const target = find(draft, change.way);
  const given = deepCopy(change.value);
  const [pick] = change.picks as [number];
  switch (change.kind) {
    case 'assign':
    case 'assignAgain':
    case 'add':
    case 'remove':
      return playKey(target, change, given);
    case 'swap':
    case 'moveWithin':
    case 'copyOver':
    case 'moveOver':
    case 'wrap':
      return playMove(draft, target, change);
    case 'toggleAll':
      for (const item of Array.isArray(target) ? target : [])
        if (isContainer(item) && !Array.isArray(item) && !(item instanceof Map))
          (item as PlainObject)['on'] = (item as PlainObject)['on'] !== true;
      return undefined;
    case 'clear':
    case 'eachEntry':
      return target instanceof Map ? playMap(target, change) : undefined;
    case 'look':
      return look(target, change);
    case 'fail':
      if (pick % 4 === 0) throw new RangeError('thrown by the recipe');
      return undefined;
    default:
      return Array.isArray(target) ? playArray(target, change, given, pick) : undefined;
  }
}

function playKey(target: unknown, { kind, key, picks: [pick = 0] }: Change, given: unknown): unknown {
  const at = keyAt(target, pick);
  if (kind === 'add') return put(target, Array.isArray(target) ? target.length : key, given);
  if (at === undefined) return undefined;
  if (kind === 'assign') return put(target, at, given);
  if (kind === 'assignAgain') {
    const before = target instanceof Map ? target.get(at) : (target as Keyed)[at];
    if (isContainer(before)) return undefined;
    put(target, at, 'something else');
    return put(target, at, before);
  }
  if (target instanceof Map) return target.delete(String(at));
  if (Array.isArray(target)) return target.splice(at as number, 1).length;
  return Reflect.deleteProperty(target as object, at);
}

function playArray(list: unknown[], { kind, picks }: Change, given: unknown, pick: number): unknown {
  const [, second = 0, third = 0] = picks;
  const { length } = list;
  const scalar = isContainer(given) ? pick : given;
  switch (kind) {
    case 'push':
      return list.push(given, pick);
    case 'pop':
      return list.pop();
    case 'shift':
      return list.shift();
    case 'unshift':
      return list.unshift(pick, given);
    case 'splice':
      return list.splice((pick % (length + 2)) - 1, second % 3, ...(third % 2 === 0 ? [given] : []));
    case 'reverse':
      return list.reverse().length;
    case 'sort':
      return list.sort((a, b) => orderOf(a) - orderOf(b)).length;
    case 'fill':
      return list.fill(scalar, pick % (length + 1), second % (length + 1)).length;
    case 'copyWithin':
      // Containers would be in two places, which plain arrays share and stores do not.
      return list.some(isContainer)
        ? undefined
        : list.copyWithin(pick % (length + 1), second % (length + 1)).length;
    case 'length':
      list.length = pick % (length + 1);
      return list.length;
    case 'append':
      list[length] = given;
      return length;
    default:
      return undefined;
  }
}

function orderOf(item: unknown): number {
  if (typeof item === 'number') return Number.isNaN(item) ? 0 : item;
  return isContainer(item) && !(item instanceof Map) && !Array.isArray(item)
    ? -Number((item as PlainObject)['id'] ?? 0) || 0
    : 0;
}

function playMove(draft: unknown, target: unknown, change: Change): unknown {
  const [pick = 0, second = 0] = change.picks;
  const at = keyAt(target, pick);
  if (change.kind === 'wrap') {
    const inside = childAt(target, pick);
    if (at !== undefined && isContainer(inside)) put(target, at, { inside, beside: [pick] });
    return undefined;
  }
  if (
    Array.isArray(target) &&
    target.length > 1 &&
    (change.kind === 'swap' || change.kind === 'moveWithin')
  ) {
    const [from, to] = [pick % target.length, second % target.length];
    if (change.kind === 'swap') [target[from], target[to]] = [target[to], target[from]];
    else target.splice(to, 0, target.splice(from, 1)[0]);
    return undefined;
  }
  if (change.kind !== 'copyOver' && change.kind !== 'moveOver') return undefined;
  const home = find(draft, change.other);
  const item = childAt(home, second);
  const from = keyAt(home, second);
  // What would contain itself is no tree any more.
  if (!isContainer(item) || from === undefined || reaches(item, target)) return undefined;
  if (change.kind === 'moveOver') {
    if (home instanceof Map) home.delete(String(from));
    else if (Array.isArray(home)) home.splice(from as number, 1);
    else Reflect.deleteProperty(home as object, from);
  }
  return put(target, Array.isArray(target) ? target.length : change.key, item);
}

/** Whether a container is another, or has it inside. */
function reaches(from: unknown, to: unknown): boolean {
  if (from === to) return true;
  if (!isContainer(from)) return false;
  const inside = from instanceof Map ? [...from.values()] : Object.values(from as object);
  return inside.some((item) => reaches(item, to));
}

function playMap(map: Map<string, unknown>, { kind, key, value: given }: Change): unknown {
  if (kind === 'clear') return map.clear();
  const seen: string[] = [];
  // Changing a Map while going through it is allowed.
  map.forEach((item, name) => {
    seen.push(name);
    if (seen.length === 1) map.delete(name);
    if (seen.length === 2) map.set(name, isContainer(item) ? 1 : deepCopy(given));
    if (seen.length === 2 && seen.length < 6) map.set(`${key} again`, 1);
  });
  return seen;
}

/** What can be seen of a container without changing it. */
function look(target: unknown, { picks: [pick = 0], key }: Change): unknown {
  if (target instanceof Map)
    return [target.size, target.has(key), [...target.keys()], [...target.values()].length];
  if (!Array.isArray(target))
    return [
      Object.keys(target as object),
      // A draft takes these for keys; plain objects find them in their prototype.
      INHERITED.has(key) ? Object.hasOwn(target as object, key) : key in (target as object),
      { ...(target as object) },
      Object.entries(target as object).length,
    ];
  return [
    target.length,
    target.map((item) => typeof item),
    target.filter((item) => typeof item === 'number'),
    target.indexOf(pick),
    target.slice(-2),
    target.findIndex((item) => isContainer(item)),
    target.at(-1),
    [...target].length,
    pick in target,
  ];
}
