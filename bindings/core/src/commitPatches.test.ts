import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { expect, test } from 'vitest';
import { applyJSONPatch } from './applyJSONPatch.ts';
import type { Commit } from './commitTypes.ts';
import { createStore } from './index.ts';
import { invert } from './invert.ts';
import { type JsonPatch, toJSONPatch } from './jsonPatch.ts';
import type { Cursor, Store } from './types.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const anyKey = fc.constantFrom(
  'a',
  'b',
  'c',
  '',
  '0',
  '1',
  '01',
  'a/b',
  '~',
  'length',
  'constructor',
  'é',
  '\ud800',
);

const anyJson = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, '', 'a', 'é', '\ud800'),
    fc.nat(3),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('json'), { maxLength: 7 }),
    fc.dictionary(anyKey, tie('json'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).json;

/** What a library that knows nothing of ours makes of a patch. */
function patched(state: unknown, patch: JsonPatch): unknown {
  const copy = structuredClone(patch) as Operation[];
  return jsonPatch.applyPatch(structuredClone(state), copy, true, true, false).newDocument;
}

/** Checks what a store's commits say of how it came from one state to another. */
function check(before: unknown, after: unknown, commits: readonly Commit[]): void {
  const patch = commits.flatMap((commit) => commit.patches());
  expect(patched(before, patch)).toEqual(after);
  const back = [...commits].reverse().flatMap(({ delta }) => toJSONPatch(invert(delta)));
  expect(patched(after, back)).toEqual(before);
  const replica = createStore<unknown>(before);
  applyJSONPatch(replica, patch);
  expect(replica.get()).toEqual(after);
  replica.dispose();
}

function recorded(store: Store<unknown>): Commit[] {
  const commits: Commit[] = [];
  store.onCommit((commit) => commits.push(commit));
  return commits;
}

test('a state that is replaced as a whole', { timeout: 60_000 }, () => {
  const store = createStore<unknown>(null);
  const commits = recorded(store);
  fc.assert(
    fc.property(anyJson, anyJson, (before, after) => {
      store.set(before);
      commits.length = 0;
      store.set(after);
      check(before, after, commits);
    }),
    { numRuns: 1_000 },
  );
});

/** The places in a state, each as keys. */
function placesIn(state: Json, keys: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof state !== 'object' || state === null) return [[...keys]];
  const inside = Array.isArray(state) ? [...state.keys()] : Object.keys(state);
  return [
    [...keys],
    ...inside.flatMap((key) => placesIn((state as Record<string, Json>)[key], [...keys, key])),
  ];
}

interface Choice {
  readonly place: number;
  readonly from: number;
  readonly to: number;
  readonly what: number;
  readonly value: Json;
}

/** One write somewhere in a store, of the kinds that fit what is there. */
function write(store: Store<Json>, { place, from, to, what, value }: Choice): void {
  const places = placesIn(store.get() as Json);
  const keys = places[place % places.length];
  const cursor = store.at(...keys) as unknown as Cursor<Json>;
  const now = cursor.get() as Json;
  const list = cursor as unknown as Cursor<Json[]>;
  const writes: (() => void)[] = [() => cursor.set(value)];
  if (keys.length > 0) writes.push(() => cursor.delete());
  if (typeof now === 'number') writes.push(() => (cursor as unknown as Cursor<number>).increment(from % 5));
  if (Array.isArray(now)) {
    const [length, sorted] = [
      now.length,
      (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1),
    ];
    writes.push(() => list.push(value, to));
    writes.push(() => list.insert(from % (length + 1), value));
    writes.push(() => list.update((draft) => void draft.reverse()));
    writes.push(() => list.update((draft) => void draft.sort(sorted)));
    if (length > 0) {
      writes.push(() => list.remove(from % length, to % 3));
      writes.push(() => list.move(from % length, to % length));
      writes.push(() => list.move(to % length, 0));
    }
  } else if (typeof now === 'object' && now !== null) {
    const object = cursor as unknown as Cursor<Record<string, Json>>;
    writes.push(() => object.merge({ a: value, new: to }));
    writes.push(() => object.update((draft) => void Object.assign(draft, { a: draft['b'] ?? value })));
  }
  writes[what % writes.length]();
}

test('writes, one by one and in batches', { timeout: 60_000 }, () => {
  const choice: fc.Arbitrary<Choice> = fc.record({
    place: fc.nat(),
    from: fc.nat(),
    to: fc.nat(),
    what: fc.nat(),
    value: anyJson,
  });
  const store = createStore<Json>(null);
  const commits = recorded(store as Store<unknown>);
  fc.assert(
    fc.property(anyJson, fc.array(choice, { maxLength: 8 }), fc.boolean(), (before, choices, isBatch) => {
      store.set(before);
      commits.length = 0;
      const work = () => choices.forEach((each) => void write(store, each));
      if (isBatch) store.batch(work);
      else work();
      expect(commits.length).toBeLessThanOrEqual(isBatch ? 1 : choices.length);
      check(before, store.get(), commits);
    }),
    { numRuns: 2_000 },
  );
});
