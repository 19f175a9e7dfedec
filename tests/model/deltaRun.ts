/**
 * Runs edits on one store and brings what they changed to others as deltas: one
 * by one, composed, since a version, and back. All of them have to come to the
 * same states, in the order of their keys too.
 */
import fc from 'fast-check';
import { difference, show } from '../conformance/check.ts';
import type { Commit, DeltaSubject, RecordedStore } from '../conformance/deltaSubject.ts';
import { objectOf } from './arbitraries.ts';
import { damagedDeltas, mutatedDelta, NOT_REFUSED, refusalFault } from './deltaDamage.ts';
import { doEdit, type Edit, edit, editedState, expectState } from './deltaEdits.ts';
import { childOf, deepCopy, isContainer, type Key, Oracle } from './oracle.ts';
import { runRound } from './rounds.ts';

/** How much a run tried. */
export interface DeltaTally {
  edits: number;
  commits: number;
  /** Deltas that were undone and done again, and containers that were left alone by it. */
  inverted: number;
  kept: number;
  composed: number;
  since: number;
  gone: number;
  refused: number;
  /** Deltas that were changed and sealed again, and those of them that could be applied. */
  mutated: number;
  taken: number;
}

interface DeltaProgram {
  readonly initial: unknown;
  readonly edits: readonly { readonly edit: Edit; readonly isTakenBack: boolean }[];
  /** Where runs of commits end that are composed, and other choices. */
  readonly picks: readonly number[];
  /** How many bytes of commits are logged. */
  readonly logBytes: number;
}

const programs: fc.Arbitrary<DeltaProgram> = fc.record({
  initial: editedState,
  edits: fc.array(fc.record({ edit, isTakenBack: fc.boolean() }), {
    minLength: 1,
    maxLength: 24,
    size: 'max',
  }),
  picks: fc.array(fc.nat(0xffff), { minLength: 6, maxLength: 6 }),
  logBytes: fc.constantFrom(1 << 20, 1 << 20, 1_500, 300),
});

/** Tries at least so many commits. */
export async function tryDeltas(subject: DeltaSubject, count: number, seed: number): Promise<DeltaTally> {
  const tally: DeltaTally = {
    edits: 0,
    commits: 0,
    inverted: 0,
    kept: 0,
    composed: 0,
    since: 0,
    gone: 0,
    refused: 0,
    mutated: 0,
    taken: 0,
  };
  const property = fc.asyncProperty(programs, async (program) => runDeltas(subject, program, tally));
  for (let round = 0; tally.commits < count; round += 1) await runRound('deltas', property, seed + round);
  return tally;
}

function runDeltas(subject: DeltaSubject, program: DeltaProgram, tally: DeltaTally): void {
  const run = new DeltaRun(subject, program, tally);
  try {
    for (const each of program.edits) run.take(each.edit, each.isTakenBack);
    run.compose();
    run.since();
    run.damage();
    run.mutate();
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${run.trace.join('\n')}`, { cause: error });
  } finally {
    run.dispose();
  }
}

class DeltaRun {
  readonly trace: string[];
  readonly #subject: DeltaSubject;
  readonly #program: DeltaProgram;
  readonly #tally: DeltaTally;
  readonly #oracle: Oracle;
  readonly #stores: RecordedStore[] = [];
  readonly #store: RecordedStore;
  readonly #replica: RecordedStore;
  readonly #commits: Commit[] = [];
  /** The state at each version. */
  readonly #states: unknown[];

  constructor(subject: DeltaSubject, program: DeltaProgram, tally: DeltaTally) {
    this.#subject = subject;
    this.#program = program;
    this.#tally = tally;
    this.#oracle = new Oracle(program.initial);
    this.#states = [this.#oracle.root];
    this.trace = [`store = createStore(${show(program.initial)})`];
    this.#store = this.#open(program.logBytes);
    this.#replica = this.#open();
    this.#store.onCommit((commit) => this.#commits.push(commit));
  }

  dispose(): void {
    for (const store of this.#stores) store.dispose();
  }

  /** One commit; then, if that is wanted, it is taken back and done again by its delta. */
  take(edit: Edit, isTakenBack: boolean): void {
    const store = this.#store;
    const before = this.#oracle.root;
    const known = this.#commits.length;
    this.#tally.edits += 1;
    const isChanged = doEdit({ oracle: this.#oracle, store, note: (line) => this.trace.push(line) }, edit);
    const commits = this.#commits.slice(known);
    if (commits.length !== (isChanged ? 1 : 0))
      throw new Error(`${commits.length} commits were told of one edit`);
    const [commit] = commits;
    if (commit === undefined) return;
    this.#replicate(commit, this.#oracle.root);
    if (!isTakenBack) return;
    this.#tally.inverted += 1;
    const back = this.#subject.invert(commit.delta);
    this.#apply(back, before, 'the delta taken back');
    this.#apply(
      this.#subject.invert(back),
      this.#states[this.#states.length - 2],
      'the delta taken back twice',
    );
  }

  /** Brings all commits to another replica in composed runs, and back at the end. */
  compose(): void {
    const { compose, invert } = this.#subject;
    const replica = this.#open();
    const deltas = this.#commits.map(({ delta }) => delta);
    let last: Uint8Array | undefined;
    let lastBase = 0;
    for (let from = 0, run = 0; from < deltas.length; run += 1) {
      const pick = this.#program.picks[run % this.#program.picks.length] as number;
      const to =
        run === this.#program.picks.length ? deltas.length : Math.min(deltas.length, from + 1 + (pick % 9));
      const parts = deltas.slice(from, to);
      // Composed pairwise or at once, it has to do the same.
      last = pick % 2 === 0 ? compose(...parts) : parts.reduce((one, other) => compose(one, other));
      this.trace.push(`replica.apply(compose(${from}..${to}))`);
      replica.apply(last);
      expectState(replica, this.#states[to], `what was composed of the commits ${from} to ${to}`);
      if (replica.version !== to) throw new Error(`version ${replica.version} after ${to} composed commits`);
      this.#tally.composed += 1;
      lastBase = from;
      from = to;
    }
    if (last === undefined) return;
    const back = invert(last);
    replica.apply(back);
    expectState(replica, this.#states[lastBase], 'a composed delta taken back');
    replica.apply(invert(back));
    expectState(replica, this.#oracle.root, 'a composed delta taken back twice');
  }

  /** From versions that are logged, one delta leads to the present; those before are gone, all of them. */
  since(): void {
    const store = this.#store;
    const { version } = store;
    let isGone = false;
    const versions = [version, version - 1, ...this.#program.picks.map((pick) => pick % (version + 1)), 0];
    for (const from of [...new Set(versions)].filter((each) => each >= 0).sort((a, b) => b - a)) {
      let delta: Uint8Array;
      try {
        delta = store.deltaSince(from);
      } catch (error) {
        if ((error as { code?: string }).code !== 'VERSION_GONE') throw error;
        isGone = true;
        this.#tally.gone += 1;
        continue;
      }
      if (isGone) throw new Error(`version ${from} is known, though a later one is gone`);
      const replica = this.#open();
      if (from > 0)
        replica.apply(this.#subject.compose(...this.#commits.slice(0, from).map((each) => each.delta)));
      replica.apply(delta);
      expectState(replica, this.#oracle.root, `deltaSince(${from}) of ${version}`);
      if (replica.version !== version)
        throw new Error(`deltaSince(${from}) led to version ${replica.version}`);
      this.#tally.since += 1;
    }
    if (isGone && this.#program.logBytes > 1 << 16) throw new Error('a version is gone that fits in the log');
  }

  /** Deltas that are damaged, of another version, or of another state change nothing and say why. */
  damage(): void {
    const picks = this.#program.picks;
    const commit = this.#commits[(picks[0] as number) % (this.#commits.length || 1)];
    if (commit === undefined) return;
    const victim = this.#open(undefined, true);
    if (commit.version > 1)
      victim.apply(
        this.#subject.compose(...this.#commits.slice(0, commit.version - 1).map((each) => each.delta)),
      );
    const state = this.#states[commit.version - 1];
    for (const { delta, what, codes } of damagedDeltas(commit.delta, picks)) {
      this.trace.push(`apply(${what})`);
      const fault = refusalFault(
        this.#subject,
        victim,
        () => victim.apply(delta, { origin: 'elsewhere' }),
        codes,
      );
      if (fault !== undefined) throw new Error(`${what} of ${show(commit.delta)}: ${fault}`);
      this.#tally.refused += 1;
    }
    victim.apply(commit.delta, { origin: 'elsewhere' });
    expectState(victim, this.#states[commit.version], 'after what was refused');
    const wrong = refusalFault(this.#subject, victim, () => victim.apply(commit.delta), ['VERSION_AHEAD']);
    if (wrong !== undefined) throw new Error(`a delta of another version: ${wrong}`);
    victim.apply(this.#subject.invert(commit.delta));
    expectState(victim, state, 'taken back after what was refused');
  }

  /** A delta that says something else, with a right checksum, is refused or does what can be taken back. */
  mutate(): void {
    const [commit] = this.#commits;
    if (commit === undefined) return;
    const { invert } = this.#subject;
    const initial = this.#states[0];
    let victim = this.#open(undefined, true);
    for (const pick of this.#program.picks) {
      const { delta, what, codes } = mutatedDelta(commit.delta, pick);
      this.trace.push(`apply(${what}) of ${show(commit.delta)}`);
      const fault = refusalFault(
        this.#subject,
        victim,
        () => victim.apply(delta, { origin: 'elsewhere' }),
        codes,
      );
      this.#tally.mutated += 1;
      if (fault !== undefined && fault !== NOT_REFUSED) throw new Error(`${what}: ${fault}`);
      if (fault === undefined || victim.version === 0) continue;
      this.#tally.taken += 1;
      const after = deepCopy(victim.get());
      victim.apply(invert(delta));
      // Where a key stood that is removed is taken on trust, so it may come back elsewhere.
      expectSame(victim.get(), initial, `${what}, done and taken back`);
      victim.apply(invert(invert(delta)));
      expectSame(victim.get(), after, `${what}, taken back twice`);
      victim = this.#open(undefined, true);
    }
  }

  #open(logBytes?: number, history = false): RecordedStore {
    const log = logBytes === undefined ? false : { bytes: logBytes };
    const store = this.#subject.createStore(deepCopy(this.#program.initial), { log, history });
    this.#stores.push(store);
    return store;
  }

  /** Applies a delta to the store itself, and what that commits to the replica. */
  #apply(delta: Uint8Array, expected: unknown, what: string): void {
    const known = this.#commits.length;
    const before = { state: this.#oracle.root, view: this.#store.get() };
    this.trace.push(`store.apply(${what})`);
    this.#store.apply(delta, { origin: what });
    this.#oracle.root = expected;
    expectState(this.#store, expected, what);
    this.#tally.kept += keptIn(before, { state: expected, view: this.#store.get() });
    const [commit, ...others] = this.#commits.slice(known);
    if (commit === undefined || others.length > 0) throw new Error(`${what} is not one commit`);
    if (commit.origin !== what) throw new Error(`${what} has the origin ${show(commit.origin)}`);
    this.#replicate(commit, expected);
  }

  #replicate(commit: Commit, expected: unknown): void {
    const replica = this.#replica;
    this.#tally.commits += 1;
    if (commit.version !== this.#states.length || this.#store.version !== commit.version)
      throw new Error(`a commit has version ${commit.version}, the store ${this.#store.version}`);
    const before = { state: this.#states.at(-1), view: replica.get() };
    this.#states.push(expected);
    replica.apply(commit.delta, { origin: 'store' });
    expectState(replica, expected, 'the replica');
    if (replica.version !== commit.version) throw new Error(`the replica has version ${replica.version}`);
    this.#tally.kept += keptIn(before, { state: expected, view: replica.get() });
  }
}

/** Fails unless two states are the same but for the order of keys. */
function expectSame(actual: unknown, expected: unknown, what: string): void {
  const found = difference(sorted(actual), sorted(expected));
  if (found !== undefined) throw new Error(`${what}: ${found}`);
}

function sorted(state: unknown): unknown {
  if (!isContainer(state)) return state;
  if (Array.isArray(state)) return state.map(sorted);
  const entries = state instanceof Map ? [...state] : Object.entries(state);
  const inOrder = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)] as const);
  return state instanceof Map ? new Map(inOrder) : objectOf(inOrder);
}

interface Moment {
  readonly state: unknown;
  readonly view: unknown;
}

/** Counts the containers that are the same object in both states; throws if one of them has another view. */
function keptIn(before: Moment, after: Moment): number {
  const known = new Map<unknown, unknown>();
  walk(before, [], (state, view) => {
    known.set(state, view);
    return true;
  });
  let kept = 0;
  walk(after, [], (state, view, path) => {
    if (!known.has(state)) return true;
    kept += 1;
    if (known.get(state) !== view)
      throw new Error(`${show([...path])} was left alone by a delta, but its view is another object`);
    return false;
  });
  return kept;
}

function walk(
  { state, view }: Moment,
  path: readonly Key[],
  each: (state: unknown, view: unknown, path: readonly Key[]) => boolean,
): void {
  if (!isContainer(state) || !each(state, view, path)) return;
  const keys: Key[] = Array.isArray(state)
    ? [...state.keys()]
    : [...(state instanceof Map ? state.keys() : Object.keys(state))];
  for (const key of keys)
    walk({ state: childOf(state, key), view: childOf(view, key) }, [...path, key], each);
}
