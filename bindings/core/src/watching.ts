import type { Core } from './core.ts';
import type { CursorNode } from './cursor.ts';
import { REFILE } from './protocol.ts';
import type { Listener, SubscribeOptions } from './types.ts';

/** One listener and what it saw last. */
interface Subscription {
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

/** Who subscribes to what, and who has to be called. */
export class Watching {
  private readonly watches: (Watch | undefined)[] = [];
  private readonly byCursor = new Map<CursorNode, Watch>();
  private readonly vacant: number[] = [];
  private readonly now: [Watch, Subscription][] = [];
  private readonly later: [Watch, Subscription][] = [];
  private draining = false;
  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  subscribe(cursor: CursorNode, listener: Listener<unknown>, options: SubscribeOptions): () => void {
    const { signal, schedule = 'microtask', equals = Object.is } = options;
    if (schedule !== 'sync' && schedule !== 'microtask') {
      throw new TypeError(`A schedule is 'sync' or 'microtask', not ${String(schedule)}.`);
    }
    this.core.engine.assertAlive();
    if (signal?.aborted) return () => {};
    const last = cursor.get();
    const subscription: Subscription = { listener, equals, last, schedule, queued: false, active: true };
    const watch = this.watchOf(cursor);
    watch.subscriptions.add(subscription);
    const end = () => {
      signal?.removeEventListener('abort', end);
      this.end(watch, subscription);
    };
    signal?.addEventListener('abort', end);
    if (options.immediate) this.call(subscription, last, last);
    return end;
  }

  /** Queues the listeners of watchers that the engine reports. */
  fired(ids: Uint32Array): void {
    for (const word of ids) {
      const watch = this.watches[word & ~REFILE];
      if (watch === undefined) continue;
      if (word >= REFILE) watch.moved = true;
      for (const subscription of watch.subscriptions) {
        if (subscription.queued) continue;
        subscription.queued = true;
        if (subscription.schedule === 'sync') {
          this.now.push([watch, subscription]);
        } else {
          if (this.later.length === 0) queueMicrotask(() => this.drain(this.later));
          this.later.push([watch, subscription]);
        }
      }
    }
    // A listener that writes queues more, which the loop already running calls.
    if (!this.draining) {
      this.draining = true;
      this.drain(this.now);
      this.draining = false;
    }
  }

  /** Ends every subscription. */
  clear(): void {
    for (const watch of this.byCursor.values()) {
      for (const subscription of watch.subscriptions) subscription.active = false;
    }
    this.byCursor.clear();
    this.watches.length = 0;
    this.now.length = 0;
    this.later.length = 0;
  }

  private drain(queue: [Watch, Subscription][]): void {
    for (let index = 0; index < queue.length; index++) {
      const [watch, subscription] = queue[index];
      subscription.queued = false;
      if (subscription.active) this.tell(watch, subscription);
    }
    queue.length = 0;
  }

  private tell(watch: Watch, subscription: Subscription): void {
    if (watch.moved) this.file(watch);
    const value = watch.cursor.get();
    const previous = subscription.last;
    if (Object.is(value, previous) || subscription.equals(value, previous)) return;
    subscription.last = value;
    this.call(subscription, value, previous);
  }

  private call(subscription: Subscription, value: unknown, previous: unknown): void {
    try {
      subscription.listener(value as never, previous as never);
    } catch (error) {
      report(error);
    }
  }

  private watchOf(cursor: CursorNode): Watch {
    const known = this.byCursor.get(cursor);
    if (known !== undefined) {
      // Whoever joins has to be told of what happens from now on.
      if (known.moved) this.file(known);
      return known;
    }
    const id = this.vacant.pop() ?? this.watches.length;
    const watch: Watch = { id, cursor, subscriptions: new Set(), moved: false };
    this.watches[id] = watch;
    this.byCursor.set(cursor, watch);
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

  private end(watch: Watch, subscription: Subscription): void {
    if (!subscription.active) return;
    subscription.active = false;
    watch.subscriptions.delete(subscription);
    if (watch.subscriptions.size > 0) return;
    this.byCursor.delete(watch.cursor);
    this.watches[watch.id] = undefined;
    this.vacant.push(watch.id);
    this.core.engine.unwatch(watch.id);
  }
}
