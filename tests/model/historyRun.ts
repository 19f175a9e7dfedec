/**
 * Runs programs on a store and on a naive history side by side. What is the
 * user's own has to be what it was before or after a step, to the order of its
 * keys; what came from elsewhere, or is excluded, stays as it is.
 */
import fc from 'fast-check';
import { checkEqual, checkSame, fail, show } from '../conformance/check.ts';
import type { Commit, DeltaSubject, RecordedStore } from '../conformance/deltaSubject.ts';
import { unversioned } from './deltaBytes.ts';
import { doEdit, type Edit, expectState } from './deltaEdits.ts';
import { type HistoryAct, type HistoryProgram, historyPrograms } from './historyPrograms.ts';
import { NaiveHistory } from './naiveHistory.ts';
import { deepCopy, Oracle, type Path } from './oracle.ts';
import { runRound } from './rounds.ts';

/** How much a run tried. */
export interface HistoryTally {
  acts: number;
  commits: number;
  undone: number;
  redone: number;
  jumps: number;
  foreign: number;
  excluded: number;
  /** Commits that became part of the step before them, and steps that were dropped. */
  joined: number;
  dropped: number;
}

export function emptyTally(): HistoryTally {
  return {
    acts: 0,
    commits: 0,
    undone: 0,
    redone: 0,
    jumps: 0,
    foreign: 0,
    excluded: 0,
    joined: 0,
    dropped: 0,
  };
}

/** Tries at least so many acts in short programs. */
export async function tryHistories(
  subject: DeltaSubject,
  count: number,
  seed: number,
): Promise<HistoryTally> {
  const tally = emptyTally();
  const property = fc.asyncProperty(historyPrograms, async (program) => runHistory(subject, program, tally));
  for (let round = 0; tally.acts < count; round += 1) await runRound('histories', property, seed + round);
  return tally;
}

const TRACE_LINES_MAX = 60;
/** Long enough that nothing before it is part of what comes. */
const LONG_MS = 10_000;
const EXCLUDE = [['selection'], ['caret'], ['rows', '*', 'isOpen']] as const;

/** Runs one program; throws with its last acts at the first divergence. */
export function runHistory(subject: DeltaSubject, program: HistoryProgram, tally: HistoryTally): void {
  const run = new HistoryRun(subject, program, tally);
  const clock = Date.now;
  Date.now = () => run.now;
  try {
    for (const act of program.acts) run.take(act);
    run.finish();
  } catch (error) {
    const options = { coalesce: program.coalesce, steps: program.steps, bytes: program.bytes };
    const trace = [show(options), ...run.trace.slice(-TRACE_LINES_MAX)];
    throw new Error(`${(error as Error).message}\n${trace.join('\n')}`, { cause: error });
  } finally {
    Date.now = clock;
    run.dispose();
  }
}

/** What is restored by undo. */
interface Own {
  readonly mine: unknown;
  readonly typed: unknown;
  readonly names: readonly unknown[];
}

interface Row {
  readonly name: unknown;
  readonly isOpen: unknown;
}

interface State {
  readonly mine: unknown;
  readonly typed: unknown;
  readonly rows: readonly Row[];
  readonly others: unknown;
}

class HistoryRun {
  now = 1_000_000;
  readonly trace: string[];
  readonly #subject: DeltaSubject;
  readonly #program: HistoryProgram;
  readonly #tally: HistoryTally;
  readonly #oracle: Oracle;
  readonly #naive: NaiveHistory;
  readonly #store: RecordedStore;
  readonly #commits: Commit[] = [];
  #typed = 0;
  #told: unknown;

  constructor(subject: DeltaSubject, program: HistoryProgram, tally: HistoryTally) {
    const { mine, others, coalesce, steps, bytes } = program;
    this.#subject = subject;
    this.#program = program;
    this.#tally = tally;
    const rows = [0, 1, 2].map((name) => ({ name, isOpen: false }));
    const initial = { mine, typed: { a: '', b: '' }, rows, others, selection: {}, caret: 0 };
    this.#oracle = new Oracle(initial);
    this.#naive = new NaiveHistory(coalesce, steps);
    const limits = { ...(steps === undefined ? {} : { steps }), ...(bytes === undefined ? {} : { bytes }) };
    this.#store = subject.createStore(deepCopy(initial), {
      history: { coalesce, exclude: EXCLUDE, ...limits },
    });
    this.#store.onCommit((commit) => this.#commits.push(commit));
    this.#store.history.subscribe((state) => (this.#told = state), { schedule: 'sync' });
    this.trace = [`store = createStore(${show(initial)})`];
  }

  dispose(): void {
    this.#store.dispose();
  }

  take(act: HistoryAct): void {
    this.#tally.acts += 1;
    switch (act.kind) {
      case 'edit':
        this.#pause();
        this.#edit(act.edit);
        break;
      case 'group':
        this.#pause();
        this.#during(() => act.edits.forEach((each) => void this.#edit(each)));
        break;
      case 'type':
        this.#type(act);
        break;
      case 'mixed':
        this.#mixed(act.pick);
        break;
      case 'excluded':
        this.#pause();
        if (this.#editAt(['selection'], act.edit)) this.#excluded();
        break;
      case 'foreign':
        this.#foreign(act.edit);
        break;
      case 'undo':
      case 'redo':
        for (let time = 0; time < act.times; time += 1) this.#step(act.kind);
        break;
      case 'jump':
        this.#jump(act.pick);
        break;
      default:
        this.#organise(act);
    }
    // Looking ends what a group puts off, so it is not done every time.
    if (this.#program.bytes !== undefined || this.#tally.acts % 3 === 0) this.#compare();
  }

  /** Goes back to the first step and forward to the last. */
  finish(): void {
    this.#compare();
    this.#compareSteps();
    const { history } = this.#store;
    while (history.canUndo) this.#step('undo');
    while (history.canRedo) this.#step('redo');
    this.#compare();
    checkEqual(this.#told ?? history.get(), history.get(), 'what was told of the history');
  }

  #note(line: string): void {
    this.trace.push(line);
  }

  get #state(): State {
    return this.#oracle.root as State;
  }

  #own(): Own {
    const { mine, typed, rows } = this.#state;
    return { mine, typed, names: rows.map(({ name }) => name) };
  }

  #pause(): void {
    const isSoon = this.#naive.isOpen && this.#tally.acts % 2 === 0;
    if (!isSoon) this.now += LONG_MS;
    this.#note(`// at ${this.now}`);
  }

  #edit(edit: Edit): void {
    const before = this.#own();
    if (this.#editAt(['mine'], edit)) this.#committed(before);
  }

  #editAt(home: Path, edit: Edit): boolean {
    const sides = {
      oracle: this.#oracle,
      store: this.#store,
      note: (line: string) => this.#note(line),
      home,
    };
    const known = this.#commits.length;
    const isChanged = doEdit(sides, edit);
    checkSame(this.#commits.length - known, isChanged ? 1 : 0, 'commits of an edit');
    return isChanged;
  }

  #committed(before: Own, field?: string): void {
    const known = this.#naive.steps.length;
    const { position } = this.#naive;
    this.#naive.commit(before, this.#own(), this.now, field);
    this.#tally.commits += 1;
    if (this.#naive.position === position && this.#naive.steps.length === known) this.#tally.joined += 1;
    if (this.#program.bytes !== undefined) this.#compare();
  }

  #excluded(): void {
    this.#naive.touch(this.now);
    this.#tally.excluded += 1;
  }

  #type({ field, pause, caret }: HistoryAct & { readonly kind: 'type' }): void {
    this.now += pause;
    const key = field === 0 ? 'a' : 'b';
    const before = this.#own();
    this.#typed += 1;
    const text = `text ${this.#typed}`;
    this.#note(`// at ${this.now}: type ${show(text)} into ${key}, the caret ${caret}`);
    this.#oracle.set(['typed', key], text);
    if (caret === 'in the batch') {
      this.#store.batch(() => {
        this.#store.at('caret').set(this.#typed);
        this.#store.at('typed', key).set(text);
      });
    } else this.#store.at('typed', key).set(text);
    if (caret === 'after it') this.#store.at('caret').set(this.#typed);
    if (caret !== 'stays') this.#oracle.set(['caret'], this.#typed);
    this.#committed(before, key);
    if (caret !== 'stays') this.#excluded();
    expectState(this.#store, this.#state, 'the store after typing');
  }

  /** A name, which is part of the history, and what is open, which is not. */
  #mixed(pick: number): void {
    this.#pause();
    const [row, other] = [pick % 3, (pick >> 2) % 3];
    const before = this.#own();
    this.#typed += 1;
    const name = `name ${this.#typed}`;
    const isOpen = this.#state.rows[other]?.isOpen !== true;
    this.#note(`store.batch: rows[${row}].name = ${name}, rows[${other}].isOpen = ${isOpen}`);
    this.#oracle.set(['rows', row, 'name'], name);
    this.#oracle.set(['rows', other, 'isOpen'], isOpen);
    this.#store.batch(() => {
      this.#store.at('rows', row, 'name').set(name);
      this.#store.at('rows', other, 'isOpen').set(isOpen);
    });
    this.#committed(before);
    this.#excluded();
    expectState(this.#store, this.#state, 'the store after a mixed batch');
  }

  #foreign(edit: Edit): void {
    const { oracle, fork } = {
      oracle: new Oracle(this.#state),
      fork: this.#subject.createStore(this.#store.get()),
    };
    const deltas: Uint8Array[] = [];
    fork.onCommit(({ delta }) => deltas.push(delta));
    // What it means for a group that goes on is left open, so it ends.
    this.#organise({ kind: 'end' });
    this.now += LONG_MS;
    this.#note('// elsewhere:');
    doEdit({ oracle, store: fork, note: (line) => this.#note(line), home: ['others'] }, edit);
    fork.dispose();
    for (const delta of deltas) this.#store.apply(unversioned(delta), { origin: 'elsewhere' });
    if (deltas.length === 0) return;
    this.#tally.foreign += 1;
    this.#oracle.root = { ...this.#state, others: (oracle.root as State).others };
    this.#naive.foreign();
    expectState(this.#store, this.#state, 'the store after a change from elsewhere');
  }

  #organise(act: HistoryAct): void {
    const { history } = this.#store;
    if (act.kind === 'session') {
      this.#note(`history.group(${show(act.label)}, { within: ${act.within} }) // at ${this.now}`);
      if (act.within === undefined) history.group(act.label);
      else history.group(act.label, { within: act.within });
      this.#naive.session(act.label, act.within ?? Number.POSITIVE_INFINITY, this.now);
    } else if (act.kind === 'end') {
      this.#note('history.group(…).end()');
      history.group('').end();
      this.#naive.end();
    } else {
      this.#note('history.clear()');
      history.clear();
      this.#naive.clear();
    }
  }

  #during(work: () => void): void {
    this.#note('history.group(() => {');
    this.#naive.during(() => this.#store.history.group(work), this.now);
    this.#note('})');
  }

  #step(kind: 'undo' | 'redo'): void {
    const { history, version } = this.#store;
    this.#sync();
    const known = this.#commits.length;
    const moved = this.#naive.jump(this.#naive.position + (kind === 'undo' ? -1 : 1));
    this.#note(`history.${kind}() // to ${this.#naive.position}`);
    checkSame(history[kind](), moved !== undefined, `${kind}()`);
    if (moved === undefined)
      checkSame(this.#store.version, version, `the version after ${kind}() of nothing`);
    else this.#restored(moved.state as Own, known, kind);
    this.#tally[kind === 'undo' ? 'undone' : 'redone'] += 1;
  }

  #jump(pick: number): void {
    this.#sync();
    const target = pick % (this.#naive.steps.length + 1);
    const known = this.#commits.length;
    this.#note(`history.jumpTo(${target})`);
    // Jumping to where it stands leaves what goes on as it is.
    const moved = target === this.#naive.position ? undefined : this.#naive.jump(target);
    this.#store.history.jumpTo(target);
    if (moved !== undefined) this.#restored(moved.state as Own, known, `jumpTo(${target})`);
    this.#tally.jumps += 1;
  }

  /** What is the user's own is as it was; everything else is as it is. */
  #restored(own: Own, known: number, what: string): void {
    const rows = this.#state.rows.map((row, index) => ({ ...row, name: own.names[index] }));
    this.#oracle.root = { ...this.#state, mine: own.mine, typed: own.typed, rows };
    expectState(this.#store, this.#state, `the store after ${what}`);
    const commits = this.#commits.slice(known);
    checkSame(commits.length, 1, `commits of ${what}`);
    for (const { origin, version } of commits) {
      checkSame(origin, 'history', 'the origin');
      checkSame(version, this.#store.version, 'the version');
    }
  }

  /** Drops the steps that there was no room for: the oldest, and none if there is room. */
  #sync(): void {
    const { history } = this.#store;
    const naive = this.#naive;
    naive.settle();
    const { bytes } = this.#program;
    // A step that others still join counts even if it comes to nothing, until it is looked at.
    checkSame(history.steps.length, history.get().length, 'the steps that are listed');
    const { position, length } = history.get();
    const lost = naive.position - position;
    const undoneLost = naive.steps.length - naive.position - (length - position);
    if (bytes === undefined) {
      checkSame(lost, 0, `steps that are done and lost, of ${naive.position}`);
      checkSame(undoneLost, 0, 'steps that were undone and lost');
      return;
    }
    if (lost < 0 || undoneLost < 0) fail(`${-lost} and ${-undoneLost} steps more than there should be`);
    if (undoneLost > 0 && position > 0) fail('what was undone is lost before what is older');
    // Moving along the history drops nothing, so what it makes longer goes with the next commit.
    if (history.bytes > bytes * 1.25) fail(`${history.bytes} bytes, of at most ${bytes}`);
    for (let count = 0; count < lost; count += 1) naive.drop();
    naive.steps.length -= undoneLost;
    this.#tally.dropped += lost + undoneLost;
  }

  #compare(): void {
    this.#sync();
    const { history } = this.#store;
    const { position, steps } = this.#naive;
    const expected = {
      canUndo: position > 0,
      canRedo: position < steps.length,
      position,
      length: steps.length,
    };
    const { revision: _, ...state } = history.get();
    checkEqual(state, expected, 'the state of the history');
    checkEqual([history.canUndo, history.canRedo], [expected.canUndo, expected.canRedo], 'what can be done');
  }

  #compareSteps(): void {
    const listed = this.#store.history.steps.map(({ label, at }) => ({ label, at }));
    const expected = this.#naive.steps.map(({ label, at }) => ({ label, at }));
    checkEqual(listed, expected, 'the steps');
    for (const { changes, bytes } of this.#store.history.steps)
      if (!(changes > 0 && bytes > 0)) fail(`a step of ${changes} changes and ${bytes} bytes`);
  }
}
