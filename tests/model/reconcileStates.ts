/** Pairs of states of which the second is another version of the first. */
import fc from 'fast-check';
import { buildLargeState, key, largeState, smallState, value } from './arbitraries.ts';
import { deepCopy, defineKey, isContainer, type PlainObject } from './oracle.ts';

/** A state, what it becomes, and the key by which records are told apart. */
export interface Pair {
  readonly a: unknown;
  readonly b: unknown;
  readonly key: string | undefined;
}

/** What one edit does to one container, in a few numbers. */
interface Edit {
  readonly place: number;
  readonly kind: number;
  readonly at: number;
  readonly to: number;
  readonly key: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.nat(),
  kind: fc.nat(9),
  at: fc.nat(),
  to: fc.nat(),
  key,
  value,
});

/** All containers of a state, outermost first. */
function containersOf(state: unknown): (PlainObject | unknown[] | Map<string, unknown>)[] {
  const found: (PlainObject | unknown[] | Map<string, unknown>)[] = [];
  const waiting: unknown[] = [state];
  while (waiting.length > 0) {
    const next = waiting.shift();
    if (!isContainer(next)) continue;
    found.push(next);
    waiting.push(...(next instanceof Map ? next.values() : Object.values(next)));
  }
  return found;
}

function editList(list: unknown[], { kind, at, to, value }: Edit): void {
  const index = at % (list.length + 1);
  if (kind <= 1) list.splice(index, 0, value);
  else if (kind <= 3) list.splice(index, 1 + (to % 3));
  else if (kind <= 6)
    list.splice(to % (list.length + 1), 0, ...list.splice(index, 1 + (kind === 6 ? to % 4 : 0)));
  else if (kind === 7) list.reverse();
  else if (index < list.length) list[index] = kind === 8 ? value : deepCopy(list[to % list.length]);
}

function editMap(map: Map<string, unknown>, { kind, at, key, value }: Edit): void {
  const name = [...map.keys()][at % Math.max(map.size, 1)];
  if (kind <= 3) map.set(key, value);
  else if (name === undefined) return;
  else if (kind <= 5) map.delete(name);
  else if (kind <= 7) map.set(name, value);
  else {
    // A key that goes behind the others.
    const held = map.get(name);
    map.delete(name);
    map.set(name, held);
  }
}

function editObject(object: PlainObject, { kind, at, key, value }: Edit): void {
  const names = Object.keys(object);
  const name = names[at % Math.max(names.length, 1)];
  if (kind <= 3) defineKey(object, key, value);
  else if (name === undefined) return;
  else if (kind <= 5) delete object[name];
  else if (kind <= 7) defineKey(object, name, value);
  else {
    const held = object[name];
    delete object[name];
    defineKey(object, name, held);
  }
}

/** A copy of a state to which some things were done. */
function edited(state: unknown, edits: readonly Edit[]): unknown {
  const copy = deepCopy(state);
  for (const each of edits) {
    const containers = containersOf(copy);
    const container = containers[each.place % Math.max(containers.length, 1)];
    // What is put in was not put anywhere else.
    const own = { ...each, value: deepCopy(each.value) };
    if (Array.isArray(container)) editList(container, own);
    else if (container instanceof Map) editMap(container, own);
    else if (container !== undefined) editObject(container, own);
  }
  return copy;
}

/** Records with ids, which change, come, go and change places; now and then an id is there twice. */
const records: fc.Arbitrary<{ a: unknown; b: unknown }> = fc
  .tuple(
    fc.constantFrom(5, 12, 40, 300, 600, 1_030),
    fc.array(fc.tuple(fc.nat(), fc.nat(7), fc.nat(), value), { maxLength: 14 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([count, acts, isText, isDeep]) => {
    const record = (id: number): PlainObject => ({
      id: isText ? `id ${id}` : id,
      name: `name ${id % 9}`,
      ...(id % 4 === 0 ? { tags: ['x', id] } : {}),
      ...(isDeep && id % 5 === 0
        ? {
            parts: [
              { id: 1, v: id },
              { id: 2, v: 0 },
            ],
          }
        : {}),
    });
    const a = Array.from({ length: count }, (_, id) => record(id));
    const b = a.map((each) => deepCopy(each) as PlainObject);
    for (const [pick, act, other, item] of acts) {
      const at = pick % Math.max(b.length, 1);
      const to = other % (b.length + 1);
      const there = b[at];
      if (act === 0) b.splice(to, 0, record(count + other));
      else if (act === 1) b.splice(at, 1 + (other % 4));
      else if (act <= 3) b.splice(to, 0, ...b.splice(at, 1 + (act === 3 ? other % 5 : 0)));
      else if (act === 4) b.reverse();
      else if (there === undefined) continue;
      else if (act === 5) defineKey(there, 'name', deepCopy(item));
      else if (act === 6 && Array.isArray(there['parts'])) there['parts'].reverse();
      else if (other % 3 === 0) b.splice(to, 0, deepCopy(there) as PlainObject);
    }
    return { a: { rows: a, n: 1 }, b: { rows: b, n: 1 } };
  });

const another: fc.Arbitrary<{ a: unknown; b: unknown }> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(smallState, fc.array(edit, { maxLength: 6 }))
      .map(([a, edits]) => ({ a, b: edited(a, edits) })),
  },
  { weight: 5, arbitrary: records },
  { weight: 2, arbitrary: fc.record({ a: smallState, b: smallState }) },
  {
    weight: 1,
    arbitrary: fc.tuple(largeState, fc.array(edit, { maxLength: 4 })).map(([specification, edits]) => {
      const a = buildLargeState(specification);
      return { a, b: edited(a, edits) };
    }),
  },
);

/** Any pair. */
export const pair: fc.Arbitrary<Pair> = fc
  .tuple(another, fc.constantFrom('id', 'id', 'id', undefined, 'name', '__proto__'))
  .map(([states, name]) => ({ ...states, key: name }));
