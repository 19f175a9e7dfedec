import { type Author, OWN } from './author.ts';
import { Batch } from './batch.ts';
import type { CursorNode } from './cursor.ts';
import { DEVELOPMENT } from './development.ts';
import type { Drafting } from './draft.ts';
import { Encoder } from './encoder.ts';
import { Engine } from './engine.ts';
import { formatPath, GaesupError, type Key } from './errors.ts';
import { Followed } from './followed.ts';
import { holder, Place, Remembered } from './place.ts';
import {
  COLLECTING,
  Collecting,
  Committed,
  ERRORS,
  Moves,
  type Operation,
  Refused,
  STALE,
} from './protocol.ts';
import { assertNotSelecting, nextMoment } from './reactive.ts';
import { Records } from './records.ts';
import { flush } from './schedule.ts';
import { Selections } from './selection.ts';
import { Texts } from './text.ts';
import type { Timeline } from './timeline.ts';
import { Transfer } from './transfer.ts';
import { Refusal } from './values.ts';
import { Views } from './views.ts';
import { Watching } from './watching.ts';

const COLLECT_DELAY_MS = 200;

/** All stores, for who has a view and not its store. */
const cores = new Set<WeakRef<Core>>();
const gone = new FinalizationRegistry<WeakRef<Core>>((core) => cores.delete(core));

/** The cores of all stores that are in use. */
export function* allCores(): Generator<Core> {
  for (const core of cores) {
    const here = core.deref();
    if (here?.engine.isAlive) yield here;
  }
}

/** What cursors of one store share. */
export class Core {
  readonly engine: Engine;
  readonly records: Records;
  readonly texts: Texts;
  readonly encoder: Encoder;
  readonly views: Views;
  readonly watching: Watching;
  readonly batch: Batch;
  readonly selections: Selections;
  readonly transfer: Transfer;
  /** Where the root value is, and the container that it may be. */
  readonly holder = holder();
  readonly root = new Place(undefined, '');
  readonly remembered = new Remembered();
  /** What goes on from commit to commit, once the store has its first value. */
  timeline: Timeline | undefined;
  /** The store, where there is one. */
  store: CursorNode | undefined;
  /** Whether the timeline wants to know of each commit. */
  isRecorded = false;
  /** Commits so far. */
  version = 0;
  /** Rises when anything may read differently: with commits, and within batches. */
  moment = 0;
  /** Rises when the state is another one: with commits, and what is done or undone without one. */
  states = 0;
  /** How often functions of selectors have run. */
  selectorRuns = 0;
  /** Rises when ids may have become those of other strings. */
  collections = 0;
  /** Rises when items of arrays may have got other indexes, or containers other keys. */
  shifts = 0;
  /** What that count was when containers may have got other keys last. */
  moved = 0;
  private readonly reference: WeakRef<Core>;
  /** Waits to collect garbage. */
  private waiting: ReturnType<typeof setTimeout> | undefined;

  /** The recipes that run, one in another. */
  readonly recipes: Drafting[] = [];

  constructor(module: WebAssembly.Module, limitBytes: number, depthMax: number, freezes = DEVELOPMENT) {
    this.engine = new Engine(module, limitBytes, depthMax);
    this.records = new Records(this.engine);
    this.texts = new Texts(this.engine);
    this.encoder = new Encoder(this.engine, this.texts, depthMax);
    this.views = new Views(this.engine, this.texts, freezes);
    this.watching = new Watching(this);
    this.batch = new Batch(this);
    this.selections = new Selections(this);
    this.transfer = new Transfer(this);
    this.engine.onFed = () => this.learn();
    this.reference = new WeakRef(this);
    cores.add(this.reference);
    gone.register(this, this.reference);
  }

  /** Keeps whose views objects are, from now on. */
  follow(): void {
    this.views.followed ??= new Followed(this);
  }

  /** Notes that something may read differently now. */
  tick(): void {
    this.moment++;
    nextMoment();
  }

  /** Brings up to date what recipes have assigned, before others read or write. */
  bringRecipes(): void {
    for (const { live } of this.recipes) live.sync();
  }

  /** Throws when nothing can be written now. */
  assertWritable(): void {
    this.engine.assertReady();
    assertNotSelecting();
  }

  /** Starts a command: three words, and room for a scalar behind it. */
  command(
    operation: Operation,
    table: number,
    row: number,
    generation: number,
    slot: number,
    count = 0,
  ): void {
    const { engine } = this;
    engine.ensure(4);
    const { u32 } = engine;
    const at = engine.at * 2;
    u32[at] = operation;
    u32[at + 1] = table;
    u32[at + 2] = row;
    u32[at + 3] = generation;
    u32[at + 4] = slot;
    u32[at + 5] = count;
    engine.at += 3;
  }

  /**
   * Sends the commands that `write` writes and commits them; `note` may read what else the engine
   * has to say of that.
   *
   * @returns whether it went through; not when a handle was stale
   */
  transact(write: () => void, pathOf: () => readonly Key[], note?: () => void, origin?: string): boolean {
    const answer = this.withRoom(() => {
      const answer =
        origin === undefined
          ? this.attempt(write, pathOf)
          : this.commitAs({ origin, isForeign: true }, () => this.attempt(write, pathOf));
      if (answer >= ERRORS && answer !== STALE) throw this.engine.error(answer, pathOf());
      return answer;
    });
    if (answer === STALE) return false;
    this.committed(answer, origin, note);
    return true;
  }

  /**
   * Makes an attempt at a write that does all of its work or none. When there is no room for it,
   * garbage is collected and there is a second one. Every write that is a commit of its own goes
   * this way. The second attempt may find handles stale that the first one has found good.
   */
  withRoom<T>(attempt: () => T): T {
    try {
      return attempt();
    } catch (error) {
      this.tidy();
      if (!this.madeRoom(error)) throw error;
    }
    return attempt();
  }

  /** Collects garbage if an error says that there was no room; answers whether it did. */
  madeRoom(error: unknown): boolean {
    return this.engine.lacksRoom(error) && this.tryCollecting();
  }

  /** Sends what was written and commits it; the answer may be an error. */
  commit(): number {
    if (this.isRecorded) this.timeline?.stamp();
    const answer = this.engine.commit();
    if (answer >= ERRORS) this.texts.giveUp();
    return answer;
  }

  /**
   * Takes note of what a commit did, and whose it was. What `note` reads of it is read behind the
   * report, whose place it takes, and before anybody is told, who may commit something else.
   */
  committed(answer: number, origin?: string, note?: () => void): void {
    const collecting = this.collecting();
    if (answer === Committed.Unchanged) {
      note?.();
      return this.tidy(collecting);
    }
    const { u32, output } = this.engine;
    const changed = answer !== Committed.Reported || u32[output + 7] !== 0;
    // A report may be about texts alone: then everything reads as before.
    if (changed || u32[output + 1] + u32[output + 3] + u32[output + 4] > 0) this.tick();
    if (changed) this.states++;
    if (answer === Committed.Reported) {
      if (u32[output + 6] !== 0) this.learn();
      this.told(false);
    }
    try {
      note?.();
      if (changed) this.advance(origin);
      this.views.followed?.learn();
      this.tidy(collecting);
    } finally {
      flush();
    }
  }

  /** Takes note of a commit of one number, at a key of a place. */
  numberCommitted(answer: number, home: Place, key: Key): void {
    if (answer !== Committed.Number) return this.committed(answer);
    this.tick();
    this.states++;
    const { u32, output } = this.engine;
    const patched = u32[output + 5];
    if (patched !== 0) {
      this.views.patch(patched, key, u32[output + 10], u32[output + 11]);
      home.keepView(patched, this.moment);
    }
    this.told(true);
    try {
      this.advance();
    } finally {
      flush();
    }
  }

  /** Takes note of what the engine did besides committing what was written, and of what `then` does. */
  settled(answer: number, then: () => void): void {
    const collecting = this.collecting();
    this.tick();
    this.states++;
    if (answer === Committed.Reported) this.told(false);
    try {
      then();
      this.tidy(collecting);
    } finally {
      flush();
    }
  }

  /** Commits, and has the engine know whose that is, if anybody wants to. */
  commitAs(author: Author, commit: () => number): number {
    const { engine, isRecorded, timeline } = this;
    if (author === OWN || !isRecorded || timeline === undefined) return commit();
    timeline.author(author);
    try {
      return commit();
    } finally {
      if (engine.isAlive) timeline.author(OWN);
    }
  }

  private advance(origin?: string): void {
    if (this.isRecorded) this.timeline?.advance(origin);
    else this.version++;
  }

  /** Takes note of what a rollback undid. */
  rolledBack(): void {
    this.tick();
    this.told(false);
  }

  /** Reads which views and watchers a commit or a rollback tells of. */
  private told(isNumber: boolean): void {
    const { engine } = this;
    const { u32, output } = engine;
    const viewCount = u32[output + 1];
    const watcherCount = u32[output + 3];
    engine.bytesOut += 32 + (viewCount + watcherCount) * 4;
    const moves = u32[output + 4];
    if (moves !== 0) this.shifts++;
    if (moves >= Moves.Containers) this.moved = this.shifts;
    if (viewCount > 0) this.views.drop(u32[output], viewCount);
    if (watcherCount > 0) this.watching.fired(u32[output + 2] / 4, watcherCount, isNumber);
  }

  /** The error that something thrown while a value was written is to the caller; a key has no path of its own. */
  refused(error: unknown, around: () => readonly Key[]): unknown {
    if (!(error instanceof Refusal)) return error;
    const { code, reason, inside, pathOf = around } = error;
    const path = [...pathOf(), ...inside.reverse()];
    return new GaesupError(code, `${formatPath(path)}: ${reason}`, path);
  }

  /** Frees what nothing refers to; answers how many strings. */
  collect(): number {
    this.collections++;
    this.texts.forget();
    const freed = this.engine.collect();
    this.views.collected();
    return freed;
  }

  /** What the last commit or rollback said of garbage. */
  private collecting(): Collecting {
    return this.engine.u32[this.engine.output + COLLECTING] ?? Collecting.Idle;
  }

  /** Collects garbage where that pays: at once when there is much, else when there is time. */
  tidy(collecting: Collecting = this.collecting()): void {
    if (collecting === Collecting.Idle) return;
    if (collecting === Collecting.Pays || this.batch.isOpen) this.collectSoon();
    else this.tryCollecting();
  }

  /** Collects garbage if that is possible: without memory for it, or a store, there is nothing to do. */
  private tryCollecting(): boolean {
    if (!this.engine.isAlive) return false;
    try {
      this.collect();
      return true;
    } catch {
      return false;
    }
  }

  dispose(): void {
    clearTimeout(this.waiting);
    cores.delete(this.reference);
    this.timeline?.dispose();
    this.watching.clear();
    this.views.clear();
    this.texts.forget();
    this.texts.giveUp();
    this.engine.dispose();
  }

  private attempt(write: () => void, pathOf: () => readonly Key[]): number {
    const { engine } = this;
    try {
      engine.writing = true;
      write();
      engine.writing = false;
      return this.commit();
    } catch (error) {
      engine.writing = false;
      this.texts.giveUp();
      this.engine.rollback();
      if (error instanceof Refused) return error.answer;
      throw this.refused(error, pathOf);
    }
  }

  /** Learns the ids of texts that were sent. */
  learn(): void {
    if (!this.texts.isAsking) return;
    const { u32, output } = this.engine;
    this.texts.learn(u32[output + 5], u32[output + 6]);
    this.engine.bytesOut += u32[output + 6] * 4;
  }

  private collectSoon(): void {
    if (this.waiting !== undefined) return;
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      this.tryCollecting();
    }, COLLECT_DELAY_MS);
    // A waiting collection is no reason for a process to stay.
    (this.waiting as { unref?: () => void }).unref?.();
  }
}
