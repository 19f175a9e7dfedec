/** What a history has to be as long as nobody else changed anything: a list of states, and where one stands in it. */
import { checkSame, fail } from '../conformance/check.ts';
import type { History } from '../conformance/deltaSubject.ts';

export class Timeline {
  readonly #history: History;
  /** The states between the steps, or nothing where changes of others make it unpredictable. */
  #states: unknown[] | undefined;
  #at = 0;

  constructor(history: History, initial: unknown) {
    this.#history = history;
    this.#states = [initial];
  }

  get isExact(): boolean {
    return this.#states !== undefined;
  }

  /** A step for each of the states that commits led to. Old steps may go for them; moving along the history never takes any. */
  committed(states: readonly unknown[]): void {
    if (this.#states === undefined || states.length === 0) return;
    this.#states = [...this.#states.slice(0, this.#at + 1), ...states];
    this.#at += states.length;
    const dropped = this.#at - this.#history.position;
    if (dropped < 0 || dropped > this.#at)
      fail(`${states.length} commits led to step ${this.#history.position}, expected ${this.#at}`);
    this.#states.splice(0, dropped);
    this.#at -= dropped;
    this.check();
  }

  /** Somebody else changed something, so that undoing may leave other states. */
  confuse(): void {
    this.#states = undefined;
  }

  /** All steps are forgotten. */
  restart(state: unknown): void {
    this.#states = [state];
    this.#at = 0;
  }

  /** Goes to another position, and gives the state that is there. */
  moved(position: number): unknown {
    this.#at = position;
    this.check();
    return this.#states?.[position];
  }

  check(): void {
    if (this.#states === undefined) return;
    const { canUndo, canRedo, position, steps } = this.#history;
    checkSame(position, this.#at, 'the position in the history');
    checkSame(steps.length, this.#states.length - 1, 'the steps of the history');
    checkSame(canUndo, this.#at > 0, 'canUndo');
    checkSame(canRedo, this.#at < this.#states.length - 1, 'canRedo');
  }
}
