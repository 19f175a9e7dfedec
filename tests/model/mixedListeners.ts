/** Readables of a mixed program: what they give, and what their listeners have to be called with. */
import { difference, fail, show } from '../conformance/check.ts';
import type { Readable } from '../conformance/subject.ts';
import type { TransferStore } from '../conformance/transferSubject.ts';
import type { MixedSchedule } from './mixedPrograms.ts';
import { lookUp, MISSING, type Path } from './oracle.ts';

const LISTENERS_MAX = 8;

const PATHS: readonly Path[] = [
  [],
  ['desk'],
  ['desk', 'n'],
  ['desk', 'items'],
  ['desk', 'items', 0],
  ['desk', 'items', 1, 'text'],
  ['desk', 'fields', 'a'],
  ['free'],
  ['free', 'n'],
  ['free', 'rows'],
  ['free', 'rows', 0],
  ['free', 'map'],
];

// Written in full, since a function that is nothing but a path is recognised by its text.
// biome-ignore lint/suspicious/noExplicitAny: the state has no type here, and its free part no form.
type Any = any;
const list = (value: unknown): Any[] => (Array.isArray(value) ? value : []);
const SELECTORS: readonly ((state: Any) => unknown)[] = [
  (s) => s.desk.items,
  (s) => s.desk.fields.a,
  (s) => s.desk.items[0]?.count,
  (s) => s.free,
  (s) => s.desk.items.filter((item: Any) => item.count > 0),
  (s) => s.desk.items.map((item: Any) => item.text),
  (s) => ({ n: s.desk.n, length: s.desk.items.length, first: s.desk.items[0] }),
  (s) => s.desk.items.map((item: Any) => ({ value: item.id })),
  (s) => Object.entries(s.desk.fields),
  (s) => s.desk.items.reduce((sum: number, item: Any) => sum + item.count, s.desk.n),
  (s) => new Map(s.desk.items.map((item: Any) => [`${item.id}`, item])),
  (s) => list(s.free?.rows).filter((row) => row?.on).length,
  (s) => Object.keys(Object(s.free)).length,
  (s) => (s.desk.n % 2 === 0 ? s.free?.n : s.desk.items.at(-1)),
];

interface Watched {
  readonly name: string;
  readonly readable: Readable;
  /** What it has to give in a state. */
  readonly expected: (root: unknown) => unknown;
}

/** All that can be listened to in a store. */
export function readablesOf(store: TransferStore): readonly Watched[] {
  const places = PATHS.map((path) => ({
    name: show([...path]),
    readable: store.at(...path) as Readable,
    expected: (root: unknown): unknown => {
      const found = lookUp(root, path);
      return found === MISSING ? undefined : found;
    },
  }));
  const selections = SELECTORS.map((selector) => ({
    name: String(selector),
    readable: store.select(selector),
    expected: selector,
  }));
  return [...places, ...selections];
}

/** One listener, and what it was called with last. */
class Ear {
  readonly watched: Watched;
  readonly schedule: MixedSchedule;
  readonly unsubscribe: () => void;
  calls = 0;
  told: unknown;
  #fault: string | undefined;

  constructor(watched: Watched, schedule: MixedSchedule) {
    this.watched = watched;
    this.schedule = schedule;
    this.unsubscribe = watched.readable.subscribe((value, previous) => this.#hear(value, previous), {
      schedule,
    });
    this.told = watched.readable.get();
  }

  #hear(value: unknown, previous: unknown): void {
    this.calls += 1;
    if (!Object.is(previous, this.told)) this.#fault ??= 'got a previous value that it had not seen';
    if (Object.is(value, previous)) this.#fault ??= 'was called with the value that it had';
    if (!Object.is(value, this.watched.readable.get()))
      this.#fault ??= 'was called with something that get() does not return';
    this.told = value;
  }

  /** Throws what was wrong with its calls, and if it `isDue` and does not know the current value. */
  check(isDue: boolean): void {
    const current = this.watched.readable.get();
    if (isDue && !Object.is(this.told, current))
      this.#fault ??= `does not know the value: got ${show(this.told)}, expected ${show(current)}`;
    if (this.#fault !== undefined)
      fail(`a listener (${JSON.stringify(this.schedule)}) of ${this.watched.name} ${this.#fault}`);
  }
}

/** The listeners of a program. */
export class Ears {
  readonly #watched: readonly Watched[];
  #ears: Ear[] = [];

  constructor(store: TransferStore) {
    this.#watched = readablesOf(store);
  }

  /** How often listeners were called. */
  get calls(): number {
    return this.#ears.reduce((sum, { calls }) => sum + calls, 0);
  }

  add(pick: number, schedule: MixedSchedule): string {
    if (this.#ears.length === LISTENERS_MAX) this.remove(pick);
    const watched = this.#watched[pick % this.#watched.length] as Watched;
    this.#ears.push(new Ear(watched, schedule));
    return watched.name;
  }

  remove(pick: number): void {
    const [ear] = this.#ears.splice(pick % (this.#ears.length || 1), 1);
    ear?.unsubscribe();
  }

  /** Compares what every readable gives with the state, and what listeners know with that. */
  check(root: unknown, isDue: (schedule: MixedSchedule) => boolean): void {
    for (const { name, readable, expected } of this.#watched) {
      const value = readable.get();
      const found = difference(value, expected(root));
      if (found !== undefined) fail(`${name}: ${found}`);
      if (!Object.is(value, readable.get())) fail(`${name} gives another object when it is asked again`);
    }
    for (const ear of this.#ears) ear.check(isDue(ear.schedule));
  }

  /** Nobody hears anything after the end. */
  checkSilent(work: () => void): void {
    const { calls } = this;
    work();
    if (this.calls !== calls) fail('a listener was called when the store was disposed');
  }
}
