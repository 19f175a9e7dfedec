import type { Core } from './core.ts';
import type { CursorNode } from './cursor.ts';
import { formatPath, GaesupError } from './errors.ts';
import type { Place } from './place.ts';
import { REFILE } from './protocol.ts';
import type { Listener, SubscribeOptions } from './types.ts';

/** Listeners that write what others listen to may do so this often in a row. */
const ROUNDS_MAX = 100;

/** One listener and what it saw last. */
interface Subscription {
  watch: Watch;
  listener: Listener<unknown>;
  equals: (a: unknown, b: unknown) => boolean;
  last: unknown;
  schedule: 'sync' | 'microtask';
  queued: boolean;
  active: boolean;
}

/** A place that someone subscribes to, as the engine has it on file. */
interface Watch {
  id: number;
  cursor: CursorNode;
  subscriptions: Set<Subscription>;
  /** The path leads elsewhere than when it was filed. */
  moved: boolean;
}

/** Reports an exception as an uncaught one, and lets the caller go on. */
function report(error: unknown): void {
  if (typeof reportError === 'function') {
    reportError(error);
    return;
  }
  setTimeout(() => {
    throw error;
  });
}

/** Calls a listener for the first time. */
function call(listener: Listener<unknown>, value: unknown): void {
  try {
    listener(value as never, value as never);
  } catch (error) {
    report(error);
  }
}

/** Subscriptions to be called; the array keeps its room between rounds. */
interface Queue {
  waiting: (Subscription | undefined)[];
  count: number;
}

/** Who subscribes to what, and who has to be called. */
export class Watching {
  private readonly watches: (Watch | undefined)[] = [];
  private readonly byPlace = new Map<Place, Watch>();
  private readonly vacant: number[] = [];
  private readonly now: Queue = { waiting: [], count: 0 };
  private readonly later: Queue = { waiting: [], count: 0 };
  private draining = false;
  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  subscribe(cursor: CursorNode, listener: Listener<unknown>, options: SubscribeOptions): () => void {
    const { signal, schedule = 'microtask', equals = Object.is } = options;
    if (typeof listener !== 'function') throw new TypeError('subscribe() takes a function to call.');
    if (schedule !== 'sync' && schedule !== 'microtask') {
      throw new TypeError(`A schedule is 'sync' or 'microtask', not ${String(schedule)}.`);
    }
    this.core.engine.assertReady();
    if (signal?.aborted) return () => {};
    const last = cursor.get();
    const watch = this.watchOf(cursor);
    const subscription: Subscription = {
      watch,
      listener,
      equals,
      last,
      schedule,
      queued: false,
      active: true,
    };
    watch.subscriptions.add(subscription);
    const end = () => {
      signal?.removeEventListener('abort', end);
      this.end(subscription);
    };
    signal?.addEventListener('abort', end);
    if (options.immediate) call(listener, last);
    return end;
  }

  /** Queues the listeners of the watchers that the engine reports, and calls those that cannot wait. */
  fired(at: number, count: number): void {
    const { u32 } = this.core.engine;
    // Nothing here calls the engine, so the report stays where it is.
    for (let index = at; index < at + count; index++) {
      const word = u32[index];
      const watch = this.watches[word & ~REFILE];
      if (watch === undefined) continue;
      if (word >= REFILE) watch.moved = true;
      for (const subscription of watch.subscriptions) this.queue(subscription);
    }
    // A listener that writes queues more, which the loop already running calls.
    if (this.now.count === 0 || this.draining) return;
    this.draining = true;
    this.drain(this.now);
    this.draining = false;
  }

  private queue(subscription: Subscription): void {
    if (subscription.queued) return;
    subscription.queued = true;
    const queue = subscription.schedule === 'sync' ? this.now : this.later;
    if (queue === this.later && queue.count === 0) queueMicrotask(() => this.drain(this.later));
    queue.waiting[queue.count++] = subscription;
  }

  /** Ends every subscription. */
  clear(): void {
    for (const watch of this.byPlace.values()) {
      for (const subscription of watch.subscriptions) subscription.active = false;
    }
    this.byPlace.clear();
    this.watches.length = 0;
    this.now.count = 0;
    this.later.count = 0;
  }

  /** Calls who waits, and whoever is queued meanwhile, round by round. */
  private drain(queue: Queue): void {
    let roundEnd = queue.count;
    let rounds = 0;
    for (let index = 0; index < queue.count; index++) {
      if (index === roundEnd) {
        roundEnd = queue.count;
        rounds++;
      }
      const subscription = queue.waiting[index] as Subscription;
      queue.waiting[index] = undefined;
      subscription.queued = false;
      if (!subscription.active) continue;
      if (rounds < ROUNDS_MAX) this.tell(subscription);
      else if (rounds === ROUNDS_MAX) this.stop(subscription);
    }
    queue.count = 0;
  }

  /** Whatever goes wrong with one listener is no matter of the others. */
  private tell(subscription: Subscription): void {
    const { watch, last } = subscription;
    try {
      if (watch.moved) this.file(watch);
      const value = watch.cursor.get();
      if (Object.is(value, last) || subscription.equals(value, last)) return;
      subscription.last = value;
      subscription.listener(value as never, last as never);
    } catch (error) {
      report(error);
    }
  }

  private stop({ watch }: Subscription): void {
    const { path } = watch.cursor;
    const message = `Listeners keep writing what they listen to: stopped after ${ROUNDS_MAX} rounds at ${formatPath(path)}.`;
    report(new GaesupError('CONFLICT', message, path));
  }

  private watchOf(cursor: CursorNode): Watch {
    const known = this.byPlace.get(cursor.own);
    if (known !== undefined) {
      // Whoever joins has to be told of what happens from now on.
      if (known.moved) this.file(known);
      return known;
    }
    const id = this.vacant.pop() ?? this.watches.length;
    const watch: Watch = { id, cursor, subscriptions: new Set(), moved: false };
    this.watches[id] = watch;
    this.byPlace.set(cursor.own, watch);
    this.file(watch);
    return watch;
  }

  private file(watch: Watch): void {
    watch.moved = false;
    const { engine } = this.core;
    const from = engine.written;
    watch.cursor.writePath();
    engine.watch(watch.id, from);
  }

  private end(subscription: Subscription): void {
    if (!subscription.active) return;
    subscription.active = false;
    const { watch } = subscription;
    watch.subscriptions.delete(subscription);
    if (watch.subscriptions.size > 0) return;
    this.byPlace.delete(watch.cursor.own);
    this.watches[watch.id] = undefined;
    this.vacant.push(watch.id);
    this.core.engine.unwatch(watch.id);
  }
}
