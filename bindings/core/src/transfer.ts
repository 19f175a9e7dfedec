import { type Author, assertPart, OWN } from './author.ts';
import type { Bytes } from './commitTypes.ts';
import type { Core } from './core.ts';
import type { CursorNode } from './cursor.ts';
import type { Engine } from './engine.ts';
import { formatPath, GaesupError } from './errors.ts';
import { HIGH, inspectIn } from './inspect.ts';
import { Adopt, ERRORS, type Format } from './protocol.ts';
import { assertNotSelecting } from './reactive.ts';
import { migrationFrom } from './schema.ts';
import type { Changes, SnapshotInfo, SnapshotOptions } from './transferTypes.ts';
import { adoptUnder } from './under.ts';

/** Snapshots are handed over in pieces of this many bytes, so that no copy of the whole is needed. */
const PIECE_BYTES = 1 << 20;
/** Steps of a snapshot between two questions whether it is done. */
export const STEPS = 1 << 16;

const NONE: Changes = { added: 0, removed: 0, updated: 0, moved: 0 };

const CODECS = { none: 0, lz4: 1, auto: 2 } as const;

/** How a value that has arrived becomes part of the state. */
export interface Adoption {
  readonly key?: string | undefined;
  readonly origin?: string | undefined;
  /** Whether it goes under what waits optimistically; if not said, what has an origin does. */
  readonly under?: boolean | undefined;
}

/** The number of a codec, for the engine. */
export function codecOf({ compression = 'auto', confirmed }: SnapshotOptions): number {
  if (confirmed !== undefined && typeof confirmed !== 'boolean') {
    throw new TypeError('confirmed is true or false.');
  }
  const codec = Object.hasOwn(CODECS, compression) ? CODECS[compression] : undefined;
  if (codec === undefined) throw new TypeError("compression is 'none', 'lz4' or 'auto'.");
  return codec;
}

/** Throws for options of a wrong type, before anything is done. */
export function assertAdoption({ key, origin, under }: Adoption): void {
  if (key !== undefined && typeof key !== 'string') throw new TypeError('key is the name of one, a string.');
  if (origin !== undefined && typeof origin !== 'string') throw new TypeError('origin is a string.');
  if (under !== undefined && typeof under !== 'boolean') throw new TypeError('under is true or false.');
}

/** Throws for what cannot be part of a batch. */
export function assertInBatch(whole: Author, { origin, under }: Adoption): void {
  if (under === true)
    throw new GaesupError(
      'INVALID_CALL',
      'What goes under optimistic updates is a commit of its own, not part of a batch.',
    );
  if (origin !== undefined) assertPart(whole, { origin });
}

/** The pieces of a finished snapshot: `join` puts the next one into the whole, while there is one. */
export function piecesOf(engine: Engine): { readonly whole: Bytes; readonly join: () => boolean } {
  engine.check(engine.call((wasm) => wasm.capture_pieces()));
  const { u32, output } = engine;
  const pieces = u32.slice(u32[output] / 4, u32[output] / 4 + u32[output + 1]);
  let size = 0;
  for (let at = 1; at < pieces.length; at += 2) size += pieces[at];
  const whole = new Uint8Array(size);
  let [next, end] = [0, 0];
  const join = () => {
    const [from, length] = pieces.subarray(next, next + 2);
    whole.set(engine.u8.subarray(from, from + length), end);
    next += 2;
    end += length;
    return next < pieces.length;
  };
  return { whole, join };
}

/** Whole values that come and go as bytes. */
export class Transfer {
  private readonly core: Core;
  /** The application's version of what its state looks like. */
  schema = 0;
  /** Where the bytes that came last do not decode. */
  private failedAt: number | undefined;

  constructor(core: Core) {
    this.core = core;
  }

  /** Starts a snapshot of what is at a cursor, in an engine with the state of this one. */
  begin(cursor: CursorNode, codec: number): void {
    const { engine } = this.core;
    this.assertCapturable();
    const [from, bytes] = this.path(cursor);
    const answer = engine.call((wasm) => wasm.begin_capture(from, bytes, codec, this.schema));
    if (answer >= ERRORS) throw engine.error(answer, cursor.path);
  }

  /**
   * Says how to start a snapshot of what is confirmed at a cursor, in a copy of the engine that
   * is made right now: it takes back what waits.
   */
  beginConfirmed(cursor: CursorNode, codec: number): (copy: Engine) => void {
    this.assertCapturable();
    // It is in the copy's memory as well.
    const [from, bytes] = this.path(cursor);
    return (copy) => {
      copy.check(copy.call((wasm) => wasm.drop_pending()));
      const answer = copy.call((wasm) => wasm.begin_capture(from, bytes, codec, this.schema));
      if (answer >= ERRORS) throw copy.error(answer, cursor.path);
    };
  }

  private assertCapturable(): void {
    const { engine, batch } = this.core;
    engine.assertReady();
    // What it reads could not be told apart from what it does not.
    assertNotSelecting();
    if (batch.isOpen) {
      throw new GaesupError(
        'INVALID_CALL',
        'A snapshot cannot be taken in a batch: it may yet be taken back.',
      );
    }
  }

  snapshot(cursor: CursorNode, options: SnapshotOptions = {}): Bytes {
    const { engine } = this.core;
    this.begin(cursor, codecOf(options));
    try {
      while (engine.check(engine.call((wasm) => wasm.step_capture(STEPS))) !== 0);
      const { whole, join } = piecesOf(engine);
      while (join());
      engine.bytesOut += whole.length;
      return whole;
    } finally {
      if (engine.isAlive) engine.call((wasm) => wasm.end_capture() ?? 0);
    }
  }

  /** What a snapshot says of itself. */
  inspect(bytes: Uint8Array): SnapshotInfo {
    return inspectIn(this.core.engine, bytes);
  }

  /** Makes what is at a cursor what a snapshot holds, which has to be of this schema. */
  restore(cursor: CursorNode, bytes: Uint8Array, adoption: Adoption): Changes {
    migrationFrom({ version: this.schema }, this.inspect(bytes).version);
    return this.load(cursor, bytes, adoption);
  }

  /** Makes what is at a cursor what a snapshot holds. */
  load(cursor: CursorNode, bytes: Uint8Array, adoption: Adoption): Changes {
    assertAdoption(adoption);
    if (!this.core.batch.isOpen && this.goesUnder(adoption)) {
      return adoptUnder(cursor, adoption, (place, how) => place.core.transfer.load(place, bytes, how));
    }
    return this.adopt(cursor, adoption, () => this.read(cursor, bytes));
  }

  /**
   * Whether what is at a cursor is what a snapshot holds. What was read stays in the engine,
   * which is to be disposed next: freeing it first would take as long as comparing.
   */
  holds(cursor: CursorNode, bytes: Uint8Array): boolean {
    const { engine } = this.core;
    let answer = this.read(cursor, bytes);
    if (answer < ERRORS) answer = engine.call((wasm) => wasm.compare());
    if (answer >= ERRORS) throw this.refused(answer, cursor);
    return answer !== 0;
  }

  /** Whether two snapshots hold the same state, if that can be told without loading either. */
  areEqual(one: Uint8Array, other: Uint8Array): boolean | undefined {
    const { engine } = this.core;
    if (!this.place(one, other)) return undefined;
    const answer = engine.call((wasm) => wasm.equal_pages(one.length));
    if (answer === 0) this.release();
    return answer === 0 ? undefined : answer === 2;
  }

  /** The record of what leads from one snapshot's state to another's, if that can be told without loading either. */
  difference(one: Uint8Array, other: Uint8Array, key: string | undefined): Uint8Array | undefined {
    const { engine, encoder } = this.core;
    if (!this.place(one, other)) return undefined;
    const from = engine.mark();
    if (key !== undefined) encoder.writeKey(key);
    const bytes = engine.takeBack(from);
    if (engine.call((wasm) => wasm.diff_pages(one.length, from * 8, bytes)) === 0) {
      this.release();
      return undefined;
    }
    const { u8, u32, output } = engine;
    return u8.slice(u32[output], u32[output] + u32[output + 1]);
  }

  /** Hands two snapshots to the engine, in memory that it may have already; answers whether there is enough. */
  private place(one: Uint8Array, other: Uint8Array): boolean {
    const { engine } = this.core;
    const size = one.length + other.length;
    const address = engine.call((wasm) => wasm.payload_place(size));
    if (address >= ERRORS) {
      this.release();
      return false;
    }
    engine.u8.set(one, address);
    engine.u8.set(other, address + one.length);
    engine.bytesIn += size;
    return true;
  }

  /** Reads a snapshot as the value that is to be at a cursor, and stands ready. */
  private read(cursor: CursorNode, bytes: Uint8Array): number {
    const { engine } = this.core;
    const [from, length] = this.path(cursor);
    const answer = engine.call((wasm) => wasm.begin_load(from, length));
    if (answer >= ERRORS) return answer;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.put(bytes.subarray(at, at + PIECE_BYTES));
      const read = this.located(engine.call((wasm) => wasm.load()));
      if (read >= ERRORS) return read;
    }
    return this.located(engine.call((wasm) => wasm.end_load()));
  }

  /** Parses what the engine was handed as the value at a cursor. */
  parse(cursor: CursorNode, format: Format): number {
    const { engine } = this.core;
    const [from, bytes] = this.path(cursor);
    return this.located(engine.call((wasm) => wasm.parse(from, bytes, format)));
  }

  /** Hands bytes to the engine that are one after the other. */
  putAll(chunks: readonly Uint8Array[]): void {
    this.release();
    const size = chunks.reduce((sum, { length }) => sum + length, 0);
    const { engine } = this.core;
    let at = engine.check(engine.call((wasm) => wasm.payload_room(size)));
    for (const chunk of chunks) {
      engine.u8.set(chunk, at);
      at += chunk.length;
    }
    engine.bytesIn += size;
  }

  /** Puts bytes behind those that the engine was handed before. */
  put(bytes: Uint8Array): void {
    const { engine } = this.core;
    const address = engine.check(engine.call((wasm) => wasm.payload_room(bytes.length)));
    engine.u8.set(bytes, address);
    engine.bytesIn += bytes.length;
  }

  /** Gives back what the engine was handed. */
  release(): void {
    const { engine } = this.core;
    if (engine.isAlive) engine.call((wasm) => wasm.release_payload() ?? 0);
  }

  /** What the engine's last reconciliation changed; takes the place of what it reported of the commit. */
  tally(): Changes {
    const { engine } = this.core;
    engine.call((wasm) => wasm.tally() ?? 0);
    const [added, removed, updated, moved] = engine.u32.subarray(engine.output, engine.output + 4);
    return { added, removed, updated, moved };
  }

  /**
   * Makes a value that `arrive` hands over what is at a cursor, as a commit or part of the
   * batch.
   */
  adopt(cursor: CursorNode, adoption: Adoption, arrive: () => number): Changes {
    const { core } = this;
    const { batch } = core;
    core.assertWritable();
    assertAdoption(adoption);
    try {
      if (batch.isOpen) {
        assertInBatch(batch.author, adoption);
        batch.atOnce(
          () => {
            const answer = arrive();
            return answer >= ERRORS ? answer : this.adoptStaged(cursor, adoption, Adopt.InBatch);
          },
          (answer) => this.refused(answer, cursor),
        );
        return this.tally();
      }
      let changes = NONE;
      const note = () => {
        changes = this.tally();
      };
      const answer = core.withRoom(() => {
        const answer = this.attempt(cursor, adoption, arrive);
        if (answer >= ERRORS) throw this.refused(answer, cursor);
        return answer;
      });
      core.committed(answer, adoption.origin, note);
      return changes;
    } finally {
      this.release();
    }
  }

  /** Whether there is something that waits, and a value is to go under it. */
  goesUnder({ origin, under = origin !== undefined }: Adoption): boolean {
    return under && this.core.timeline?.isWaiting === true;
  }

  private attempt(cursor: CursorNode, adoption: Adoption, arrive: () => number): number {
    const { core } = this;
    if (core.isRecorded) core.timeline?.stamp();
    const answer = arrive();
    if (answer >= ERRORS) return answer;
    const { origin } = adoption;
    const author = origin === undefined ? OWN : { origin, isForeign: true };
    return core.commitAs(author, () => this.adoptStaged(cursor, adoption, 0));
  }

  private adoptStaged(cursor: CursorNode, { key, origin }: Adoption, how: number): number {
    const { engine, encoder } = this.core;
    const from = engine.mark();
    let flags = how;
    if (key !== undefined) {
      flags |= Adopt.ByKey;
      encoder.writeKey(key);
    }
    if (origin !== undefined) flags |= Adopt.Foreign;
    // In case that there is nothing yet.
    encoder.writeKey(cursor.lastKey);
    const bytes = engine.takeBack(from);
    return engine.call((wasm) => wasm.adopt(from * 8, bytes, flags));
  }

  /** The error of bytes that the engine refused, with where in them that is. */
  private refused(answer: number, cursor: CursorNode): GaesupError {
    const { path } = cursor;
    const error = this.core.engine.error(answer, path);
    const at = this.failedAt;
    this.failedAt = undefined;
    if (error.code !== 'CORRUPT_DATA' || at === undefined) return error;
    return new GaesupError(error.code, `${formatPath(path)}: the bytes do not decode at byte ${at}.`, path);
  }

  /** Notes where in the bytes an answer is about, if it is an error. */
  private located(answer: number): number {
    if (answer >= ERRORS) this.failedAt = this.whole(0);
    return answer;
  }

  private path(cursor: CursorNode): readonly [from: number, bytes: number] {
    const { engine } = this.core;
    const from = engine.mark();
    cursor.writePath();
    return [from * 8, engine.takeBack(from)];
  }

  /** A number of which the engine tells two halves. */
  private whole(at: number): number {
    const { u32, output } = this.core.engine;
    return u32[output + at] + u32[output + at + 1] * HIGH;
  }
}
