/**
 * Optimistic work, own writes and changes from elsewhere, in random order, on a
 * store and on a naive model: what is confirmed, in the order in which it was,
 * and on top of it what waits. Items of lists are known by their ids.
 */
import fc from 'fast-check';
import { checkEqual, checkSame, fail, show } from '../conformance/check.ts';
import type { DeltaSubject, Optimistic, RecordedStore } from '../conformance/deltaSubject.ts';
import { unversioned } from './deltaBytes.ts';
import { deepCopy, sameContent } from './oracle.ts';
import { runRound } from './rounds.ts';

/** How much a run tried. */
export interface OptimisticTally {
  acts: number;
  effects: number;
  foreign: number;
  committed: number;
  rolledBack: number;
  conflicts: number;
  told: number;
  silent: number;
}

const FIELDS = ['a', 'b', 'c'] as const;
type Field = (typeof FIELDS)[number];

interface Item {
  readonly id: number;
  readonly count: number;
  readonly text: string;
}

interface State {
  readonly n: number;
  readonly fields: Readonly<Record<Field, number | string>>;
  readonly items: readonly Item[];
}

/** What is done, by names and ids: it means the same wherever it is done again. */
type Deed =
  | { readonly kind: 'add'; readonly by: number }
  | { readonly kind: 'set'; readonly field: Field; readonly value: number | string }
  | { readonly kind: 'count'; readonly id: number; readonly by: number }
  | { readonly kind: 'rename'; readonly id: number; readonly text: string }
  | { readonly kind: 'insert'; readonly id: number; readonly at: number }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'move'; readonly id: number; readonly at: number };

const DEEDS = ['add', 'set', 'count', 'rename', 'insert', 'remove', 'move'] as const;

interface Choice {
  readonly kind: (typeof DEEDS)[number];
  readonly pick: number;
  readonly other: number;
}

type Act =
  | { readonly kind: 'foreign'; readonly choices: readonly Choice[] }
  | { readonly kind: 'optimistic' | 'own'; readonly choices: readonly Choice[] }
  | { readonly kind: 'commit'; readonly pick: number }
  | { readonly kind: 'rollback'; readonly pick: number };

interface Program {
  readonly size: number;
  readonly acts: readonly Act[];
}

const choice = fc.record({ kind: fc.constantFrom(...DEEDS), pick: fc.nat(0xffff), other: fc.nat(0xffff) });
const choices = fc.array(choice, { minLength: 1, maxLength: 4 });
const programs = fc.record({
  size: fc.constantFrom(0, 3, 6, 40, 130),
  acts: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('optimistic', 'optimistic', 'own', 'foreign', 'foreign'), choices }),
      fc.record({ kind: fc.constantFrom('commit', 'rollback'), pick: fc.nat(0xffff) }),
    ),
    { minLength: 1, maxLength: 30, size: 'max' },
  ),
}) as fc.Arbitrary<Program>;

/** Tries at least so many acts. */
export async function tryOptimistic(
  subject: DeltaSubject,
  count: number,
  seed: number,
): Promise<OptimisticTally> {
  const tally: OptimisticTally = {
    acts: 0,
    effects: 0,
    foreign: 0,
    committed: 0,
    rolledBack: 0,
    conflicts: 0,
    told: 0,
    silent: 0,
  };
  const property = fc.asyncProperty(programs, async (program) => runProgram(subject, program, tally));
  for (let round = 0; tally.acts < count; round += 1)
    await runRound('optimistic updates', property, seed + round);
  return tally;
}

function runProgram(subject: DeltaSubject, program: Program, tally: OptimisticTally): void {
  const run = new Run(subject, program.size, tally);
  try {
    for (const act of program.acts) run.take(act);
    run.settle();
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${run.trace.join('\n')}`, { cause: error });
  } finally {
    run.dispose();
  }
}

/** Does a deed on a state; what it is about may be gone, then it does nothing. */
function done(state: State, deed: Deed): State {
  const { items } = state;
  const at = 'id' in deed ? items.findIndex(({ id }) => id === deed.id) : -1;
  const changed = (change: (item: Item) => Item): State =>
    at < 0 ? state : { ...state, items: items.with(at, change(items[at] as Item)) };
  switch (deed.kind) {
    case 'add':
      return { ...state, n: state.n + deed.by };
    case 'set':
      return { ...state, fields: { ...state.fields, [deed.field]: deed.value } };
    case 'count':
      return changed((item) => ({ ...item, count: item.count + deed.by }));
    case 'rename':
      return changed((item) => ({ ...item, text: deed.text }));
    case 'insert':
      return { ...state, items: items.toSpliced(deed.at, 0, { id: deed.id, count: 0, text: 'new' }) };
    case 'remove':
      return at < 0 ? state : { ...state, items: items.toSpliced(at, 1) };
    default:
      return at < 0
        ? state
        : { ...state, items: items.toSpliced(at, 1).toSpliced(deed.at, 0, items[at] as Item) };
  }
}

function isOpposite(one: Deed, other: Deed): boolean {
  return [one.kind, other.kind].sort().join() === 'insert,remove';
}

/** A state without the order of its items, which is the others' where nobody says what is meant. */
function byId({ items, ...others }: State): unknown {
  return { ...others, items: [...items].sort((one, other) => one.id - other.id) };
}

function isSame(one: State, other: State): boolean {
  return sameContent(byId(one), byId(other));
}

/** Does a deed on a store, where its item is now. */
function doOn(store: RecordedStore, deed: Deed): void {
  const index = (id: number): number => (store.get() as State).items.findIndex((item) => item.id === id);
  switch (deed.kind) {
    case 'add':
      return store.at('n').increment(deed.by);
    case 'set':
      return store.at('fields', deed.field).set(deed.value);
    case 'count':
      return store.at('items', index(deed.id), 'count').increment(deed.by);
    case 'rename':
      return store.at('items', index(deed.id), 'text').set(deed.text);
    case 'insert':
      return store.at('items').insert(deed.at, { id: deed.id, count: 0, text: 'new' });
    case 'remove':
      return store.at('items').remove(index(deed.id));
    default:
      return store.at('items').move(index(deed.id), deed.at);
  }
}

/** What waits: an effect, or a write that came after one and may wait for it. */
interface Waiting {
  readonly deeds: readonly Deed[];
  readonly effect: Optimistic | undefined;
}

class Run {
  readonly trace: string[];
  readonly #subject: DeltaSubject;
  readonly #tally: OptimisticTally;
  readonly #store: RecordedStore;
  /** Everything that is confirmed, as a store that gets the commits alone. */
  readonly #follower: RecordedStore;
  #confirmed: State;
  #waiting: Waiting[] = [];
  /** What was confirmed after each own commit since the last look. */
  readonly #made: State[] = [];
  #ids: number;
  readonly #watched: {
    readonly path: readonly (string | number)[];
    seen: unknown;
    copy: unknown;
    calls: number;
  }[];

  constructor(subject: DeltaSubject, size: number, tally: OptimisticTally) {
    const items = Array.from({ length: size }, (_, id) => ({ id, count: 0, text: `item ${id % 7}` }));
    this.#confirmed = { n: 0, fields: { a: 0, b: 'b', c: 0 }, items };
    this.#ids = size;
    this.#subject = subject;
    this.#tally = tally;
    this.#store = subject.createStore(deepCopy(this.#confirmed), { history: true });
    this.#follower = subject.createStore(deepCopy(this.#confirmed));
    this.#store.onCommit(({ delta, origin }) => {
      this.#follower.apply(delta);
      if (origin === undefined) this.#made.push(this.#follower.get() as State);
    });
    const paths = [[], ['n'], ['fields'], ['fields', 'a'], ['items'], ['items', 0], ['items', 1, 'text']];
    this.#watched = paths.map((path) => {
      const cursor = this.#store.at(...path);
      const watched = { path, seen: cursor.get(), copy: deepCopy(cursor.get()), calls: 0 };
      cursor.subscribe(() => (watched.calls += 1), { schedule: 'sync' });
      return watched;
    });
    this.trace = [`store of ${size} items`];
  }

  dispose(): void {
    this.#store.dispose();
    this.#follower.dispose();
  }

  take(act: Act): void {
    this.#tally.acts += 1;
    if (act.kind === 'commit' || act.kind === 'rollback') this.#end(act.kind, act.pick);
    else if (act.kind === 'foreign') this.#foreign(act.choices);
    else this.#write(act.kind, act.choices);
    this.#compare();
  }

  /** Settles everything, from alternating ends. */
  settle(): void {
    for (let turn = 0; this.#waiting.some(({ effect }) => effect !== undefined); turn += 1) {
      this.#end(turn % 3 === 2 ? 'rollback' : 'commit', turn % 2 === 0 ? 0 : 0xffff);
      this.#compare();
    }
    checkEqual(
      this.#store.get(),
      this.#follower.get(),
      'everything settled, compared with what was committed',
    );
  }

  get #visible(): State {
    return this.#waiting.reduce((state, { deeds }) => deeds.reduce(done, state), this.#confirmed);
  }

  /** Deeds that make sense in a state, and change it. */
  #deedsOf(state: State, choices: readonly Choice[], moves: boolean): Deed[] {
    const deeds: Deed[] = [];
    let now = state;
    for (const each of choices) {
      const deed = this.#deedOf(now, each, moves);
      if (deed === undefined || sameContent(done(now, deed), now)) continue;
      // An item in the place of another is one that is replaced, and goes with it.
      if (!moves && deeds.some((other) => isOpposite(other, deed))) continue;
      deeds.push(deed);
      now = done(now, deed);
    }
    return deeds;
  }

  #deedOf({ items }: State, { kind, pick, other }: Choice, moves: boolean): Deed | undefined {
    if (kind === 'add') return { kind, by: (pick % 7) - 3 };
    if (kind === 'set')
      return { kind, field: FIELDS[pick % 3] as Field, value: other % 2 === 0 ? other : `${other}` };
    if (kind === 'insert') {
      this.#ids += 1;
      return { kind, id: this.#ids, at: pick % (items.length + 1) };
    }
    const id = items[pick % (items.length || 1)]?.id;
    if (id === undefined) return undefined;
    if (kind === 'count') return { kind, id, by: 1 + (other % 5) };
    if (kind === 'rename') return { kind, id, text: `text ${other}` };
    if (kind === 'remove') return { kind, id };
    return moves ? { kind, id, at: other % items.length } : undefined;
  }

  #write(kind: 'optimistic' | 'own', choices: readonly Choice[]): void {
    const deeds = this.#deedsOf(this.#store.get() as State, choices, false);
    this.trace.push(`${kind}: ${deeds.map((deed) => show(deed)).join(', ')}`);
    const work = (): void => deeds.forEach((deed) => void doOn(this.#store, deed));
    let effect: Optimistic | undefined;
    if (kind === 'own') this.#store.batch(work);
    else {
      const onConflict = (): void => {
        this.#tally.conflicts += 1;
      };
      effect = this.#store.optimistic(work, { onConflict });
      this.#tally.effects += 1;
    }
    this.#waiting.push({ deeds, effect });
    this.#confirm();
  }

  /** Someone else does something to what is confirmed. */
  #foreign(choices: readonly Choice[]): void {
    const fork = this.#subject.createStore(this.#follower.get());
    const deeds = this.#deedsOf(fork.get() as State, choices, true);
    this.trace.push(`foreign: ${deeds.map((deed) => show(deed)).join(', ')}`);
    const deltas: Uint8Array[] = [];
    fork.onCommit(({ delta }) => deltas.push(delta));
    fork.batch(() => deeds.forEach((deed) => void doOn(fork, deed)));
    fork.dispose();
    for (const delta of deltas) this.#store.apply(unversioned(delta), { origin: 'elsewhere' });
    this.#tally.foreign += deltas.length;
    this.#confirmed = deeds.reduce(done, this.#confirmed);
  }

  #end(kind: 'commit' | 'rollback', pick: number): void {
    const effects = this.#waiting.filter(({ effect }) => effect !== undefined);
    const chosen = effects[pick % (effects.length || 1)];
    if (chosen?.effect === undefined) return;
    this.trace.push(`${kind} of ${this.#waiting.indexOf(chosen)} of ${this.#waiting.length}`);
    const before = this.#store.get();
    chosen.effect[kind]();
    this.#tally[kind === 'commit' ? 'committed' : 'rolledBack'] += 1;
    if (kind === 'commit') checkSame(this.#store.get(), before, 'what is visible after commit()');
    const at = this.#waiting.indexOf(chosen);
    if (kind === 'rollback') this.#waiting = this.#waiting.toSpliced(at, 1);
    else this.#waiting = this.#waiting.with(at, { deeds: chosen.deeds, effect: undefined });
    this.#confirm();
  }

  /** Finds out which of the things that wait were committed: it has to be one that nothing holds back. */
  #confirm(): void {
    for (const state of this.#made.splice(0)) {
      const at = this.#waiting.findIndex(
        ({ deeds, effect }) => effect === undefined && isSame(deeds.reduce(done, this.#confirmed), state),
      );
      const found = this.#waiting[at];
      if (found === undefined) return fail('a commit is nothing that was to be confirmed');
      this.#confirmed = found.deeds.reduce(done, this.#confirmed);
      this.#waiting = this.#waiting.toSpliced(at, 1);
    }
    if (this.#waiting.some(({ effect }) => effect !== undefined)) return;
    // What is left is about items that are gone, or it should have been committed.
    this.#expect(this.#confirmed, this.#visible, 'what is left to be confirmed');
    this.#waiting = [];
  }

  #compare(): void {
    this.#expect(this.#store.get() as State, this.#visible, 'what is visible');
    this.#expect(this.#follower.get() as State, this.#confirmed, 'what is confirmed');
    if (this.#waiting.length === 0)
      checkEqual(this.#store.get(), this.#follower.get(), 'the state when nothing waits');
    checkSame(this.#store.version, this.#follower.version, 'the version');
    for (const watched of this.#watched) {
      const now = this.#store.at(...watched.path).get();
      const isOther = !Object.is(now, watched.seen);
      const isChanged = !sameContent(now, watched.copy);
      // Own writes after the foreign ones of one act may be told by themselves, but never what is the same.
      if (isOther !== watched.calls > 0)
        fail(`a listener at ${show(watched.path)} was called ${watched.calls} times`);
      if (isChanged && watched.calls === 0) fail(`a listener at ${show(watched.path)} was not called`);
      if (!isChanged && watched.calls > 0) fail(`a listener at ${show(watched.path)} was called for nothing`);
      this.#tally[watched.calls > 0 ? 'told' : 'silent'] += 1;
      Object.assign(watched, { seen: now, copy: deepCopy(now), calls: 0 });
    }
  }

  #expect(actual: State, expected: State, what: string): void {
    checkEqual(byId(actual), byId(expected), what);
  }
}
