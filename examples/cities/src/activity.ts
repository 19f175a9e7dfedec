import type { Stats, Store } from 'gaesup-state';
import type { State } from './record.ts';

/** What has happened in the store and on the page since it was opened. */
export interface Counts {
  readonly commits: number;
  readonly crossings: number;
  readonly selectorRuns: number;
  /** Calls of this page's listeners. */
  readonly listenerCalls: number;
  /** Rows of the table written anew because their record has changed. */
  readonly rowRenders: number;
}

/** What went on between two counts. */
export function between(before: Counts, after: Counts): Counts {
  return {
    commits: after.commits - before.commits,
    crossings: after.crossings - before.crossings,
    selectorRuns: after.selectorRuns - before.selectorRuns,
    listenerCalls: after.listenerCalls - before.listenerCalls,
    rowRenders: after.rowRenders - before.rowRenders,
  };
}

/** Counts what the changes of the store set off on this page. */
export class Activity {
  listenerCalls = 0;
  rowRenders = 0;
  /** Called after the listeners that were called together. */
  onCalls: () => void = () => {};
  readonly #store: Store<State>;
  #countings = 0;
  #runsApart = 0;
  #isTelling = false;

  constructor(store: Store<State>) {
    this.#store = store;
  }

  /** The listener, whose calls are counted. */
  counted<A extends unknown[]>(listener: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      this.listenerCalls++;
      listener(...args);
      this.#tell();
    };
  }

  /** Does work that runs selectors for another reason than a commit, as scrolling does. */
  apart(work: () => void): void {
    const before = this.#stats().selectorRuns;
    work();
    this.#runsApart += this.#stats().selectorRuns - before;
  }

  /** The counts now, without what this has caused itself. O(pages). */
  count(): Counts {
    const { commits, crossings, selectorRuns } = this.#stats();
    return {
      commits,
      crossings: crossings.calls - this.#countings,
      selectorRuns: selectorRuns - this.#runsApart,
      listenerCalls: this.listenerCalls,
      rowRenders: this.rowRenders,
    };
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.onCalls();
    });
  }

  /** To ask the store is a crossing, too. */
  #stats(): Stats {
    this.#countings++;
    return this.#store.stats();
  }
}
