/**
 * Optimistic work, own writes and changes from elsewhere, in random order, on a
 * store and on a naive model: what is confirmed, in the order in which it was,
 * and on top of it what waits. Items of lists are known by their ids.
 */
import fc from 'fast-check';
import { checkEqual, checkSame, fail, show } from '../conformance/check.ts';
import type { DeltaSubject, Optimistic, RecordedStore } from '../conformance/deltaSubject.ts';
import {
  byId,
  type Choice,
  choices,
  type Deed,
  DeedMaker,
  type Desk,
  deskOf,
  done,
  doOn,
  isSameDesk,
} from './deeds.ts';
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

type Act =
  | { readonly kind: 'foreign'; readonly choices: readonly Choice[] }
  | { readonly kind: 'optimistic' | 'own'; readonly choices: readonly Choice[] }
  | { readonly kind: 'commit'; readonly pick: number }
  | { readonly kind: 'rollback'; readonly pick: number };

interface Program {
  readonly size: number;
  readonly acts: readonly Act[];
}

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
  #confirmed: Desk;
  #waiting: Waiting[] = [];
  /** What was confirmed after each own commit since the last look. */
  readonly #made: Desk[] = [];
  readonly #maker: DeedMaker;
  readonly #watched: {
    readonly path: readonly (string | number)[];
    seen: unknown;
    copy: unknown;
    calls: number;
  }[];

  constructor(subject: DeltaSubject, size: number, tally: OptimisticTally) {
    this.#confirmed = deskOf(size);
    this.#maker = new DeedMaker(size);
    this.#subject = subject;
    this.#tally = tally;
    this.#store = subject.createStore(deepCopy(this.#confirmed), { history: true });
    this.#follower = subject.createStore(deepCopy(this.#confirmed));
    this.#store.onCommit(({ delta, origin }) => {
      this.#follower.apply(delta);
      if (origin === undefined) this.#made.push(this.#follower.get() as Desk);
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

  get #visible(): Desk {
    return this.#waiting.reduce((state, { deeds }) => deeds.reduce(done, state), this.#confirmed);
  }

  #write(kind: 'optimistic' | 'own', choices: readonly Choice[]): void {
    const deeds = this.#maker.deedsOf(this.#store.get() as Desk, choices, false);
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
    const deeds = this.#maker.deedsOf(fork.get() as Desk, choices, true);
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
        ({ deeds, effect }) => effect === undefined && isSameDesk(deeds.reduce(done, this.#confirmed), state),
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
    this.#expect(this.#store.get() as Desk, this.#visible, 'what is visible');
    this.#expect(this.#follower.get() as Desk, this.#confirmed, 'what is confirmed');
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

  #expect(actual: Desk, expected: Desk, what: string): void {
    checkEqual(byId(actual), byId(expected), what);
  }
}
