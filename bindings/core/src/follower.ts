import { report, timingOf } from './schedule.ts';
import { shallowEqual } from './shallow.ts';
import type { Immutable, Readable, Schedule } from './types.ts';

/** What an adapter's `useStore` takes besides what it is to show. */
export interface UseStoreOptions {
  /**
   * When a change is shown. Default `'sync'`: at once, and frameworks gather changes for
   * their next rendering. Otherwise the value stays as it is until its time has come, however often it is
   * asked for.
   */
  schedule?: Schedule;
  /** Values that count as the same. Default: the same, or arrays, plain objects, `Map`s or `Set`s of the same parts. */
  equals?: (a: unknown, b: unknown) => boolean;
}

/** Stands for no value, since `undefined` is one. */
const NOTHING = Symbol('nothing');

/**
 * What is shown of a readable, which may be exchanged at any time: what a component
 * makes while it renders is another one each time, and mostly means the same.
 *
 * So an equal value is the one before, whatever readable it comes from, and a change that waits for its
 * time goes on waiting when another readable says the same as the one before.
 */
export class Follower<T> {
  readonly path = [];
  private readonly schedule: Schedule;
  private readonly equals: (a: unknown, b: unknown) => boolean;
  /** Brings what was waiting when the readable was exchanged. */
  private readonly timing;
  /** How to look at a change, which may come while something of the framework runs that must not depend on that. */
  private readonly unseen: (work: () => void) => void;
  private isDue = false;
  /** Whether a change was told and nobody has asked for the value since. */
  private isTold = false;
  private readable: Readable<T> | undefined;
  private held: Immutable<T> | typeof NOTHING = NOTHING;
  private notify: (() => void) | undefined;
  /** Ends what is followed now. */
  private end: (() => void) | undefined;

  constructor(
    { schedule = 'sync', equals = shallowEqual }: UseStoreOptions,
    unseen = (work: () => void) => work(),
  ) {
    this.schedule = schedule;
    this.equals = equals;
    this.unseen = unseen;
    this.timing = timingOf(schedule, this);
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
    const { held, equals, isTold, readable: followed } = this;
    const waits = this.schedule !== 'sync' && held !== NOTHING && followed !== undefined;
    if (waits && readable === followed) return held;
    this.isTold = false;
    const value = readable.get();
    if (held !== NOTHING && equals(value, held)) return held;
    // More may have changed since it was told.
    if (isTold && readable === followed) this.held = value;
    return waits && equals(value, followed.get()) ? held : value;
  }

  /** Follows a readable, in place of the one before; answers how to end that. */
  follow(readable: Readable<T>, notify: () => void): () => void {
    // Before it is read: a selection that is not subscribed to would run its function for that, and once more now.
    const end = readable.subscribe(() => this.unseen(() => this.run()), {
      schedule: this.schedule,
      lazy: true,
    });
    this.held = tryTo(() => this.show(readable));
    this.readable = readable;
    this.notify = notify;
    this.isTold = false;
    this.catchUp(readable);
    this.end = end;
    return () => {
      end();
      if (this.end !== end) return;
      this.notify = undefined;
      // A change that waits is not forgotten when another readable is followed at once. Later, what is there counts.
      queueMicrotask(() => {
        if (this.notify === undefined) this.readable = undefined;
      });
    };
  }

  /** Tells of another value, or that there is none any more. */
  run(): void {
    this.isDue = false;
    const { held, readable, notify } = this;
    // Whoever was told asks when it renders: nothing is computed for each of many changes until then.
    if (readable === undefined || notify === undefined || this.isTold) return;
    try {
      const value = readable.get();
      if (held !== NOTHING && this.equals(value, held)) return;
      this.held = value;
    } catch {
      // Whoever renders will ask again, unless what fails is about to go.
      this.held = NOTHING;
    }
    this.isTold = this.schedule === 'sync';
    try {
      notify();
    } catch (error) {
      report(error);
    }
  }

  /** Has a value come that waited when another readable was followed. */
  private catchUp(readable: Readable<T>): void {
    if (this.schedule === 'sync' || this.isDue || this.held === tryTo(() => readable.get())) return;
    this.isDue = true;
    this.timing.changed();
  }
}

function tryTo<R>(work: () => R): R | typeof NOTHING {
  try {
    return work();
  } catch {
    return NOTHING;
  }
}
