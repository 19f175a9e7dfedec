/** Makes states other ones in every way in which they can become them, and compares. */
import fc from 'fast-check';
import { difference } from '../conformance/check.ts';
import type { TransferStore, TransferSubject } from '../conformance/transferSubject.ts';
import { deepCopy, isContainer, kindOf } from './oracle.ts';
import { type Pair, pair } from './reconcileStates.ts';
import { runRound } from './rounds.ts';

const RUNS_PER_ROUND = 40;

/** What was tried, and how it ended. */
export interface BecomingTally {
  pairs: number;
  changed: number;
  unchanged: number;
  /** States that JSON can say. */
  json: number;
  /** Records that were there before and are the same objects. */
  kept: number;
}

/** Whether a state has only what JSON has: then its text means the same. */
export function isJson(value: unknown): boolean {
  const kind = kindOf(value);
  if (kind === 'scalar') {
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
    return value === null || typeof value === 'string' || typeof value === 'boolean';
  }
  if (kind !== 'object' && kind !== 'array') return false;
  return Object.values(value as object).every(isJson);
}

/** Every array of a state by its path, as long as all around it are objects and maps. */
function arraysOf(value: unknown, path = ''): Map<string, readonly unknown[]> {
  if (Array.isArray(value)) return new Map([[path, value]]);
  if (!isContainer(value)) return new Map();
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return new Map(entries.flatMap(([key, item]) => [...arraysOf(item, `${path}/${key.length}:${key}`)]));
}

/** The record under each id that is there once. */
function byId(items: readonly unknown[], key: string): Map<unknown, object> {
  const found = new Map<unknown, object>();
  const twice = new Set<unknown>();
  for (const item of items) {
    if (kindOf(item) !== 'object' || !Object.hasOwn(item as object, key)) continue;
    const id = (item as Record<string, unknown>)[key];
    if (typeof id !== 'string' && typeof id !== 'number') continue;
    if (found.has(id)) twice.add(id);
    found.set(id, item as object);
  }
  for (const id of twice) found.delete(id);
  return found;
}

/** Counts records that are equal and the same object; throws at one that is another. */
function checkIdentity(before: unknown, after: unknown, key: string, what: string): number {
  const olds = arraysOf(before);
  let kept = 0;
  for (const [path, items] of arraysOf(after)) {
    const old = byId(olds.get(path) ?? [], key);
    for (const [id, item] of byId(items, key)) {
      const was = old.get(id);
      if (was === undefined || difference(was, item) !== undefined) continue;
      if (was !== item)
        throw new Error(`${what}: the record ${String(id)} at ${path} is equal and another object`);
      kept++;
    }
  }
  return kept;
}

function checkState(store: TransferStore, expected: unknown, what: string): void {
  const found = difference(store.get(), expected);
  if (found !== undefined) throw new Error(`${what}: ${found}`);
}

/** One store that becomes another state, with a replica and a history that follow. */
function checkWay(
  subject: TransferSubject,
  { a, b, key }: Pair,
  what: string,
  become: (store: TransferStore) => unknown,
  tally: BecomingTally,
): void {
  const store = subject.createStore(deepCopy(a), { history: true });
  const replica = subject.createStore(deepCopy(a));
  let commits = 0;
  store.onCommit(({ delta }) => {
    commits++;
    replica.apply(delta);
  });
  const before = store.get();
  const changes = become(store);
  checkState(store, b, what);
  const isSame = difference(a, b) === undefined;
  if (commits !== (isSame ? 0 : 1)) throw new Error(`${what}: ${commits} commits`);
  if (isSame && store.get() !== before) throw new Error(`${what}: equal, and another object`);
  if (changes !== undefined && isSame !== Object.values(changes as object).every((count) => count === 0))
    throw new Error(`${what}: it changed ${JSON.stringify(changes)}`);
  if (key !== undefined) tally.kept += checkIdentity(before, store.get(), key, what);
  checkState(replica, b, `${what}, the replica`);
  if (!isSame) {
    store.history.undo();
    checkState(store, a, `${what}, undone`);
    checkState(replica, a, `${what}, undone, the replica`);
    store.history.redo();
    checkState(store, b, `${what}, redone`);
  }
  // Whatever way it came about: the same state has the same bytes.
  const fresh = subject.createStore(deepCopy(b));
  if (!subject.equals(store, fresh)) throw new Error(`${what}: another snapshot than that of a new store`);
  for (const each of [store, replica, fresh]) each.dispose();
}

function checkDelta(subject: TransferSubject, { a, b, key }: Pair): void {
  const [one, other] = [a, b].map((state) => subject.createStore(deepCopy(state))) as [
    TransferStore,
    TransferStore,
  ];
  const delta = subject.diff(one, other.snapshot({ compression: 'lz4' }), { key });
  const store = subject.createStore(deepCopy(a));
  store.apply(delta);
  checkState(store, b, 'diff, applied');
  store.apply(subject.invert(delta));
  checkState(store, a, 'diff, inverted');
  if (subject.equals(one, other.snapshot()) !== (difference(a, b) === undefined))
    throw new Error('equals is wrong');
  for (const each of [one, other, store]) each.dispose();
}

function checkPair(subject: TransferSubject, states: Pair, tally: BecomingTally): void {
  const { a, b, key } = states;
  tally.pairs++;
  if (difference(a, b) === undefined) tally.unchanged++;
  else tally.changed++;
  const way = (what: string, become: (store: TransferStore) => unknown): void =>
    checkWay(subject, states, what, become, tally);
  way('reconcile', (store) => store.reconcile(deepCopy(b), { key }));
  way('reconcile in a batch', (store) => {
    store.batch(() => store.reconcile(deepCopy(b), { key }));
  });
  const source = subject.createStore(deepCopy(b));
  const snapshot = source.snapshot();
  const opened = subject.openStore(snapshot);
  checkState(opened, b, 'a snapshot, opened');
  source.dispose();
  opened.dispose();
  way('restore', (store) => store.restore(snapshot, { key }));
  if (isJson(b)) {
    tally.json++;
    const text = JSON.stringify(b);
    // Through here, `__proto__` stays what it is.
    way('ingest', (store) => store.ingest(text, { key }));
    way('ingest after it was taken in before', (store) => {
      if (!isJson(a)) return store.ingest(text, { key });
      store.ingest(JSON.stringify(a), { key });
      return store.ingest(text, { key });
    });
  }
  checkDelta(subject, states);
}

/** Tries so many pairs; throws at the first that goes wrong. */
export async function tryBecoming(
  subject: TransferSubject,
  pairs: number,
  seed: number,
): Promise<BecomingTally> {
  const tally: BecomingTally = { pairs: 0, changed: 0, unchanged: 0, json: 0, kept: 0 };
  const property = fc.asyncProperty(pair, async (states) => checkPair(subject, states, tally));
  for (let round = 0; round * RUNS_PER_ROUND < pairs; round++)
    await runRound('becoming', property, seed + round);
  return tally;
}
