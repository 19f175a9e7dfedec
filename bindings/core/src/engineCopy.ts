import { Engine } from './engine.ts';

/** Segments that are copied between two looks at the clock. */
const SEGMENTS_AT_ONCE = 8;
/** Other memory is copied in parts of at most this many bytes. */
const PART_BYTES = 1 << 19;

interface Part {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * A copy of an engine as it is when this is made, which is completed part by part while the
 * engine goes on. What is not in pages is copied at once; a segment of pages is copied
 * when its turn has come, or by the engine just before it is written to.
 */
export class EngineCopy {
  private readonly original: Engine;
  private readonly totalBytes: number;
  private readonly parts: Part[] = [];
  private copy: Engine | undefined;
  private isComplete = false;
  private failure: { readonly error: unknown } | undefined;

  /** Begins; the `original` has to be between two calls. O(memory outside of pages). */
  constructor(original: Engine) {
    this.original = original;
    // An engine keeps one moment at a time.
    original.copying?.finish();
    original.check(original.call((wasm) => wasm.freeze()));
    original.copying = this;
    this.totalBytes = original.u8.length;
    try {
      this.takeRest();
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Copies what is not in pages. */
  private takeRest(): void {
    const { original } = this;
    const { u8, u32, output } = original;
    const [list, count, segmentBytes] = u32.subarray(output, output + 3);
    const segments = u32.slice(list / 4, list / 4 + count).sort();
    let from = 0;
    for (const at of segments) {
      this.take(u8, from, at);
      from = at + segmentBytes;
    }
    this.take(u8, from, u8.length);
  }

  /** The engine, which goes its own way, once there are no more steps. */
  get engine(): Engine {
    if (this.copy === undefined || !this.isComplete) throw new Error('The copy is not complete.');
    return this.copy;
  }

  /** Copies the next part; answers whether there are more. Throws when the original is no more, or memory. */
  step(): boolean {
    if (this.failure !== undefined) throw this.failure.error;
    if (this.isComplete) return false;
    if (this.copy === undefined) {
      this.copy = Engine.withoutState(this.original, this.totalBytes);
      return true;
    }
    const part = this.parts.pop();
    if (part !== undefined) {
      this.copy.u8.set(part.bytes, part.at);
      return true;
    }
    for (let count = 0; count < SEGMENTS_AT_ONCE; count++) {
      if (!this.copySegment(this.copy)) {
        this.end();
        this.copy.takeOver();
        // It was copied while it kept what it held.
        this.copy.call((wasm) => wasm.thaw() ?? 0);
        this.isComplete = true;
        return false;
      }
    }
    return true;
  }

  /** Copies all that is left: before the engine is gone, or for the next copy. */
  finish(): void {
    try {
      while (this.step());
    } catch (error) {
      this.failure = { error };
      this.end();
    }
  }

  /** Gives up, or back, the copy. */
  dispose(): void {
    if (!this.isComplete) this.end();
    this.copy?.dispose();
  }

  private copySegment(copy: Engine): boolean {
    const { original } = this;
    if (original.check(original.call((wasm) => wasm.next_frozen())) === 0) return false;
    const { u8, u32, output } = original;
    const [address, at, length] = u32.subarray(output, output + 3);
    copy.u8.set(u8.subarray(at, at + length), address);
    return true;
  }

  /** Lets the original keep nothing any more. */
  private end(): void {
    const { original } = this;
    if (original.copying !== this) return;
    original.copying = undefined;
    if (original.isAlive) original.call((wasm) => wasm.thaw() ?? 0);
  }

  private take(u8: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at += PART_BYTES) {
      this.parts.push({ at, bytes: u8.slice(at, Math.min(at + PART_BYTES, to)) });
    }
  }
}
