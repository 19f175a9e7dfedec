import { setSelecting, THIS_COPY } from './copy.ts';
import { GaesupError, type Key } from './errors.ts';
import { report, type Task, type Timing, timingOf } from './schedule.ts';
import type { LazyOptions, Listener, SubscribeOptions } from './types.ts';

/** Whether a value is taken for the one before. */
export type Equals = (a: unknown, b: unknown) => boolean;

/** What derives its value from others and has to know when they may have changed. */
export interface Observer {
  /** One of the sources may have another value now. */
  stale(): void;
}

/** A selector that runs, and depends on the sources it reads. */
export interface Reader {
  read(source: Source): unknown;
}

let reader: Reader | undefined;
/** How many selectors run, one within another. */
let selecting = 0;

/** How adapters subscribe. */
export interface FollowOptions extends LazyOptions {
  /** What was followed until now, and is no more as soon as this is. */
  instead?: unknown;
}

/** What a listener's options may be. */
export type ListenerOptions = SubscribeOptions | LazyOptions | FollowOptions;

/** Who runs at the moment and depends on what is read. */
export function currentReader(): Reader | undefined {
  return reader;
}

/** What is asked to look again when all batches have ended. */
export interface Doubtful {
  recheck(): void;
}

/** Batches that are open, of all stores, and how many of them have written. */
const batches = { open: 0, written: 0 };
/** Who looked into one of them, which may end in another state. */
const doubtful = new Set<Doubtful>();
/** Counts moments at which something may read differently, in any store. */
let moments = 0;

export function batchOpened(): void {
  batches.open++;
}

export function batchWrote(): void {
  batches.written++;
}

/** Notes that a batch has ended, which had written or not. */
export function batchClosed(wrote: boolean): void {
  batches.open--;
  if (wrote) batches.written--;
  if (batches.open > 0 || doubtful.size === 0) return;
  nextChange();
  for (const who of doubtful) who.recheck();
  doubtful.clear();
}

/** Whether a batch of some store is open: nobody is told of anything until it ends. */
export function isBatchOpen(): boolean {
  return batches.open > 0;
}

/** Whether what is read may be the middle of a batch of some store. */
export function isInDoubt(): boolean {
  return batches.written > 0;
}

/** Has someone look again when all batches have ended, if one is open. */
export function doubt(who: Doubtful): void {
  if (batches.open > 0) doubtful.add(who);
}

export function trust(who: Doubtful): void {
  doubtful.delete(who);
}

/** Notes that something may read differently now. */
export function nextMoment(): void {
  moments++;
}

export function currentMoment(): number {
  return moments;
}

/** Counts changes that are being told, so that each is passed on once. */
let changes = 0;

/** Which change is being told. */
export function currentChange(): number {
  return changes;
}

/** Begins to tell of another change. */
export function nextChange(): void {
  changes++;
}

/** Runs a selector on behalf of a reader, or of nobody. */
export function readAs<R>(who: Reader | undefined, work: () => R): R {
  const before = reader;
  const selectingBefore = setSelecting(THIS_COPY);
  reader = who;
  selecting++;
  try {
    return work();
  } finally {
    selecting--;
    reader = before;
    setSelecting(selectingBefore);
  }
}

/** Refuses what selectors must not do. */
export function assertNotSelecting(): void {
  if (selecting === 0) return;
  throw new GaesupError(
    'INVALID_CALL',
    'A selector only reads: it may run at any time, and any number of times.',
  );
}

/**
 * A value that listeners and other values depend on. While nobody does, it
 * does nothing.
 */
export abstract class Source implements Doubtful {
  /** The listener, when there is just one: many rows have one each, and a set would be much for that. */
  private sole: Subscription | undefined;
  /** The listeners, when there are several. */
  private subscriptions: Set<Subscription> | undefined;
  private observers: Set<Observer> | undefined;

  /** The value now. */
  abstract value(): unknown;

  /** What it is about, for messages. */
  abstract readonly path: readonly Key[];

  /** Makes sure that the next change will be noticed, without a look at the value. */
  keepUp(): void {}

  /** The one to observe of all that stand for the same. */
  shared(): Source {
    return this;
  }

  /** Begins to notice changes; in the place of another source, of which nothing is wanted then. */
  protected abstract start(instead?: unknown): void;

  /** Stops noticing them. */
  protected abstract stop(): void;

  get inUse(): boolean {
    return this.sole !== undefined || this.subscriptions !== undefined || this.observers !== undefined;
  }

  /** Whether there is one listener, and nothing else that uses it. */
  protected get isSole(): boolean {
    return this.sole !== undefined && this.observers === undefined;
  }

  observe(observer: Observer): void {
    const idle = !this.inUse;
    this.observers ??= new Set();
    this.observers.add(observer);
    if (idle) this.start();
    // Others may not have asked since it moved, and until somebody does no further change is noticed.
    else this.keepUp();
  }

  unobserve(observer: Observer): void {
    if (!this.observers?.delete(observer)) return;
    if (this.observers.size === 0) this.observers = undefined;
    if (!this.inUse) this.stop();
  }

  /** Adds a listener; answers how to end that. */
  subscribe(listener: Listener<unknown>, options: ListenerOptions = {}): () => void {
    const { signal, immediate, instead }: SubscribeOptions & Pick<FollowOptions, 'instead'> = options;
    if (typeof listener !== 'function') throw new TypeError('subscribe() takes a function to call.');
    if (signal !== undefined && typeof signal?.addEventListener !== 'function')
      throw new TypeError('signal is an AbortSignal.');
    const subscription = new Subscription(this, listener, options);
    if (signal?.aborted) return () => {};
    const idle = !this.inUse;
    this.add(subscription);
    doubt(this);
    try {
      if (idle) this.start(instead);
      subscription.look();
    } catch (error) {
      this.end(subscription);
      throw error;
    }
    const end = () => this.end(subscription);
    if (signal !== undefined) {
      signal.addEventListener('abort', end);
      // The signal may outlive the store, and must not keep it.
      subscription.onCease = () => signal.removeEventListener('abort', end);
    }
    if (immediate) subscription.call(subscription.last, subscription.last);
    return end;
  }

  /** Asks again, after a batch that may have ended otherwise than it looked. */
  abstract recheck(): void;

  /** Tells everyone that the value may be another now. */
  protected changed(): void {
    if (this.sole !== undefined) this.sole.timing.changed();
    else if (this.subscriptions !== undefined)
      for (const subscription of this.subscriptions) subscription.timing.changed();
    if (this.observers !== undefined) for (const observer of this.observers) observer.stale();
  }

  /** Ends everything at once, with the store. */
  dismiss(): void {
    this.sole?.cease();
    for (const subscription of this.subscriptions ?? []) subscription.cease();
    this.sole = undefined;
    this.subscriptions = undefined;
    this.observers = undefined;
  }

  private add(subscription: Subscription): void {
    if (this.sole === undefined && this.subscriptions === undefined) {
      this.sole = subscription;
      return;
    }
    this.subscriptions ??= new Set(this.sole && [this.sole]);
    this.subscriptions.add(subscription);
    this.sole = undefined;
  }

  private end(subscription: Subscription): void {
    subscription.cease();
    if (this.sole === subscription) this.sole = undefined;
    else if (this.subscriptions?.delete(subscription)) this.reduce(this.subscriptions);
    else return;
    if (!this.inUse) this.stop();
  }

  /** Does without the set when one listener is left. */
  private reduce(left: Set<Subscription>): void {
    if (left.size > 1) return;
    [this.sole] = left;
    this.subscriptions = undefined;
  }
}

/** One listener and what it saw last. */
class Subscription implements Task {
  readonly timing: Timing;
  active = true;
  last: unknown;
  /** What ends with this. */
  onCease: (() => void) | undefined;
  private readonly source: Source;
  private readonly listener: Listener<unknown>;
  private readonly equals: Equals;
  /** Whether the listener is called without looking at the value. */
  private readonly lazy: boolean;

  constructor(source: Source, listener: Listener<unknown>, options: ListenerOptions) {
    const { schedule = 'microtask', equals = Object.is }: SubscribeOptions = options;
    if (typeof equals !== 'function') throw new TypeError('equals is a function of two values.');
    this.source = source;
    this.listener = listener;
    this.equals = equals;
    this.lazy = 'lazy' in options && options.lazy;
    this.timing = timingOf(schedule, this);
  }

  get path(): readonly Key[] {
    return this.source.path;
  }

  /** Is not called any more. */
  cease(): void {
    this.active = false;
    this.timing.cancel();
    this.onCease?.();
  }

  /** Takes the value of now for the one seen last; computing it, a source finds out what to notice. */
  look(): void {
    try {
      this.last = this.source.value();
    } catch (error) {
      if (!this.lazy) throw error;
    }
  }

  /** Whatever goes wrong with one listener is no matter of the others. */
  run(): void {
    const { last } = this;
    try {
      if (this.lazy) {
        this.source.keepUp();
        this.listener(undefined as never, undefined as never);
        return;
      }
      const value = this.source.value();
      if (Object.is(value, last) || this.equals(value, last)) return;
      this.last = value;
      this.listener(value as never, last as never);
    } catch (error) {
      report(error);
    }
  }

  call(value: unknown, previous: unknown): void {
    try {
      this.listener(value as never, previous as never);
    } catch (error) {
      report(error);
    }
  }
}
