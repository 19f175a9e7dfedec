/** What is confirmed of a desk, and what own work waits on top of it. */
import { checkEqual, fail } from '../conformance/check.ts';
import type { Optimistic } from '../conformance/deltaSubject.ts';
import { byId, type Deed, type Desk, done, isSameDesk } from './deeds.ts';

/** Own work that is not confirmed: an effect, or a write after one that may wait for it. */
export interface Waiting {
  readonly deeds: readonly Deed[];
  readonly effect: Optimistic | undefined;
}

export function expectDesk(actual: Desk, expected: Desk, what: string): void {
  checkEqual(byId(actual), byId(expected), what);
}

export class DeskModel {
  /** What others' changes are made on. */
  confirmed: Desk;
  waiting: readonly Waiting[] = [];
  /** Whether it is known what is visible while something waits. */
  isPredictable = true;

  constructor(desk: Desk) {
    this.confirmed = desk;
  }

  get isWaiting(): boolean {
    return this.waiting.some(({ effect }) => effect !== undefined);
  }

  get effects(): readonly Optimistic[] {
    return this.waiting.flatMap(({ effect }) => effect ?? []);
  }

  get visible(): Desk {
    return this.waiting.reduce((desk, { deeds }) => deeds.reduce(done, desk), this.confirmed);
  }

  /** An effect was committed, which may take until another one does no longer wait, or it was rolled back. */
  settled(effect: Optimistic, isKept: boolean): void {
    const at = this.waiting.findIndex((each) => each.effect === effect);
    const deeds = this.waiting[at]?.deeds ?? [];
    this.waiting = isKept
      ? this.waiting.with(at, { deeds, effect: undefined })
      : this.waiting.toSpliced(at, 1);
  }

  /** Finds out which of the things that wait led to the desks of commits; the replica has what is confirmed. */
  confirm(made: readonly Desk[], replica: Desk): void {
    for (const desk of made) {
      // A commit of something else changes no desk.
      if (!this.isPredictable || isSameDesk(desk, this.confirmed)) continue;
      const at = this.waiting.findIndex(
        ({ deeds, effect }) => effect === undefined && isSameDesk(deeds.reduce(done, this.confirmed), desk),
      );
      const found = this.waiting[at] ?? fail('a commit is nothing that was to be confirmed');
      this.confirmed = found.deeds.reduce(done, this.confirmed);
      this.waiting = this.waiting.toSpliced(at, 1);
    }
    if (this.isWaiting) return;
    if (this.isPredictable) expectDesk(this.confirmed, this.visible, 'what is left to be confirmed');
    this.waiting = [];
    this.confirmed = replica;
    this.isPredictable = true;
  }
}
