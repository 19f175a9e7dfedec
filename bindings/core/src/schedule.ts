import { formatPath, GaesupError, type Key } from './errors.ts';
import { isBatchOpen } from './reactive.ts';
import type { Schedule } from './types.ts';

/** Listeners that write what others listen to may do so this often in a row. */
const ROUNDS_MAX = 100;
/** What stands in for a frame where there are none. */
const FRAME_MS = 16;

/** From this distance between changes on, an adaptive listener is told of each. */
const SLOW_MS = 100;
const ADAPTIVE_MS_MAX = 250;
/** Changes further apart than this do not belong to one burst. */
const PAUSE_MS = 1_000;
/** How much the last distance weighs in the mean. */
const WEIGHT = 1 / 8;
/** Timers are due together from this distance on: they are no finer themselves. */
const SLACK_MS = 1;

/** Something to be told when its turn comes. */
export interface Task {
  /** Tells whoever waits; whatever goes wrong is reported, not thrown. */
  run(): void;
  /** Whether there is still someone to tell. */
  readonly active: boolean;
  /** What it is about, for a message. */
  readonly path: readonly Key[];
}

/** Reports an exception as an uncaught one, and lets the caller go on. */
export function report(error: unknown): void {
  try {
    if (typeof reportError === 'function') {
      reportError(error);
      return;
    }
  } catch {
    // Whoever has replaced it cannot be trusted with it: it is thrown where nobody is in the way.
  }
  setTimeout(() => {
    throw error;
  });
}

/** When a task runs after something has changed. */
export abstract class Timing {
  protected readonly task: Task;
  protected queued = false;

  constructor(task: Task) {
    this.task = task;
  }

  /** Makes sure that the task will run. */
  abstract changed(): void;

  /** The task is not wanted any more. */
  cancel(): void {}

  /** Whether it has a turn before it. */
  get isQueued(): boolean {
    return this.queued;
  }

  /** Makes sure that its turn comes after the current task. */
  protected queueSoon(): void {
    this.queued = true;
    if (soon.isEmpty) queueMicrotask(() => soon.drain());
    soon.add(this);
  }

  /** Its turn has come. */
  turn(rounds: number): void {
    this.queued = false;
    if (!this.task.active) return;
    if (rounds < ROUNDS_MAX) this.task.run();
    else if (rounds === ROUNDS_MAX) report(endless(this.task.path));
  }
}

function endless(path: readonly Key[]): GaesupError {
  const message = `Listeners keep writing what they listen to: stopped after ${ROUNDS_MAX} rounds at ${formatPath(path)}.`;
  return new GaesupError('LISTENER_LOOP', message, path);
}

/** Gives a task its turn; whatever is thrown there, others have theirs. */
function takeTurn(timing: Timing, rounds: number): void {
  try {
    timing.turn(rounds);
  } catch (error) {
    report(error);
  }
}

/** Has something called with the next frame. */
function nextFrame(called: () => void): void {
  try {
    if (typeof requestAnimationFrame === 'function') {
      requestAnimationFrame(called);
      return;
    }
  } catch (error) {
    report(error);
  }
  setTimeout(called, FRAME_MS);
}

/** Tasks in the order they were queued; the array keeps its room between rounds. */
class Queue {
  private readonly waiting: (Timing | undefined)[] = [];
  private count = 0;
  private draining = false;
  /** When somebody asked first while it drains. */
  private askedAt: number | undefined;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  add(timing: Timing): void {
    this.waiting[this.count++] = timing;
  }

  /** What time it is: the same while it drains, so that what one change brings is due together. */
  time(): number {
    if (!this.draining) return performance.now();
    this.askedAt ??= performance.now();
    return this.askedAt;
  }

  /** Runs what waits, and whatever is queued meanwhile, round by round. */
  drain(): void {
    // A listener that writes queues more, which the loop already running calls.
    if (this.draining) return;
    this.draining = true;
    this.askedAt = undefined;
    let roundEnd = this.count;
    let rounds = 0;
    for (let index = 0; index < this.count; index++) {
      if (index === roundEnd) {
        roundEnd = this.count;
        rounds++;
      }
      const timing = this.waiting[index] as Timing;
      this.waiting[index] = undefined;
      takeTurn(timing, rounds);
    }
    this.count = 0;
    this.draining = false;
  }
}

/**
 * The queues are those of all stores, since listeners of one may write
 * another. They are empty again when the code that filled them has ended.
 */
const now = new Queue();
const soon = new Queue();

/** Runs the tasks that cannot wait, but for the end of the last open batch. */
export function flush(): void {
  if (!now.isEmpty && !isBatchOpen()) now.drain();
}

class Sync extends Timing {
  changed(): void {
    if (this.queued) return;
    this.queued = true;
    now.add(this);
  }
}

class Microtask extends Timing {
  changed(): void {
    if (!this.queued) this.queueSoon();
  }
}

/**
 * Each asks for the frame, and the first one called has the turn of all: a framework renders when a callback
 * has ended, and must not see some of a change without the rest.
 */
class Frame extends Timing {
  /** Those that wait for the next frame, with what they wait for. */
  private static readonly waiting = new Map<Frame, () => void>();

  changed(): void {
    if (this.queued) return;
    this.queued = true;
    const called = (): void => {
      if (Frame.waiting.get(this) === called) Frame.next();
    };
    Frame.waiting.set(this, called);
    nextFrame(called);
  }

  private static next(): void {
    const due = [...Frame.waiting.keys()];
    Frame.waiting.clear();
    for (const frame of due) takeTurn(frame, 0);
  }
}

/** A task that a timer runs; what is due at the same time has its turn in one go, as with frames. */
abstract class Timed extends Timing {
  private static readonly waiting = new Set<Timed>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dueAt = 0;

  override cancel(): void {
    this.stop();
    this.queued = false;
  }

  /** Runs the task after a while. */
  protected wait(delayMs: number): void {
    this.queued = true;
    this.dueAt = now.time() + delayMs;
    Timed.waiting.add(this);
    this.timer = setTimeout(() => this.ring(), delayMs);
  }

  /** The time has come. */
  protected due(): void {
    this.turn(0);
  }

  private ring(): void {
    const until = performance.now() + SLACK_MS;
    const due = [...Timed.waiting].filter((timed) => timed === this || timed.dueAt <= until);
    for (const timed of due) timed.stop();
    for (const timed of due) {
      if (!timed.queued) continue;
      try {
        timed.due();
      } catch (error) {
        report(error);
      }
    }
  }

  private stop(): void {
    clearTimeout(this.timer);
    Timed.waiting.delete(this);
  }
}

/** Waits until nothing has changed for a while. */
class Debounce extends Timed {
  private readonly delayMs: number;
  private changedAt = 0;

  constructor(task: Task, delayMs: number) {
    super(task);
    this.delayMs = delayMs;
  }

  changed(): void {
    this.changedAt = now.time();
    if (!this.queued) this.wait(this.delayMs);
  }

  /** One timer for a burst: it is set again when the last change was too recent. */
  protected override due(): void {
    const left = this.changedAt + this.delayMs - performance.now();
    if (left > SLACK_MS) this.wait(left);
    else this.turn(0);
  }
}

/** Tells of the first change after the current task, then at most once in a while. */
class Throttle extends Timed {
  private readonly intervalMs: number;
  private ranAt = Number.NEGATIVE_INFINITY;

  constructor(task: Task, intervalMs: number) {
    super(task);
    this.intervalMs = intervalMs;
  }

  changed(): void {
    if (this.queued) return;
    const left = this.ranAt + this.intervalMs - now.time();
    if (left > 0) {
      this.wait(left);
    } else {
      this.queueSoon();
    }
  }

  override turn(rounds: number): void {
    this.ranAt = performance.now();
    super.turn(rounds);
  }
}

/** Waits the longer the closer together changes are. */
class Adaptive extends Timed {
  private changedAt = Number.NEGATIVE_INFINITY;
  private meanMs = SLOW_MS;

  changed(): void {
    const at = now.time();
    const distanceMs = at - this.changedAt;
    this.changedAt = at;
    this.meanMs = distanceMs > PAUSE_MS ? SLOW_MS : this.meanMs + (distanceMs - this.meanMs) * WEIGHT;
    if (this.queued) return;
    if (this.meanMs < SLOW_MS) {
      this.wait(adaptiveDelay(this.meanMs));
    } else {
      this.queueSoon();
    }
  }
}

/** How long an adaptive listener waits when changes are that far apart in the mean. */
function adaptiveDelay(meanMs: number): number {
  return Math.min(ADAPTIVE_MS_MAX, Math.max(FRAME_MS, FRAME_MS ** 2 / meanMs));
}

function delayOf(delay: unknown, name: string): number {
  if (typeof delay === 'number' && delay >= 0 && Number.isFinite(delay)) return delay;
  throw new TypeError(`{ ${name} } takes milliseconds, not ${String(delay)}.`);
}

/**
 * When a task runs, by the option that says so.
 *
 * @throws TypeError for anything that is no schedule
 */
export function timingOf(schedule: Schedule, task: Task): Timing {
  if (schedule === 'microtask') return new Microtask(task);
  if (schedule === 'sync') return new Sync(task);
  if (schedule === 'frame') return new Frame(task);
  if (schedule === 'adaptive') return new Adaptive(task);
  if (typeof schedule === 'object' && schedule !== null) {
    if ('debounce' in schedule) return new Debounce(task, delayOf(schedule.debounce, 'debounce'));
    if ('throttle' in schedule) return new Throttle(task, delayOf(schedule.throttle, 'throttle'));
  }
  throw new TypeError(
    `A schedule is 'sync', 'microtask', 'frame', 'adaptive', { debounce } or { throttle }, not ${String(schedule)}.`,
  );
}

/** How long a change waits at most by a schedule while nothing else changes. */
export function delayMsMaxOf(schedule: Schedule): number {
  if (typeof schedule !== 'object') return ADAPTIVE_MS_MAX;
  return 'debounce' in schedule ? schedule.debounce : schedule.throttle;
}
