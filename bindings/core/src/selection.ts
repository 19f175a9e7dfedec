import { assertNotForeignReader, COPY, THIS_COPY } from './copy.ts';
import type { Core } from './core.ts';
import { CursorNode } from './cursor.ts';
import { GaesupError, type Key } from './errors.ts';
import { INSPECT, type Inspect, printed } from './printed.ts';
import {
  currentChange,
  currentMoment,
  currentReader,
  doubt,
  type Equals,
  isInDoubt,
  type ListenerOptions,
  type Observer,
  type Reader,
  readAs,
  Source,
} from './reactive.ts';
import { textOf } from './selectorText.ts';
import { shallowEqual } from './shallow.ts';
import { type Dependencies, isSame, Run } from './tracking.ts';
import type { Listener } from './types.ts';
import type { PlaceSource, Watch } from './watching.ts';

/** A function of the state. */
export type Selector = (state: never) => unknown;

/** What most selections read besides the state. */
const NO_SOURCES = new Map<Source, unknown>();

/** How much is known of the value held. */
enum State {
  /** Nothing it depends on has changed. */
  Fresh,
  /** A source may have another value. */
  Unsure,
  /** The function has to run. */
  Stale,
}

/**
 * A value derived from the state by a function, which runs once to see what
 * it reads, and again when something of that has changed.
 *
 * Nobody pushes values around: a change only marks what may be affected, and
 * values are computed when asked for, the sources of a selection before the
 * selection. So each is computed at most once per commit, and never from a
 * mix of old and new.
 */
export class Selection extends Source implements Watch, Observer, Reader {
  private readonly core: Core;
  /** What it is made by. */
  readonly selector: Selector;
  private readonly equals: Equals;
  /** How many keys the function names, if it does nothing else. */
  private readonly steps: number | undefined;
  private state = State.Stale;
  private held: unknown = undefined;
  private holds = false;
  /** The change that was passed on last. */
  private marked = -1;
  /** The state that the value is known to be right for while nobody tells of changes, and the moment if it is in a batch. */
  private states = -1;
  private moment = -1;
  /** What the value was at a moment of a batch. */
  private previewed: { moment: number; value: unknown } | undefined;
  /** What the last run threw. */
  private failure: { error: unknown } | undefined;
  /** Whether what another run gives cannot equal the value. */
  private isUnlike = false;
  /** The run going on. */
  private current: Run | undefined;
  private busy = false;
  /** What the last run read of the state: a path that is all there is to the function, or each thing. */
  private followed: Key[] | undefined;
  private dependencies: Dependencies = [];
  /** Sources that the last run read, with what it saw. */
  private sources = NO_SOURCES;
  /** Its number with the engine while it is on file, and what it is filed under. */
  private id = -1;
  private filed: Dependencies = [];
  /** The one that the value is taken from as it is. */
  private alias: PlaceSource | undefined;

  constructor(core: Core, select: Selector, equals: Equals = shallowEqual) {
    super();
    this.core = core;
    this.selector = select;
    this.equals = equals;
    this.steps = textOf(select).steps;
  }

  get path(): readonly Key[] {
    return this.alias?.path ?? [];
  }

  /** The store whose state it is made of. */
  get store(): unknown {
    return this.core.store;
  }

  /** As a cursor has one. */
  get [Symbol.toStringTag](): string {
    return 'Selection';
  }

  /** The value now. */
  get(): unknown {
    this.core.engine.assertReady();
    const reader = currentReader();
    if (reader !== undefined) return reader.read(this);
    assertNotForeignReader();
    return this.value();
  }

  /** What `JSON.stringify` writes: the value. */
  toJSON(): unknown {
    return this.get();
  }

  get [COPY](): object {
    return THIS_COPY;
  }

  [INSPECT](depth: number | null, options: object, inspect: Inspect | undefined): string {
    return printed('Selection:', () => this.value(), depth, options, inspect);
  }

  override subscribe(listener: Listener<unknown>, options?: ListenerOptions): () => void {
    this.core.engine.assertReady();
    return super.subscribe(listener, options);
  }

  value(): unknown {
    const { core } = this;
    core.batch.settle();
    if (isInDoubt()) return this.preview();
    if (this.state === State.Unsure && this.alias !== undefined) this.follow(this.alias);
    if (!this.inUse && !this.isOfNow) this.state = State.Stale;
    // Sources of other stores change without anyone's noticing while nobody listens.
    if (this.state === State.Unsure || !this.inUse) this.alone(() => this.check());
    if (this.state === State.Stale) this.alone(() => this.run());
    return this.known();
  }

  private known(): unknown {
    if (this.failure !== undefined) throw this.failure.error;
    return this.held;
  }

  /**
   * Whether the value is certain to be another one by now, which is known without running the function: something
   * it read has changed, and what it makes is never the same again.
   */
  get isAnother(): boolean {
    if (!this.inUse || !this.isUnlike || this.alias !== undefined || isInDoubt()) return false;
    if (this.state === State.Unsure) this.alone(() => this.check());
    return this.state === State.Stale;
  }

  /** Does what must not come back to where it began. */
  private alone<R>(work: () => R): R {
    if (this.busy) throw new GaesupError('INVALID_CALL', 'A selection depends on itself.');
    this.busy = true;
    try {
      return work();
    } finally {
      this.busy = false;
    }
  }

  fired(): void {
    this.mark(State.Stale);
  }

  recheck(): void {
    // What a batch has left as it was is right as it was.
    this.state = Math.max(this.state, this.isOfNow ? State.Unsure : State.Stale);
    this.changed();
  }

  became(): void {
    this.mark(State.Stale);
  }

  stale(): void {
    this.mark(State.Unsure);
  }

  read(source: Source): unknown {
    // Also a source that fails is one: it may go better another time.
    this.dependOn(source, undefined);
    const value = source.value();
    this.sources.set(source, value);
    if (this.current !== undefined) {
      this.current.finished ??= new Set();
      this.current.finished.add(value);
    }
    return value;
  }

  protected start(instead?: unknown): void {
    const { core } = this;
    core.watching.inUse.add(this);
    this.id = core.watching.open(this);
    doubt(this);
    core.batch.settle();
    if (this.state === State.Stale || !this.isOfNow) this.state = State.Stale;
    else this.resume(instead);
  }

  /** Goes on with a value that was computed while nobody subscribed: another run might give another object. */
  private resume(instead: unknown): void {
    const { sources } = this;
    this.state = State.Unsure;
    this.sources = NO_SOURCES;
    try {
      for (const [source, seen] of sources) this.dependOn(source.shared(), seen);
      if (instead instanceof Selection) this.succeed(instead);
      this.file();
    } catch {
      // What to make of a source that fails is the function's business.
      this.state = State.Stale;
    }
  }

  /** Takes over what a selection is on file with that ends now, if both depend on the same. */
  private succeed(before: Selection): void {
    if (before === this || before.core !== this.core || !before.isSole) return;
    if (!isSame(before.filed, this.dependencies)) return;
    this.core.watching.exchange(this.id, before.id);
    [this.id, before.id] = [before.id, this.id];
    [this.filed, before.filed] = [before.filed, this.filed];
  }

  protected stop(): void {
    const { core } = this;
    core.watching.inUse.delete(this);
    core.watching.close(this.id, this.filed.length > 0);
    this.id = -1;
    this.filed = [];
    for (const source of this.sources.keys()) source.unobserve(this);
    // Only the place itself knew what it has become.
    if (this.alias !== undefined && this.state !== State.Fresh) this.state = State.Stale;
    this.alias?.unobserve(this);
    this.alias = undefined;
    this.knowUntilNow();
  }

  /** Notes that the value is right for the state, whatever an open batch has made of it. */
  private knowUntilNow(): void {
    const { core } = this;
    this.states = core.states;
    this.moment = core.batch.hasWritten ? -1 : core.moment;
  }

  /** Whether nothing has been changed since the value was known to be right. */
  private get isOfNow(): boolean {
    const { moment, states, batch } = this.core;
    return this.moment === moment || (this.states === states && !batch.hasWritten);
  }

  /** Depends on a source that was seen to have a value. */
  private dependOn(source: Source, seen: unknown): void {
    if (this.inUse) source.observe(this);
    if (this.sources === NO_SOURCES) this.sources = new Map();
    this.sources.set(source, seen);
  }

  /** Passes a change on, once, however many ways it comes. */
  private mark(state: State.Unsure | State.Stale): void {
    if (this.state !== State.Fresh && this.marked === currentChange()) {
      this.state = Math.max(this.state, state);
      return;
    }
    this.state = Math.max(this.state, state);
    this.marked = currentChange();
    this.changed();
  }

  /**
   * The value in the middle of a batch, which may never come to be. What is held
   * is that of before the batch, and stays so if it is the same after it.
   */
  private preview(): unknown {
    const { core } = this;
    // What another store's batch has written is nothing to one that reads this one only.
    const isUntouched = this.isOfNow || (this.inUse && !core.batch.hasWritten);
    if (this.state === State.Fresh && isUntouched && this.sources.size === 0) return this.known();
    if (this.previewed?.moment !== currentMoment()) {
      const value = this.alone(() => core.selections.once(this.selector, core.views.freezes));
      this.previewed = { moment: currentMoment(), value };
    }
    return this.previewed.value;
  }

  /** Takes the value over from the place that is all there is to the function. */
  private follow(alias: PlaceSource): void {
    const value = alias.value();
    // Where there is nothing the function may throw, and has to say so itself.
    const isSaid = value === undefined || alias.isEntry;
    this.state = isSaid ? State.Stale : State.Fresh;
    if (!isSaid) this.keep(value);
  }

  /** Brings the sources up to date, in the order they were read, until one has another value. */
  private check(): void {
    if (this.state === State.Stale) return;
    this.state = State.Stale;
    try {
      for (const [source, seen] of this.sources) if (!Object.is(source.value(), seen)) return;
    } catch {
      // What to make of a source that fails is the function's business.
      return;
    }
    this.state = State.Fresh;
  }

  /** Runs the function and follows what it read. */
  private run(): void {
    const { core, sources: before } = this;
    const run = new Run(core);
    this.sources = NO_SOURCES;
    this.failure = undefined;
    this.isUnlike = false;
    this.followed = undefined;
    this.current = run;
    core.selectorRuns++;
    try {
      const result = readAs(this, () => this.selector(run.state() as never));
      const value = run.finish(result, core.views.freezes);
      this.followed = this.pathOf(run, value);
      this.keep(value);
      this.isUnlike = run.isUnlike && this.equals === shallowEqual;
    } catch (error) {
      this.failure = { error };
    }
    run.end();
    this.current = undefined;
    this.state = State.Fresh;
    this.knowUntilNow();
    this.dependencies = this.followed === undefined ? run.dependencies() : [];
    if (!this.inUse) return;
    for (const source of before.keys()) if (!this.sources.has(source)) source.unobserve(this);
    this.file();
  }

  /** Keeps a value, or the one held if they are equal. */
  private keep(value: unknown): void {
    if (this.holds && (Object.is(value, this.held) || this.isHeld(value))) return;
    this.held = value;
    this.holds = true;
  }

  /** Whether a value is taken for the one held. What a place holds is another when it is another object. */
  private isHeld(value: unknown): boolean {
    return (this.followed === undefined || this.equals !== shallowEqual) && this.equals(value, this.held);
  }

  /** Follows what the last run depends on. */
  private file(): void {
    const { core, alias, followed } = this;
    this.alias = followed && core.watching.sourceOf(new CursorNode(core, core.holder, '').at(...followed));
    this.alias?.observe(this);
    if (alias !== this.alias) alias?.unobserve(this);
    this.filed = core.watching.file(this, this.id, this.filed, this.dependencies);
  }

  /** The path that is all there is to the function. */
  private pathOf(run: Run, value: unknown): Key[] | undefined {
    if (this.steps === undefined || this.sources.size > 0 || value === undefined) return undefined;
    const path = run.path();
    return path?.length === this.steps ? path : undefined;
  }
}

/** The selections of one store: the same function, or one that cannot but do the same, is the same selection. */
export class Selections {
  private readonly core: Core;
  private readonly known = new WeakMap<Selector, Selection>();
  /** Those of functions that are nothing but their text. */
  private readonly byText = new Map<string, WeakRef<Selection>>();

  constructor(core: Core) {
    this.core = core;
  }

  of(select: Selector, equals?: Equals): Selection {
    if (typeof select !== 'function') throw new TypeError('select() takes a function of the state.');
    if (equals !== undefined && typeof equals !== 'function')
      throw new TypeError('equals is a function of two values.');
    if (equals !== undefined) return new Selection(this.core, select, equals);
    let selection = this.known.get(select);
    if (selection === undefined) {
      const text = textOf(select);
      selection =
        text.closed === undefined ? new Selection(this.core, select) : this.ofText(text.closed, select);
      this.known.set(select, selection);
    }
    return selection;
  }

  /** The selection of all functions with a text that is all there is to them. */
  private ofText(text: string, select: Selector): Selection {
    let selection = this.byText.get(text)?.deref();
    if (selection === undefined) {
      selection = new Selection(this.core, select);
      this.byText.set(text, new WeakRef(selection));
    }
    return selection;
  }

  /** What a function makes of the state now; a selector that asks depends on it. */
  get(select: Selector): unknown {
    if (typeof select !== 'function') throw new TypeError('get() takes a function of the state.');
    return currentReader() === undefined ? this.once(select) : this.of(select).get();
  }

  /** What a function makes of the state now, whatever happens later; who asks may change it, unless it is frozen. */
  once(select: Selector, freezes = false): unknown {
    this.core.engine.assertReady();
    this.core.batch.settle();
    const run = new Run(this.core);
    this.core.selectorRuns++;
    try {
      return run.finish(
        readAs(undefined, () => select(run.state() as never)),
        freezes,
      );
    } finally {
      run.end();
    }
  }
}
