import type { Frame } from './updates.ts';

/** How many frames are remembered: four seconds at 60 frames per second. */
export const FRAMES_KEPT = 240;

/** The last frames, oldest first. */
export class FrameHistory {
  readonly #frames: Frame[] = [];

  add(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length > FRAMES_KEPT) this.#frames.shift();
  }

  clear(): void {
    this.#frames.length = 0;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Rows changed per second, over the last second or so. */
  get updatesPerSecond(): number {
    let [ms, updates] = [0, 0];
    for (let at = this.#frames.length - 1; at >= 0 && ms < 1000; at--) {
      const frame = this.#frames[at] as Frame;
      ms += frame.frameMs;
      updates += frame.updates;
    }
    return ms === 0 ? 0 : (updates / ms) * 1000;
  }

  /** The value below which `share` of the frames lie, from 0 to 1. */
  quantile(share: number, measure: (frame: Frame) => number): number {
    const sorted = this.#frames.map(measure).sort((a, b) => a - b);
    return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0;
  }
}
