/**
 * What a history has to do, in a few lines: a list of steps, each with the
 * state before and after it, and how many of them are done. It imports nothing
 * of the package.
 */
import { sameContent } from './oracle.ts';

/** A step, as all that it takes to go back and forth. */
interface NaiveStep {
  readonly before: unknown;
  after: unknown;
  /** The group that it belongs to; 0 for none. */
  readonly group: number;
  readonly label: string | undefined;
  /** The one field that it is about, if that is so. */
  readonly field: string | undefined;
  readonly at: number;
  /** Whether it is more than one commit. */
  isJoined: boolean;
}

/** An open group. */
interface NaiveGroup {
  readonly number: number;
  readonly label: string | undefined;
  within: number;
  at: number;
}

/** A history of whole states. */
export class NaiveHistory {
  steps: NaiveStep[] = [];
  position = 0;
  /** Whether the next commit may still be part of the last step, and when that one was committed. */
  #last: { readonly group: number; readonly field: string | undefined; readonly at: number } | undefined;
  #group: NaiveGroup | undefined;
  #groups = 0;
  readonly #coalesce: number;
  readonly #stepsMax: number;

  constructor(coalesce: number, stepsMax: number | undefined) {
    this.#coalesce = coalesce;
    this.#stepsMax = stepsMax ?? Number.POSITIVE_INFINITY;
  }

  /** A commit at a time; `field` names the one field that it sets, if it is nothing else. */
  commit(before: unknown, after: unknown, now: number, field?: string): void {
    if (this.#group !== undefined && now - this.#group.at > this.#group.within) this.#group = undefined;
    if (this.#group !== undefined) this.#group.at = now;
    const { number: group = 0, label } = this.#group ?? {};
    const last = this.#last;
    const joinsGroup = group !== 0 && last?.group === group;
    const isTyping =
      group === 0 &&
      last?.group === 0 &&
      this.#coalesce > 0 &&
      field !== undefined &&
      last.field === field &&
      now - last.at <= this.#coalesce;
    this.#last = { group, field, at: now };
    const step = this.steps[this.position - 1];
    if ((joinsGroup || isTyping) && step !== undefined) {
      step.after = after;
      step.isJoined = true;
    } else {
      this.settle();
      this.steps.length = this.position;
      this.steps.push({ before, after, group, label, field, at: now, isJoined: false });
      this.position += 1;
    }
    while (this.steps.length > this.#stepsMax) this.drop();
  }

  /** A change from elsewhere ends what goes on. */
  foreign(): void {
    this.#last = undefined;
  }

  /** A session with a label; the same one goes on unless it has timed out. */
  session(label: string, within: number, now: number): void {
    const before = this.#group;
    const goesOn = before !== undefined && before.label === label && now - before.at <= before.within;
    this.#group = goesOn ? { ...before, within } : this.#open(label, within, now);
  }

  /** Everything that is committed while a function runs is one step, of the session if there is one. */
  during(work: () => void, now: number): void {
    const around = this.#group;
    if (around !== undefined && now - around.at > around.within) this.#group = undefined;
    this.#group ??= this.#open(undefined, Number.POSITIVE_INFINITY, now);
    work();
    this.#group = around;
  }

  /** Whether what is committed next belongs to a group, if that is soon. */
  get isOpen(): boolean {
    return this.#group !== undefined;
  }

  end(): void {
    this.#group = undefined;
  }

  /** The state after going to a position, if that is another one. */
  jump(position: number): { readonly state: unknown } | undefined {
    const target = Math.min(Math.max(position, 0), this.steps.length);
    this.#group = undefined;
    this.#last = undefined;
    if (target === this.position) return undefined;
    const isBack = target < this.position;
    this.position = target;
    return { state: isBack ? this.steps[target]?.before : this.steps[target - 1]?.after };
  }

  clear(): void {
    this.steps = [];
    this.position = 0;
    this.#last = undefined;
    this.#group = undefined;
  }

  /** Several commits that leave everything as it was are no step. */
  settle(): void {
    const step = this.steps[this.position - 1];
    if (step === undefined || !step.isJoined || !sameContent(step.before, step.after)) return;
    this.position -= 1;
    this.steps.splice(this.position, 1);
    this.#last = undefined;
  }

  /** Forgets the oldest step. */
  drop(): void {
    this.steps.shift();
    this.position = Math.max(this.position - 1, 0);
  }

  /** Something that is no part of the history was committed, which keeps a session going. */
  touch(now: number): void {
    if (this.#group !== undefined && now - this.#group.at <= this.#group.within) this.#group.at = now;
  }

  #open(label: string | undefined, within: number, now: number): NaiveGroup {
    this.#groups += 1;
    return { number: this.#groups, label, within, at: now };
  }
}
