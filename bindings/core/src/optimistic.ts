import type { Bytes, Conflict, OptimisticOptions } from './commitTypes.ts';
import type { Core } from './core.ts';
import { sealDelta } from './delta.ts';
import { GaesupError } from './errors.ts';
import { report } from './schedule.ts';
import type { Timeline } from './timeline.ts';

/** Something that is visible and waits to be confirmed. */
export class OptimisticNode {
  /** The engine's numbers of what it did, oldest first: at first, and to resolve conflicts. */
  readonly parts: number[] = [];
  private readonly timeline: Timeline;
  private readonly core: Core;
  private readonly onConflict: OptimisticOptions['onConflict'];
  private current: 'pending' | 'committed' | 'rolled back' = 'pending';

  constructor(timeline: Timeline, core: Core, options: OptimisticOptions) {
    const { onConflict } = options;
    if (onConflict !== undefined && typeof onConflict !== 'function') {
      throw new TypeError('onConflict must be a function.');
    }
    this.timeline = timeline;
    this.core = core;
    this.onConflict = onConflict;
  }

  get state(): 'pending' | 'committed' | 'rolled back' {
    return this.current;
  }

  get delta(): Bytes {
    this.assertPending();
    const { core } = this;
    core.engine.assertReady();
    if (this.parts.length > 1) {
      throw new GaesupError(
        'INVALID_CALL',
        'The optimistic update has resolved conflicts on top of later ones: it is no single delta before those are settled.',
      );
    }
    const [part] = this.parts;
    const { record, before } =
      part === undefined ? { record: core.records.compose([]), before: 0 } : core.records.pending(part);
    const base = core.version + before;
    // What does nothing is no version, for its author as for all others.
    return sealDelta(record, [base, record[0] === 0 ? base : base + 1]);
  }

  commit(): void {
    this.end(true);
  }

  rollback(): void {
    this.end(false);
  }

  /** Does something as part of this. */
  run<R>(work: () => R): R {
    const { core, timeline } = this;
    const part = timeline.nextPart();
    core.records.beginEffect(part);
    try {
      return core.batch.run(work, 'optimistic()');
    } finally {
      if (core.engine.isAlive && core.records.endEffect(this.parts[0] ?? part)) this.parts.push(part);
    }
  }

  /** Tells of something that it did and that no longer fits. */
  conflict(conflict: Conflict): void {
    const { onConflict } = this;
    if (onConflict === undefined || this.current !== 'pending') return;
    try {
      const verdict = this.run(() => onConflict(conflict));
      if (verdict === 'rollback' && this.current === 'pending') this.rollback();
    } catch (error) {
      this.report(error);
    }
  }

  /** Reports what `onConflict` threw; that it disposed the store is no error. */
  private report(error: unknown): void {
    const isGone = error instanceof GaesupError && error.code === 'DISPOSED' && !this.core.engine.isAlive;
    if (!isGone) report(error);
  }

  /** Tells of an own write that built on it and no longer fits. */
  heard(conflict: Conflict): void {
    try {
      this.onConflict?.(conflict);
    } catch (error) {
      this.report(error);
    }
  }

  private end(keep: boolean): void {
    this.assertPending();
    this.timeline.assertBetween(keep ? 'commit()' : 'rollback()');
    // Whoever hears of it finds it ended.
    this.current = keep ? 'committed' : 'rolled back';
    try {
      this.timeline.settle(this, keep);
    } catch (error) {
      this.current = 'pending';
      throw error;
    }
  }

  private assertPending(): void {
    if (this.current === 'pending') return;
    throw new GaesupError('INVALID_CALL', `The optimistic update has been ${this.current} already.`);
  }
}
