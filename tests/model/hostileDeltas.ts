/** Deltas damaged at random, each with a checksum that is right again, given to all that reads deltas. */
import { difference } from '../conformance/check.ts';
import type { DeltaSubject, RecordedStore } from '../conformance/deltaSubject.ts';
import { sealed } from '../support/deltaWriter.ts';
import { deepCopy } from './oracle.ts';

const CHECKSUM_BYTES = 4;
const HEADER_BYTES = 4;
/** Of each length so many bytes of memory are enough to read and apply a delta, and always this much. */
const MEMORY_PER_BYTE = 1_024;
const MEMORY_MIN = 48 * 2 ** 20;

const CODES = new Set([
  'CORRUPT_DATA',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_VALUE',
  'VERSION_BEHIND',
  'VERSION_AHEAD',
  'CONFLICT',
  'PATH_NOT_FOUND',
  'TYPE_MISMATCH',
  'LIMIT_EXCEEDED',
]);

/** Numbers at which something changes, as varints. */
const NUMBERS = [
  [0x7f],
  [0x80, 0x01],
  [0xe8, 0x07],
  [0xfe, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

/** Numbers that look random; the same seed gives the same ones. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  roll(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(sides, 1);
  }
}

/** What was tried, and how it ended. */
export interface HostileTally {
  tried: number;
  applied: number;
  refused: number;
  composed: number;
  patched: number;
}

const START = {
  title: 'a',
  n: 1,
  rows: [
    { id: 'd3b07384-d9a0-4c1b-8b2f-0e9d6f1c2a3b', done: false },
    { id: 'x', done: true },
    [1, 2, 3],
    null,
  ] as unknown[],
  map: new Map<string, unknown>([
    ['k', { v: 1 }],
    ['l', [undefined]],
  ]),
  deep: { a: { b: { c: { d: [1, { e: 2 }] } } } },
  many: Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`key ${at}`, at % 3 === 0 ? { at } : at])),
};

/** Updates that together use every kind of operation and of value. */
const UPDATES: readonly ((draft: typeof START & Record<string, unknown>) => void)[] = [
  (draft) => {
    draft.rows.reverse();
    draft.rows.splice(1, 1, { id: 'new', done: false });
  },
  (draft) => {
    draft.map.delete('k');
    draft.map.set('m', new Map([['inner', new Date(5)]]));
  },
  (draft) => {
    draft.title = '\ud800 lone';
    draft['big'] = -(2n ** 80n);
    draft['bytes'] = new Uint8Array([1, 2, 3]);
  },
  (draft) => {
    draft.deep.a.b.c.d[0] = -0;
    draft.deep.a.b.c.d.push({ e: 2 ** 53 });
    delete (draft.many as Record<string, unknown>)['key 3'];
  },
  (draft) => {
    draft.rows.push('text', Number.NaN as never, ...([[], {}] as never[]));
    (draft.many as Record<string, unknown>)['key 3'] = 'back';
  },
];

/** Valid deltas with the state that each is about. */
function validDeltas(subject: DeltaSubject): { readonly before: unknown; readonly delta: Uint8Array }[] {
  const store = subject.createStore(deepCopy(START));
  const found: { before: unknown; delta: Uint8Array }[] = [];
  let before: unknown = deepCopy(store.get());
  store.onCommit(({ delta }) => {
    const count = delta.length - CHECKSUM_BYTES;
    // Without versions, it is about any store in that state.
    const record = delta.slice(HEADER_BYTES + 2, count);
    found.push({ before, delta: sealed([0x47, 0x44, 1, 0, ...record]) });
    before = deepCopy(store.get());
  });
  for (const update of UPDATES) store.update(update as never);
  store.at('n').increment(129);
  store.at('rows').move(0, 2);
  store.set({ all: 'new', list: [1, 'two'] });
  store.dispose();
  return found;
}

/** A delta that was damaged once or some times. */
export function damage(dice: Dice, delta: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const bytes = [...delta.subarray(0, -CHECKSUM_BYTES)];
  // Most damage is behind the header: that is read first and soon refused.
  const place = () =>
    dice.roll(40) === 0 ? dice.roll(bytes.length) : HEADER_BYTES + dice.roll(bytes.length - HEADER_BYTES);
  for (let left = 1 + dice.roll(4); left > 0 && bytes.length > HEADER_BYTES; left--) {
    const at = place();
    const byte = bytes[at] as number;
    const other = others[dice.roll(others.length)] as Uint8Array;
    const from = dice.roll(other.length);
    switch (dice.roll(8)) {
      case 0:
        bytes[at] = byte ^ (1 << dice.roll(8));
        break;
      case 1:
        bytes[at] = dice.roll(256);
        break;
      case 2:
        bytes[at] = (byte + 254 + dice.roll(5)) & 0xff;
        break;
      case 3:
        bytes.length = at;
        break;
      case 4:
        bytes.splice(at, 1, ...(NUMBERS[dice.roll(NUMBERS.length)] as number[]));
        break;
      case 5:
        bytes.splice(at, dice.roll(12));
        break;
      case 6:
        bytes.splice(at, 0, ...bytes.slice(at, at + dice.roll(24)));
        break;
      default:
        bytes.splice(at, dice.roll(40), ...other.subarray(from, from + dice.roll(40)));
    }
  }
  return sealed(bytes);
}

/** Runs something that may refuse; answers whether it did not. */
function isDone(subject: DeltaSubject, what: string, run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error instanceof subject.GaesupError && CODES.has(error.code)) return false;
    throw new Error(`${what}: ${String((error as Error)?.stack ?? error)}`, { cause: error });
  }
}

/** A copy in which the keys of objects and maps are sorted. */
function withSortedKeys(value: unknown): unknown {
  const sorted = (entries: Iterable<[string, unknown]>): [string, unknown][] =>
    [...entries]
      .map(([key, item]): [string, unknown] => [key, withSortedKeys(item)])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (value instanceof Map) return new Map(sorted(value));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const object = {};
  for (const [key, item] of sorted(Object.entries(value))) {
    Object.defineProperty(object, key, { value: item, enumerable: true, writable: true, configurable: true });
  }
  return object;
}

/** A store in some state, again and again: it is only made anew when something was applied to it. */
class Target {
  private store: RecordedStore | undefined;
  private copy: unknown;
  private readonly subject: DeltaSubject;
  private readonly state: unknown;

  constructor(subject: DeltaSubject, state: unknown) {
    this.subject = subject;
    this.state = state;
  }

  apply(delta: Uint8Array, what: string): boolean {
    this.store ??= this.subject.createStore(deepCopy(this.state) as object, { history: true });
    this.copy ??= deepCopy(this.state);
    const { store, subject } = this;
    const { version } = store;
    const view = store.get();
    const done = isDone(subject, what, () => store.apply(delta));
    const memory = store.stats().bytes.total;
    if (memory > MEMORY_MIN + delta.length * MEMORY_PER_BYTE)
      throw new Error(`${what}: ${memory} bytes of memory`);
    if (!done) {
      const fault = store.get() === view && store.version === version ? undefined : 'the view or the version';
      const changed = fault ?? difference(store.get(), this.copy);
      if (changed !== undefined) throw new Error(`${what} was refused, and changed: ${changed}`);
      return false;
    }
    store.get();
    if (store.history.undo()) {
      // Only the order of keys may be another, when what the delta says of it is wrong.
      const changed = difference(withSortedKeys(store.get()), withSortedKeys(this.copy));
      if (changed !== undefined) throw new Error(`${what} was undone, which left: ${changed}`);
    }
    store.dispose();
    this.store = undefined;
    return true;
  }
}

/** Damages valid deltas so many times; throws at the first that does harm. */
export function tryHostileDeltas(subject: DeltaSubject, count: number, seed: number): HostileTally {
  const tally: HostileTally = { tried: 0, applied: 0, refused: 0, composed: 0, patched: 0 };
  const valid = validDeltas(subject);
  const deltas = valid.map(({ delta }) => delta);
  const targets = valid.map(({ before }) => new Target(subject, before));
  const dice = new Dice(seed);
  for (; tally.tried < count; tally.tried++) {
    const at = dice.roll(valid.length);
    const delta = damage(dice, deltas[at] as Uint8Array, deltas);
    const what = `seed ${seed}, delta ${tally.tried}, [${delta}]`;
    if ((targets[at] as Target).apply(delta, what)) tally.applied++;
    else tally.refused++;
    const next = deltas[(at + 1) % deltas.length] as Uint8Array;
    if (isDone(subject, what, () => subject.compose(delta, next))) tally.composed++;
    if (isDone(subject, what, () => subject.toJSONPatch(delta))) tally.patched++;
    isDone(subject, what, () => subject.invert(delta));
  }
  return tally;
}
