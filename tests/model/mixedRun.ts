/**
 * Everything at once on one store: writes, recipes, batches that throw, optimistic work, others' changes, data
 * that is taken in, undo and redo, snapshots, listeners of every schedule, small limits. After each step the state,
 * the identity of what did not change, versions, readables, listeners and a replica are compared with a model.
 */
import { vi } from 'vitest';
import { checkEqual, checkSame, difference, fail, show } from '../conformance/check.ts';
import type { Optimistic } from '../conformance/deltaSubject.ts';
import { afterMicrotasks } from '../conformance/subject.ts';
import type { TransferStore, TransferSubject } from '../conformance/transferSubject.ts';
import { changed } from './changed.ts';
import { type Choice, DeedMaker, type Desk, deskOf, done, doOn } from './deeds.ts';
import { unversioned } from './deltaBytes.ts';
import { doEdit, type Edit, type Sides } from './deltaEdits.ts';
import { DeskModel, expectDesk } from './mixedDesk.ts';
import { Timeline } from './mixedHistory.ts';
import { lostIdentity, unsharedView } from './mixedIdentity.ts';
import { Ears } from './mixedListeners.ts';
import type { MixedProgram, MixedSchedule, MixedStep } from './mixedPrograms.ts';
import type { MixedTally } from './mixedTally.ts';
import { deepCopy, Oracle, sameContent } from './oracle.ts';
import { isJson } from './reconcileRun.ts';

interface State {
  readonly desk: Desk;
  readonly free: unknown;
}

/** Thrown by batches of a program. */
class Abandoned extends Error {}

/**
 * Whether what stays the same object depends on how something is written, and not on what it comes to: a value that
 * was set whole is another one, whatever in it is equal, and so is what undo puts back for it.
 */
const isRewriting = ({ kind }: MixedStep): boolean =>
  ['edit', 'batch', 'group', 'readDelta', 'foreignEdit', 'travel'].includes(kind);

const isSync = (schedule: MixedSchedule): boolean => schedule === 'sync';
const isSoon = (schedule: MixedSchedule): boolean => schedule === 'sync' || schedule === 'microtask';

/** A store, its model, and the program's steps done to both. */
export class MixedRun {
  readonly trace: string[];
  readonly #subject: TransferSubject;
  readonly #tally: MixedTally;
  readonly #isLimited: boolean;
  readonly #maker: DeedMaker;
  readonly #store: TransferStore;
  /** Gets each commit: what is confirmed. */
  readonly #follower: TransferStore;
  /** Catches up now and then. */
  readonly #laggard: TransferStore;
  readonly #ears: Ears;
  readonly #oracle: Oracle;
  readonly #history: Timeline | undefined;
  readonly #desk: DeskModel;
  /** The desk that each commit of its own led to, since the last look. */
  readonly #made: Desk[] = [];
  /** The states of these commits, for the history. */
  #steps: unknown[] = [];
  readonly #earlier: unknown[];

  constructor(subject: TransferSubject, { size, free, history, room }: MixedProgram, tally: MixedTally) {
    const initial = { desk: deskOf(size), free };
    this.#subject = subject;
    this.#tally = tally;
    this.#isLimited = room !== undefined;
    this.#maker = new DeedMaker(size);
    this.#desk = new DeskModel(initial.desk);
    this.#earlier = [deepCopy(free)];
    this.#oracle = new Oracle(initial);
    this.#follower = subject.createStore(deepCopy(initial));
    this.#laggard = subject.createStore(deepCopy(initial));
    const limits = room === undefined ? {} : { bytes: this.#follower.stats().bytes.reserved + room };
    this.#store = subject.createStore(deepCopy(initial), { history, log: { bytes: 1 << 24 }, limits });
    this.#history = history === false ? undefined : new Timeline(this.#store.history, deepCopy(initial));
    this.#store.onCommit(({ delta, origin }) => this.#follow(delta, origin));
    this.#ears = new Ears(this.#store);
    this.trace = [`store = ${show(initial)}, history ${show(history)}, room ${room}`];
  }

  dispose(): void {
    for (const store of [this.#store, this.#follower, this.#laggard]) store.dispose();
  }

  async take(step: MixedStep): Promise<void> {
    this.#tally.steps += 1;
    const before = { state: this.#oracle.root, view: this.#store.get() };
    await this.#do(step);
    // What is committed in a group is one step.
    this.#history?.committed(step.kind === 'group' ? this.#steps.slice(-1) : this.#steps);
    this.#steps = [];
    this.#desk.confirm(this.#made.splice(0), (this.#follower.get() as State).desk);
    this.#expectState();
    const after = { state: this.#oracle.root, view: this.#store.get() };
    const found = isRewriting(step) ? unsharedView(before, after) : lostIdentity(before.view, after.view);
    if (found !== undefined) fail(`identity after ${step.kind}: ${found}`);
    // Several commits may lead away and back.
    const isOneCommit = step.kind !== 'group' && step.kind !== 'churn';
    if (isOneCommit && sameContent(before.view, after.view))
      checkSame(after.view, before.view, `the state after ${step.kind}`);
    this.#ears.check(this.#oracle.root, isSync);
  }

  /** Everything is settled, told and compared; then the store goes. */
  async end(): Promise<void> {
    for (let turn = 0; this.#desk.isWaiting; turn += 1) {
      const ending = turn % 3 === 2 ? 'rollback' : 'commit';
      await this.take({ kind: 'settle', pick: turn % 2 === 0 ? 0 : 0xffff, ending });
    }
    checkEqual(
      this.#store.get(),
      this.#follower.get(),
      'everything settled, compared with what was committed',
    );
    await this.take({ kind: 'catchUp', pick: 0 });
    await this.take({ kind: 'snapshot', pick: 0 });
    await this.take({ kind: 'advance', ms: 2_000 });
    this.#ears.check(this.#oracle.root, () => true);
    this.#tally.calls += this.#ears.calls;
    this.#ears.checkSilent(() => {
      this.#store.dispose();
      vi.advanceTimersByTime(2_000);
    });
  }

  get #sides(): Sides {
    return { oracle: this.#oracle, store: this.#store, note: (line) => this.#note(line), home: ['free'] };
  }

  get #state(): State {
    return this.#oracle.root as State;
  }

  #note(line: string): void {
    this.trace.push(line);
  }

  /** The follower and the history hear of a commit. */
  #follow(delta: Uint8Array, origin: string | undefined): void {
    this.#tally.commits += 1;
    this.#follower.apply(delta);
    if (origin === 'history') return;
    if (origin !== undefined) {
      this.#history?.confuse();
      return;
    }
    this.#made.push((this.#follower.get() as State).desk);
    this.#steps.push(this.#follower.get());
  }

  /** Whether the store did it; a small limit may refuse, and then nothing has changed. */
  #attempt(work: () => void): boolean {
    const { version } = this.#store;
    const before = this.#store.get();
    const { root } = this.#oracle;
    try {
      work();
      return true;
    } catch (error) {
      const { code } = error as { code?: string };
      if (!this.#isLimited || (code !== 'LIMIT_EXCEEDED' && code !== 'OUT_OF_MEMORY')) throw error;
      this.#note(`-> ${code}`);
      this.#tally.refused += 1;
      this.#oracle.root = root;
      checkSame(this.#store.version, version, 'the version after a refusal');
      checkEqual(this.#store.get(), before, 'the state after a refusal');
      checkSame(this.#store.get(), before, 'the state after a refusal');
      return false;
    }
  }

  async #do(step: MixedStep): Promise<void> {
    switch (step.kind) {
      case 'edit':
        this.#attempt(() => void doEdit(this.#sides, step.edit));
        return;
      case 'batch':
        return this.#batch(step.edits, step.inner, step.ending);
      case 'deeds':
        return this.#write(step.choices, false);
      case 'optimistic':
        return this.#write(step.choices, true);
      case 'foreign':
        return this.#foreign((fork) => this.#foreignDeeds(fork, step.choices));
      case 'foreignEdit':
        return this.#foreign((fork) => this.#foreignEdit(fork, step.edit));
      case 'settle':
        return this.#settle(step.pick, step.ending);
      case 'readDelta':
        return this.#readDelta(step.pick, step.edit);
      case 'become':
        return this.#become(step);
      case 'travel':
        return this.#travel(step.way, step.pick);
      case 'group':
        return this.#group(step.edits);
      case 'subscribe':
        this.#note(
          `subscribe(${JSON.stringify(step.schedule)}) to ${this.#ears.add(step.pick, step.schedule)}`,
        );
        return;
      case 'unsubscribe':
        return this.#ears.remove(step.pick);
      case 'snapshot':
        return this.#snapshot();
      case 'catchUp':
        return this.#catchUp();
      case 'churn':
        return this.#churn(step.count, step.length);
      default:
        return this.#pass(step.kind === 'tick' ? 0 : step.ms);
    }
  }

  async #pass(ms: number): Promise<void> {
    await afterMicrotasks();
    if (ms > 0) {
      this.#note(`${ms} ms pass`);
      vi.advanceTimersByTime(ms);
      await afterMicrotasks();
    }
    this.#ears.check(this.#oracle.root, isSoon);
  }

  #batch(
    edits: readonly Edit[],
    inner: readonly Edit[],
    ending: 'returns' | 'throws' | 'inner throws',
  ): void {
    const { root } = this.#oracle;
    const abandon = (work: () => void): void => {
      const middle = this.#oracle.root;
      try {
        this.#store.batch(() => {
          work();
          throw new Abandoned();
        });
      } catch (error) {
        if (!(error instanceof Abandoned)) throw error;
        this.#note('}) thrown');
        this.#tally.thrown += 1;
        this.#oracle.root = middle;
      }
    };
    const all = (list: readonly Edit[]): void => {
      for (const each of list) doEdit(this.#sides, each);
    };
    this.#attempt(() => {
      this.#note('store.batch(() => {');
      if (ending === 'throws') return abandon(() => all(edits));
      this.#store.batch(() => {
        all(edits);
        this.#note('store.batch(() => {');
        if (ending === 'inner throws') abandon(() => all(inner));
        else this.#store.batch(() => all(inner));
        all(edits.slice(0, 1));
      });
      this.#note('})');
      return undefined;
    });
    if (ending === 'throws') this.#oracle.root = root;
    else if (sameContent(root, this.#oracle.root)) this.#oracle.root = root;
  }

  #setDesk(desk: Desk): void {
    this.#oracle.root = { ...this.#state, desk };
  }

  #write(choices: readonly Choice[], isOptimistic: boolean): void {
    const { desk } = this.#state;
    const deeds = this.#maker.deedsOf(desk, choices, false);
    this.#note(`${isOptimistic ? 'optimistic' : 'own'}: ${deeds.map((deed) => show(deed)).join(', ')}`);
    const work = (): void => deeds.forEach((deed) => void doOn(this.#store.at('desk'), deed));
    let effect: Optimistic | undefined;
    const isDone = this.#attempt(() => {
      if (isOptimistic) effect = this.#store.optimistic(work);
      else this.#store.batch(work);
    });
    if (!isDone) return;
    if (isOptimistic) this.#tally.optimistic += 1;
    this.#desk.waiting = [...this.#desk.waiting, { deeds, effect }];
    this.#setDesk(deeds.reduce(done, desk));
  }

  /** Somebody else changes what is confirmed. */
  #foreign(work: (fork: TransferStore) => () => void): void {
    const fork = this.#subject.createStore(this.#follower.get());
    const deltas: Uint8Array[] = [];
    fork.onCommit(({ delta }) => deltas.push(unversioned(delta)));
    const accept = work(fork);
    fork.dispose();
    const { version } = this.#store;
    const isDone = this.#attempt(() => {
      for (const delta of deltas) this.#store.apply(delta, { origin: 'elsewhere' });
    });
    if (!isDone) return;
    this.#tally.foreign += deltas.length;
    if (deltas.length > 0 && this.#store.version === version) fail('a change of others is no commit');
    accept();
  }

  #foreignDeeds(fork: TransferStore, choices: readonly Choice[]): () => void {
    const deeds = this.#maker.deedsOf((fork.get() as State).desk, choices, true);
    this.#note(`foreign: ${deeds.map((deed) => show(deed)).join(', ')}`);
    fork.batch(() => deeds.forEach((deed) => void doOn(fork.at('desk'), deed)));
    return () => {
      this.#desk.confirmed = deeds.reduce(done, this.#desk.confirmed);
    };
  }

  #foreignEdit(fork: TransferStore, edit: Edit): () => void {
    const oracle = new Oracle(fork.get());
    doEdit({ oracle, store: fork, note: (line) => this.#note(`foreign: ${line}`), home: ['free'] }, edit);
    return () => {
      this.#oracle.root = { ...this.#state, free: (oracle.root as State).free };
    };
  }

  #settle(pick: number, ending: 'commit' | 'rollback'): void {
    const { effects } = this.#desk;
    const at = pick % (effects.length || 1);
    const effect = effects[at];
    if (effect === undefined) return;
    this.#note(`${ending} of ${at} of ${effects.length}`);
    const before = this.#store.get();
    if (!this.#attempt(() => effect[ending]())) return;
    if (ending === 'commit') checkSame(this.#store.get(), before, 'what is visible after commit()');
    this.#desk.settled(effect, ending === 'commit');
  }

  /** Reads what waits as a delta in the middle of a batch. */
  #readDelta(pick: number, edit: Edit): void {
    const { effects } = this.#desk;
    const effect = effects[pick % (effects.length || 1)] as
      | (Optimistic & { readonly delta: unknown })
      | undefined;
    if (effect === undefined) return;
    this.#note('store.batch(() => { ...; effect.delta; })');
    this.#attempt(() =>
      this.#store.batch(() => {
        doEdit(this.#sides, edit);
        try {
          void effect.delta;
        } catch (error) {
          if (!(error instanceof this.#subject.GaesupError)) throw error;
        }
      }),
    );
  }

  #become({ way, value, source, key, pick }: MixedStep & { readonly kind: 'become' }): void {
    const { free } = this.#state;
    const some = this.#earlier[pick % this.#earlier.length];
    const next = source === 'value' ? value : source === 'earlier' ? some : changed(free, pick);
    const place = this.#store.at('free');
    const isText = way === 'ingest' && isJson(next);
    this.#note(`store.at('free').${isText ? 'ingest' : way}(${show(next)}), key ${key}`);
    const isDone = this.#attempt(() => {
      if (isText) place.ingest(JSON.stringify(next), { key });
      else if (way === 'restore') {
        const other = this.#subject.createStore(next);
        const bytes = other.snapshot();
        other.dispose();
        place.restore(bytes, { key });
      } else place.reconcile(deepCopy(next), { key });
    });
    if (!isDone) return;
    this.#tally.taken += 1;
    if (!sameContent(next, free)) this.#oracle.root = { ...this.#state, free: deepCopy(next) };
  }

  #travel(way: 'undo' | 'redo' | 'jump' | 'clear', pick: number): void {
    const timeline = this.#history;
    const { history } = this.#store;
    if (timeline === undefined) return;
    this.#note(`history.${way}() at ${history.position} of ${history.steps.length}`);
    if (way === 'clear') {
      history.clear();
      if (this.#desk.isWaiting) timeline.confuse();
      else timeline.restart(this.#follower.get());
      return;
    }
    const { position } = history;
    const count = history.steps.length;
    const target = way === 'undo' ? position - 1 : way === 'redo' ? position + 1 : pick % (count + 1);
    const can = way === 'undo' ? history.canUndo : way === 'redo' ? history.canRedo : true;
    const isExact = timeline.isExact && !this.#desk.isWaiting;
    let answer: unknown = true;
    const isDone = this.#attempt(() => {
      if (way !== 'jump') answer = history[way]();
      else history.jumpTo(target);
    });
    if (!isDone) return;
    checkSame(answer, can, `what ${way}() returned`);
    if (answer === true) this.#tally.undone += 1;
    if (!isExact) timeline.confuse();
    else {
      const isMoved = target >= 0 && target <= count;
      const state = isMoved ? timeline.moved(target) : this.#oracle.root;
      checkEqual(this.#store.get(), state, `the state after ${way}()`);
    }
    this.#adopt();
  }

  /** Takes the store's own word for what is visible; what was confirmed says the replica. */
  #adopt(): void {
    this.#desk.isPredictable = false;
    this.#oracle.root = deepCopy(this.#store.get());
  }

  #group(edits: readonly Edit[]): void {
    const { history } = this.#store;
    const { position } = history;
    this.#note('history.group(() => {');
    const all = (): void => {
      for (const each of edits) this.#attempt(() => void doEdit(this.#sides, each));
    };
    if (this.#history === undefined) return all();
    history.group(all);
    this.#note('})');
    // What waited may be confirmed along with it, as a step of its own.
    if (this.#desk.waiting.length === 0 && history.position > position + 1)
      fail(`a group led from step ${position} to ${history.position}`);
    return undefined;
  }

  #snapshot(): void {
    const bytes = this.#store.snapshot();
    const opened = this.#subject.openStore(bytes);
    checkEqual(opened.get(), this.#store.get(), 'the state that a snapshot holds');
    opened.dispose();
    if (!this.#subject.equals(this.#store, bytes)) fail('a store is not equal to its snapshot');
    if (this.#desk.waiting.length === 0 && !this.#subject.equals(this.#follower, bytes))
      fail('a replica has another snapshot');
    this.#earlier.push(deepCopy(this.#state.free));
  }

  #catchUp(): void {
    if (this.#laggard.version === this.#store.version) return;
    this.#laggard.apply(this.#store.deltaSince(this.#laggard.version));
    checkSame(this.#laggard.version, this.#store.version, 'the version of a replica that caught up');
    checkEqual(this.#laggard.get(), this.#follower.get(), 'a replica that caught up');
  }

  /** Texts that come and go. */
  #churn(count: number, length: number): void {
    if (this.#desk.waiting.length > 0) return;
    this.#note(`${count} texts of ${length} letters come and go`);
    for (let index = 0; index < count; index += 1) {
      const text = `${this.#tally.steps} ${index}`.padEnd(length, 'x');
      const isDone = this.#attempt(() => this.#store.at('desk', 'fields', 'c').set(text));
      if (isDone) this.#setDesk({ ...this.#state.desk, fields: { ...this.#state.desk.fields, c: text } });
    }
    this.#desk.confirmed = this.#state.desk;
    this.#made.length = 0;
  }

  #expectState(): void {
    const state = this.#store.get() as State;
    checkSame(this.#store.version, this.#follower.version, 'the version');
    if (this.#desk.waiting.length === 0)
      checkEqual(state, this.#follower.get(), 'the state when nothing waits');
    if (!this.#desk.isPredictable) {
      if (difference(state, this.#oracle.root) !== undefined) this.#oracle.root = deepCopy(state);
      return;
    }
    expectDesk((this.#follower.get() as State).desk, this.#desk.confirmed, 'what is confirmed');
    expectDesk(state.desk, this.#desk.visible, 'what is visible');
    checkEqual(state.free, this.#state.free, 'the free part');
    // The order of items is that of the store, where more than one has moved them.
    if (difference(state, this.#oracle.root) !== undefined) this.#setDesk(deepCopy(state.desk) as Desk);
  }
}
