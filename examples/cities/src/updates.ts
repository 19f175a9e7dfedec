import type { Store } from 'gaesup-state';
import type { State } from './record.ts';

/** One animation frame of live updates. */
export interface Frame {
  /** Time since the frame before it. */
  readonly frameMs: number;
  /** Time spent in the calls into the store. */
  readonly storeMs: number;
  readonly updates: number;
}

/** Raises the counters of random rows, a number of them in each animation frame. */
export class LiveUpdates {
  /** Rows changed per frame. */
  rowsPerFrame = 1000;
  readonly #store: Store<State>;
  readonly #rowCount: () => number;
  readonly #onFrame: (frame: Frame) => void;
  #request = 0;
  #lastFrame = 0;

  constructor(store: Store<State>, rowCount: () => number, onFrame: (frame: Frame) => void) {
    this.#store = store;
    this.#rowCount = rowCount;
    this.#onFrame = onFrame;
  }

  get running(): boolean {
    return this.#request !== 0;
  }

  start(): void {
    if (this.running) return;
    this.#lastFrame = 0;
    this.#request = requestAnimationFrame((now) => this.#frame(now));
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #frame(now: number): void {
    this.#request = requestAnimationFrame((next) => this.#frame(next));
    const updates = this.rowsPerFrame;
    const storeMs = this.#update(updates);
    // The first frame after a start has no frame before it to be compared with.
    if (this.#lastFrame !== 0) this.#onFrame({ frameMs: now - this.#lastFrame, storeMs, updates });
    this.#lastFrame = now;
  }

  /** Changes `updates` random rows, one commit each, and returns how long that took. */
  #update(updates: number): number {
    const cities = this.#store.at('cities');
    const rowCount = this.#rowCount();
    const start = performance.now();
    for (let done = 0; done < updates; done++) {
      const row = Math.floor(Math.random() * rowCount);
      cities.at(row, 'visits').increment();
    }
    return performance.now() - start;
  }
}
