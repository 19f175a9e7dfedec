import type { FollowOptions } from './reactive.ts';
import { delayMsMaxOf, report, type Timing, timingOf } from './schedule.ts';
import { equalParts } from './shallow.ts';
import type { Readable, Schedule } from './types.ts';
import type { Immutable } from './valueTypes.ts';

/** What an adapter's `useStore` takes besides what it is to show. */
export interface UseStoreOptions {
  /**
   * When a change is shown. Default `'sync'`: at once, and frameworks gather changes for
   * their next rendering. Otherwise the value stays as it is until its time has come, however often it is
   * asked for.
   */
  schedule?: Schedule;
  /** Values that count as the same. Default: the same, or arrays, plain objects, `Map`s, `Set`s or dates that are equal. */
  equals?: (a: unknown, b: unknown) => boolean;
}

/** Stands for no value, since `undefined` is one. */
export const NOTHING: unique symbol = Symbol('nothing');
/** Stands for another value, whatever it is. */
const ANOTHER: unique symbol = Symbol('another');

/**
 * What is shown of a readable, which may be exchanged at any time: what a component
 * makes while it renders is another one each time, and mostly means the same.
 *
 * So an equal value is the one before, whatever readable it comes from, and a change that waits for its
 * time goes on waiting when another readable says the same as the one before.
 */
export class Follower<T> {
  readonly path = [];
  private readonly equals: (a: unknown, b: unknown) => boolean;
  /** When a change is told of; undefined if that is at once. It outlives what is followed. */
  private readonly timing: Timing | undefined;
  /** How to look at a change, which may come while something of the framework runs that must not depend on that. */
  private readonly unseen: (work: () => void) => void;
  /** Whether a change was told and nobody has asked for the value since: more may have changed, and it was not computed. */
  private isTold = false;
  private readable: Readable<T> | undefined;
  private held: Outcome<T> = NOTHING;
  /** What was shown before anything was followed. */
  private first: Outcome<T> = NOTHING;
  private notify: (() => void) | undefined;
  /** Nobody is told for now, and whether something has come meanwhile. */
  private rests = false;
  private hasMissed = false;
  /** Ends what is followed now. */
  private end: (() => void) | undefined;
  /** Waits with a failure for whoever will take away what shows it. */
  private doubt: ReturnType<typeof setTimeout> | undefined;
  private readonly patienceMs: number;

  constructor(
    { schedule = 'sync', equals = equalParts }: UseStoreOptions,
    unseen = (work: () => void) => work(),
  ) {
    this.equals = equals;
    this.unseen = unseen;
    this.timing = schedule === 'sync' ? undefined : timingOf(schedule, this);
    this.patienceMs = delayMsMaxOf(schedule);
  }

  /** Whether somebody is told of changes. */
  get active(): boolean {
    return this.notify !== undefined;
  }

  /**
   * What to show of a readable: its value, or the one that is shown if they are equal or its time has not come.
   *
   * @throws what the readable throws
   */
  show(readable: Readable<T>): Immutable<T> {
    const { held, timing, readable: followed, isTold } = this;
    const isFollowed = readable === followed;
    // A rendering with another readable may come to nothing; then the time that has come must not be forgotten.
    if (isFollowed || timing === undefined) this.isTold = false;
    const waitsFor = held === NOTHING || isTold ? undefined : timing && followed;
    if (waitsFor === readable) return held as Immutable<T>;
    const outcome = outcomeOf(readable);
    if (held !== NOTHING) {
      if (this.isSame(outcome, held)) return held;
      // What both fail with may be gone before its time comes, with whoever shows it.
      if (waitsFor !== undefined && this.isSame(outcome, outcomeOf(waitsFor))) return held;
      if (outcome === NOTHING && isTold && timing !== undefined) {
        this.tellLater();
        return held;
      }
    }
    if (isTold && isFollowed) this.held = outcome;
    const value = outcome === NOTHING ? readable.get() : outcome;
    if (held === NOTHING) this.first = value;
    return value;
  }

  /** The same, to be compared with what is shown: nothing is computed if that is another value in any case. */
  compared(readable: Readable<T>): Immutable<T> | typeof ANOTHER {
    return this.isTold && readable === this.readable && isAnother(readable) ? ANOTHER : this.show(readable);
  }

  /** Follows a readable, in place of the one before; answers how to end that. */
  follow(readable: Readable<T>, notify: () => void): () => void {
    const { readable: followed, end: before } = this;
    // What has been ended may be followed by others only.
    const instead = before && followed;
    const options: FollowOptions = { schedule: 'sync', lazy: true, instead };
    const end = readable.subscribe(() => this.unseen(() => this.changed()), options);
    // Only now: what both depend on stays watched.
    before?.();
    this.held = tryTo(() => this.show(readable));
    // What fails by now was shown a moment ago, and its time has not come.
    if (this.held === NOTHING && this.timing !== undefined) this.held = this.first;
    this.first = NOTHING;
    this.readable = readable;
    this.notify = notify;
    this.isTold = false;
    this.catchUp(readable);
    this.end = end;
    return () => {
      if (this.end !== end) return;
      end();
      this.end = undefined;
      this.notify = undefined;
      // A change that waits is not forgotten when another readable is followed at once. Later, what is there counts.
      queueMicrotask(() => {
        if (this.notify === undefined) this.letGo();
      });
    };
  }

  /**
   * The same for who ends it before the next one is followed, as React does: it stays watched until then, or until
   * the end of the task.
   */
  followOn(readable: Readable<T>, notify: () => void): () => void {
    const end = this.follow(readable, notify);
    const mine = this.end;
    return () => {
      if (this.end !== mine) return;
      this.notify = undefined;
      queueMicrotask(() => {
        if (this.notify === undefined) end();
      });
    };
  }

  private letGo(): void {
    this.readable = undefined;
    this.isTold = false;
    this.timing?.cancel();
    this.endDoubt();
  }

  /** Tells of nothing until it wakes: whoever shows the value is not seen. */
  rest(): void {
    this.rests = true;
  }

  /** Tells again, and that there is another value if one has come meanwhile. */
  wake(): void {
    this.rests = false;
    if (this.hasMissed) this.tellOf();
  }

  get isResting(): boolean {
    return this.rests;
  }

  /** Tells of another value, or that there is none any more; of the latter not before others had the time to. */
  run(): void {
    // Whoever was told asks when it renders, and nothing is computed for each of many changes until then;
    // React asks at once, and each time.
    if (this.isTold) return;
    if (this.notify !== undefined && isAnother(this.readable)) {
      this.endDoubt();
      this.isTold = true;
      this.tellOf();
      return;
    }
    const outcome = this.outcome();
    if (outcome !== NOTHING || this.held === NOTHING || this.timing === undefined) this.tell(outcome);
    else this.tellLater();
  }

  /** Waits with a failure. */
  private tellLater(): void {
    this.doubt ??= setTimeout(() => this.tell(this.outcome()), this.patienceMs);
  }

  private tell(outcome: Outcome<T>): void {
    this.endDoubt();
    if (this.notify === undefined || (outcome !== NOTHING && Object.is(outcome, this.held))) return;
    this.held = outcome;
    this.isTold = this.timing === undefined;
    this.tellOf();
  }

  private tellOf(): void {
    this.hasMissed = this.rests;
    if (this.rests) return;
    try {
      this.notify?.();
    } catch (error) {
      report(error);
    }
  }

  /** What there is to show now: what is held if that is the same. */
  private outcome(): Outcome<T> {
    const { held, readable, notify } = this;
    if (readable === undefined || notify === undefined) return held;
    return tryTo(() => {
      const value = readable.get();
      return this.isSame(value, held) ? held : value;
    });
  }

  private changed(): void {
    if (this.timing === undefined) {
      this.run();
      return;
    }
    // What fails by another change has others to wait for.
    this.endDoubt();
    this.timing.changed();
  }

  private endDoubt(): void {
    clearTimeout(this.doubt);
    this.doubt = undefined;
  }

  /** Has a change come that nobody was told of, when another readable was followed. */
  private catchUp(readable: Readable<T>): void {
    const { timing, held } = this;
    if (timing === undefined || timing.isQueued) return;
    if (!this.isSame(outcomeOf(readable), held)) timing.changed();
  }

  private isSame(a: Outcome<T>, b: Outcome<T>): boolean {
    return Object.is(a, b) || (a !== NOTHING && b !== NOTHING && this.equals(a, b));
  }
}

/** Whether a readable knows that its value is another one by now, without computing it. */
function isAnother(readable: unknown): boolean {
  return (readable as { isAnother?: boolean } | undefined)?.isAnother === true;
}

/** A value, or that there is none because it fails. */
type Outcome<T> = Immutable<T> | typeof NOTHING;

function outcomeOf<T>(readable: Readable<T>): Outcome<T> {
  return tryTo(() => readable.get());
}

/** What a function gives, or that it fails. */
export function tryTo<R>(work: () => R): R | typeof NOTHING {
  try {
    return work();
  } catch {
    return NOTHING;
  }
}
