/**
 * Stores that exchange deltas through a sequencer. It accepts a commit only
 * from who has seen all others; who has not applies what it missed under its
 * optimistic work, and tries again. In the end all of them are the same.
 *
 * Beside each store is a follower that gets its commits alone: what the store
 * has to be when nothing of its own waits.
 */
import fc from 'fast-check';
import { checkEqual, checkSame, difference, fail, show } from '../conformance/check.ts';
import type { Commit, DeltaSubject, Optimistic, RecordedStore } from '../conformance/deltaSubject.ts';
import { doEdit, type Edit, edit, editedState } from './deltaEdits.ts';
import { deepCopy, Oracle } from './oracle.ts';
import { runRound } from './rounds.ts';

/** How much a run tried. */
export interface ReplicaTally {
  acts: number;
  effects: number;
  committed: number;
  rolledBack: number;
  /** Writes while an effect waited: those that had to wait too, and those that became commits before it. */
  waited: number;
  overtaken: number;
  /** Deltas from elsewhere, those of them that came under effects, and conflicts. */
  delivered: number;
  under: number;
  conflicts: number;
  refused: number;
  /** How often listeners were called. */
  told: number;
}

type ReplicaAct = { readonly replica: number; readonly pick: number } & (
  | { readonly kind: 'edit' | 'optimistic'; readonly edit: Edit }
  | { readonly kind: 'commit' | 'rollback' | 'receive' | 'receiveAll' }
);

interface ReplicaProgram {
  readonly initial: unknown;
  readonly replicas: number;
  readonly acts: readonly ReplicaAct[];
}

const which = { replica: fc.nat(2), pick: fc.nat(0xffff) };
const withEdit = fc.record({ ...which, kind: fc.constantFrom('edit', 'optimistic', 'optimistic'), edit });
const bare = fc.record({
  ...which,
  kind: fc.constantFrom('commit', 'commit', 'rollback', 'receive', 'receive', 'receiveAll'),
});

export const replicaPrograms = fc.record({
  initial: editedState,
  replicas: fc.integer({ min: 2, max: 3 }),
  acts: fc.array(fc.oneof(withEdit, bare), { minLength: 1, maxLength: 40, size: 'max' }),
}) as fc.Arbitrary<ReplicaProgram>;

/** Tries at least so many acts. */
export async function tryReplicas(subject: DeltaSubject, count: number, seed: number): Promise<ReplicaTally> {
  const tally: ReplicaTally = {
    acts: 0,
    effects: 0,
    committed: 0,
    rolledBack: 0,
    waited: 0,
    overtaken: 0,
    delivered: 0,
    under: 0,
    conflicts: 0,
    refused: 0,
    told: 0,
  };
  const property = fc.asyncProperty(replicaPrograms, async (program) => runReplicas(subject, program, tally));
  for (let round = 0; tally.acts < count; round += 1) await runRound('replicas', property, seed + round);
  return tally;
}

export function runReplicas(subject: DeltaSubject, program: ReplicaProgram, tally: ReplicaTally): void {
  const trace = [`initial = ${show(program.initial)}`];
  const log: Uint8Array[] = [];
  const replicas = Array.from(
    { length: program.replicas },
    (_, number) => new Replica(subject, program.initial, { number, log, tally, trace }),
  );
  try {
    for (const act of program.acts) {
      tally.acts += 1;
      replicas[act.replica % replicas.length]?.take(act);
    }
    converge(replicas, log);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${trace.join('\n')}`, { cause: error });
  } finally {
    for (const replica of replicas) replica.dispose();
  }
}

/** Everything is settled and delivered; then all are the same. */
function converge(replicas: readonly Replica[], log: readonly Uint8Array[]): void {
  for (const replica of replicas) replica.settleAll();
  for (const replica of replicas) replica.receive(log.length);
  for (const replica of replicas) {
    checkSame(replica.version, log.length, 'the version in the end');
    checkEqual(replica.state, replicas[0]?.state, 'the states in the end');
  }
}

interface Surroundings {
  readonly number: number;
  /** What the sequencer has accepted. */
  readonly log: Uint8Array[];
  readonly tally: ReplicaTally;
  readonly trace: string[];
}

class Replica {
  readonly #subject: DeltaSubject;
  readonly #around: Surroundings;
  readonly #store: RecordedStore;
  readonly #follower: RecordedStore;
  readonly #commits: Commit[] = [];
  #pending: { readonly effect: Optimistic; readonly isEmpty: boolean }[] = [];
  /** How much is confirmed and waits for what is not. */
  #late = 0;
  #calls = 0;
  #seen: unknown;

  constructor(subject: DeltaSubject, initial: unknown, around: Surroundings) {
    this.#subject = subject;
    this.#around = around;
    this.#store = subject.createStore(deepCopy(initial), { history: true, log: true });
    this.#follower = subject.createStore(deepCopy(initial));
    this.#store.onCommit((commit) => this.#commits.push(commit));
    this.#seen = this.#store.get();
    this.#store.subscribe(() => (this.#calls += 1), { schedule: 'sync' });
  }

  get version(): number {
    return this.#store.version;
  }

  get state(): unknown {
    return this.#store.get();
  }

  dispose(): void {
    this.#store.dispose();
    this.#follower.dispose();
  }

  take(act: ReplicaAct): void {
    // What is confirmed and waits may become a commit with whatever is done next.
    if (this.#late > 0) this.receive(this.#around.log.length);
    switch (act.kind) {
      case 'optimistic':
        this.#optimistic(act.edit);
        break;
      case 'edit':
        // Only who has seen everything may commit; else it is work that waits.
        if (this.#isLatest()) this.#edit(act.edit);
        else this.#optimistic(act.edit);
        break;
      case 'commit':
        this.#settle(act.pick, true);
        break;
      case 'rollback':
        this.#settle(act.pick, false);
        break;
      case 'receive':
        this.receive(this.version + 1 + (act.pick % 3));
        break;
      default:
        this.receive(this.#around.log.length);
    }
  }

  /** Settles what waits, from both ends, after receiving everything. */
  settleAll(): void {
    this.receive(this.#around.log.length);
    for (let turn = 0; this.#pending.length > 0; turn += 1)
      this.#settle(turn % 2 === 0 ? 0 : 0xffff, turn % 3 !== 2);
    if (!this.#isLatest()) fail('what was settled is not known to the sequencer');
  }

  /** Applies what others have committed, up to a version. */
  receive(until: number): void {
    const { log, tally } = this.#around;
    const from = this.version;
    const missed = log.slice(from, until);
    if (missed.length === 0) return;
    this.#note(`receives ${from}..${from + missed.length}`);
    tally.delivered += missed.length;
    if (this.#pending.length > 0) tally.under += 1;
    if (missed.length > 1 && from % 2 === 0) {
      this.#store.apply(this.#subject.compose(...missed), { origin: 'server' });
    } else for (const delta of missed) this.#store.apply(delta, { origin: 'server' });
    checkSame(this.version, from + missed.length, 'the version after what others did');
    this.#follow('server');
  }

  #isLatest(): boolean {
    return this.version === this.#around.log.length;
  }

  #note(line: string): void {
    this.#around.trace.push(`${this.#around.number}: ${line}`);
  }

  #play(edit: Edit): boolean {
    const oracle = new Oracle(this.#store.get());
    return doEdit({ oracle, store: this.#store, note: (line) => this.#note(line) }, edit);
  }

  #edit(edit: Edit): void {
    const { tally } = this.#around;
    const known = this.#commits.length;
    const isChanged = this.#play(edit);
    const commits = this.#commits.length - known;
    const isFirst = this.#pending.every(({ isEmpty }) => isEmpty);
    // With effects before it, it is a commit at once unless it builds on one of them.
    if (isFirst) checkSame(commits, isChanged ? 1 : 0, 'commits of an edit');
    else if (isChanged) {
      this.#late += 1;
      tally[commits > 0 ? 'overtaken' : 'waited'] += 1;
    }
    this.#follow(undefined);
  }

  #optimistic(edit: Edit): void {
    const { tally } = this.#around;
    const known = this.#commits.length;
    this.#note('store.optimistic(() => {');
    let isEmpty = true;
    const work = (): void => {
      isEmpty = !this.#play(edit);
    };
    const effect = this.#store.optimistic(work, {
      onConflict: ({ path, code }) => {
        if (!Array.isArray(path) || !/^(PATH_NOT_FOUND|TYPE_MISMATCH)$/.test(code))
          fail(`a conflict of ${code}`);
        tally.conflicts += 1;
      },
    });
    this.#note('})');
    this.#pending.push({ effect, isEmpty });
    tally.effects += 1;
    checkSame(effect.state, 'pending', 'the state of an effect');
    if (this.#late === 0) checkSame(this.#commits.length, known, 'commits of an effect that waits');
    this.#follow(undefined);
  }

  #settle(pick: number, isKept: boolean): void {
    const { tally } = this.#around;
    const chosen = this.#pending[pick % (this.#pending.length || 1)];
    if (chosen === undefined) return;
    const { effect } = chosen;
    if (isKept && !this.#isLatest()) {
      tally.refused += 1;
      return;
    }
    const before = this.#store.get();
    this.#note(
      `${isKept ? 'commits' : 'rolls back'} ${this.#pending.indexOf(chosen)} of ${this.#pending.length}`,
    );
    this.#pending = this.#pending.filter((each) => each !== chosen);
    if (isKept) effect.commit();
    else effect.rollback();
    if (isKept && !chosen.isEmpty) this.#late += 1;
    checkSame(effect.state, isKept ? 'committed' : 'rolled back', 'the state of an effect');
    if (isKept) checkSame(this.#store.get(), before, 'what is visible after commit()');
    tally[isKept ? 'committed' : 'rolledBack'] += 1;
    this.#follow(undefined);
  }

  /** Tells the sequencer and the follower of the commits since the last time, and compares. */
  #follow(origin: string | undefined): void {
    const { log } = this.#around;
    for (const commit of this.#commits.splice(0)) {
      checkSame(commit.origin, origin, 'the origin of a commit');
      this.#follower.apply(commit.delta);
      checkSame(this.#follower.version, commit.version, 'the version of a commit');
      if (origin === undefined) log.push(commit.delta);
      if (origin === undefined && this.#late > 0) this.#late -= 1;
    }
    checkSame(this.#follower.version, this.version, 'the version of the follower');
    if (this.#pending.every(({ isEmpty }) => isEmpty)) {
      this.#late = 0;
      const found = difference(this.#store.get(), this.#follower.get());
      if (found !== undefined) fail(`nothing waits, but the state is not what was committed: ${found}`);
    }
    const calls = this.#calls;
    const expected = Object.is(this.#seen, this.#store.get()) ? 0 : 1;
    // Edits in a receive may come one by one, each told by itself.
    if (origin === undefined ? calls !== expected : expected > calls)
      fail(`a listener was called ${calls} times, expected ${expected}`);
    this.#around.tally.told += calls;
    this.#calls = 0;
    this.#seen = this.#store.get();
  }
}
