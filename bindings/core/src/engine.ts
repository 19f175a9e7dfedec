import { formatPath, GaesupError } from './errors.ts';
import type { makeGlue } from './generated/glue.js';
import { instanceOf, started } from './instance.ts';
import {
  CODES,
  type EngineStats,
  ERRORS,
  ErrorNumber,
  isFull,
  type Operation,
  Refused,
  type Then,
} from './protocol.ts';

/** Bytes of one word. */
const WORD = 8;
/** What a command with a number takes, written or passed. */
const NUMBER_BYTES = 32;
/** What the input may take before a batch is sent in pieces, and may keep. */
const BATCH_WORDS_MAX = 1 << 17;
/** The seed differs from store to store, so no set of keys is slow in all. */
let stores = 0;

declare const mark: unique symbol;

/** Where words begin that one call reads and takes back: behind commands that wait, as {@link Engine.mark} gives it. */
export type Mark = number & { readonly [mark]: true };

/** What calls one instance. */
type Glue = ReturnType<typeof makeGlue>;

/**
 * One instance of the engine, and the only owner of views into its memory.
 *
 * Whoever has something to say writes words at {@link at} and then calls.
 */
export class Engine {
  u8 = new Uint8Array(0);
  u32 = new Uint32Array(0);
  f64 = new Float64Array(0);
  /** Where the input begins, in words. */
  start = 0;
  /** Where the next word goes, in words. */
  at = 0;
  /** Where results are, in `u32`s. */
  output = 0;
  /** Whether a value is being walked, which can run code of the caller's. */
  writing = false;
  /** Whether commands wait for each other instead of being committed one by one. */
  batching = false;
  calls = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** A copy of this engine that is being made. */
  copying: { finish(): void } | undefined;
  /** Called when pieces of a long stream have been sent off. */
  onFed: () => void = () => {};
  /** Called when the input is full in a batch: sends it off. */
  onFull: () => void = () => {};

  /** The most bytes the state may take. */
  readonly limitBytes: number;
  private end = 0;
  private large = false;
  private wasm: Glue | undefined;
  private memory: WebAssembly.Memory | undefined;
  private gone: GaesupError | undefined;
  /** Errors that say that there was no room. */
  private readonly full = new WeakSet<object>();

  readonly module: WebAssembly.Module;

  /** A new engine; one with so much memory, and nothing in it, gets that of another one first. */
  constructor(module: WebAssembly.Module, limitBytes: number, depthMax: number, memoryBytes?: number) {
    this.limitBytes = limitBytes;
    this.module = module;
    const glue = instanceOf(module);
    this.memory = glue.memory;
    this.wasm = glue;
    if (memoryBytes === undefined) {
      const seed = Math.imul(++stores, 0x9e3779b1) ^ (Math.random() * 0x100000000);
      started(() => glue.start(limitBytes, depthMax, seed >>> 0), limitBytes);
      this.takeOver();
    } else {
      const missing = memoryBytes - this.totalBytes;
      if (missing > 0) started(() => glue.memory.grow(missing / 65_536), Number.POSITIVE_INFINITY);
      this.refresh();
    }
  }

  /** An engine for the memory of another one, which is copied there before it is called. */
  static withoutState(original: Engine, memoryBytes: number): Engine {
    return new Engine(original.module, original.limitBytes, 0, memoryBytes);
  }

  /** Finds its way about the memory it has. */
  takeOver(): void {
    this.refresh();
    this.relocate();
  }

  /** Bytes of the whole linear memory. */
  get totalBytes(): number {
    return this.memory?.buffer.byteLength ?? 0;
  }

  /** Whether the instance can be called. */
  get isAlive(): boolean {
    return this.wasm !== undefined;
  }

  /** The instance, for a call. */
  private get live(): Glue {
    if (this.wasm === undefined) throw this.gone;
    return this.wasm;
  }

  /** Throws when the store is disposed or dead, or in the middle of a write. */
  assertReady(): void {
    if (this.wasm === undefined) throw this.gone;
    if (this.writing) {
      throw new GaesupError(
        'INVALID_CALL',
        'A getter of a value being written used the store it is written to.',
      );
    }
  }

  /** Drops the instance and with it all memory. */
  dispose(): void {
    if (this.wasm === undefined) return;
    this.copying?.finish();
    this.drop(new GaesupError('DISPOSED', 'The store has been disposed.'));
  }

  /** Makes room for `words` more, sending off what is there when it is full. */
  ensure(words: number): void {
    if (this.at + words > this.end) this.makeRoom(words);
  }

  /** How many words wait to be sent: a place in the input that stays true. */
  get written(): number {
    return this.at - this.start;
  }

  /** Where words begin that the next call reads, behind the commands that wait in a batch. */
  mark(): Mark {
    return this.written as Mark;
  }

  /** Writes a word that is not a number. */
  pair(low: number, high: number): void {
    const at = this.at++ * 2;
    this.u32[at] = low;
    this.u32[at + 1] = high;
  }

  /** Sends what was written and commits it. */
  commit(): number {
    const bytes = this.written * WORD;
    this.at = this.start;
    this.calls++;
    this.bytesIn += bytes;
    let answer: number;
    try {
      answer = this.live.commit(bytes) >>> 0;
    } catch (error) {
      throw this.fail(error);
    }
    if (this.u32.byteLength === 0) this.refresh();
    this.trim();
    return answer;
  }

  /** Applies what was written, within a batch; with an error it stays there. */
  apply(then: Then): number {
    const bytes = this.written * WORD;
    this.bytesIn += bytes;
    const answer = this.call((wasm) => wasm.apply(bytes, then));
    if (answer < ERRORS) this.at = this.start;
    return answer;
  }

  /** Applies what was written and commits the batch; with an error it stays there. */
  finish(): number {
    const bytes = this.written * WORD;
    this.bytesIn += bytes;
    const answer = this.call((wasm) => wasm.finish(bytes));
    if (answer < ERRORS) {
      this.at = this.start;
      this.trim();
    }
    return answer;
  }

  /** Commits one command whose value is a number, without writing it first. */
  number(
    operation: Operation,
    table: number,
    row: number,
    generation: number,
    slot: number,
    value: number,
  ): number {
    this.calls++;
    this.bytesIn += NUMBER_BYTES;
    let answer: number;
    try {
      answer = this.live.number(operation, table, row, generation, slot, value) >>> 0;
    } catch (error) {
      throw this.fail(error);
    }
    if (this.u32.byteLength === 0) this.refresh();
    return answer;
  }

  /** Sends what was written, to be committed with what follows. */
  private feed(): void {
    const bytes = this.written * WORD;
    this.at = this.start;
    this.bytesIn += bytes;
    const answer = this.call((wasm) => wasm.feed(bytes));
    if (answer >= ERRORS) throw new Refused(answer);
    this.onFed();
  }

  /**
   * Takes back what was sent since the last commit, or since the `innermost`
   * batch began. The results are then those of a commit.
   */
  rollback(innermost = false): void {
    this.at = this.start;
    if (this.wasm === undefined) return;
    this.undo(innermost);
    this.trim();
  }

  /** The same, and what was written and not sent yet stays to be sent. */
  undo(innermost: boolean): void {
    this.check(this.call((wasm) => wasm.rollback(innermost)));
  }

  /** Does what a piece of a batch can end with, without sending what was written. */
  endPiece(then: Then): number {
    return this.call((wasm) => wasm.apply(0, then));
  }

  /** Reads a cell into the results. */
  read(table: number, row: number, generation: number, slot: number): number {
    this.calls++;
    this.bytesOut += 16;
    let answer: number;
    try {
      answer = this.live.read(table, row, generation, slot) >>> 0;
    } catch (error) {
      throw this.fail(error);
    }
    return answer;
  }

  /** Reads as {@link read}, by a key written from word `from` on, also what the batch has taken out of the state. */
  peek(table: number, row: number, generation: number, from: Mark): void {
    const bytes = this.takeBack(from);
    this.bytesOut += 16;
    this.check(this.call((wasm) => wasm.peek(table, row, generation, from * WORD, bytes)));
  }

  /** Reads a cell of a container that is known to be there. */
  look(table: number, row: number, slot: number): void {
    this.bytesOut += 16;
    this.call((wasm) => wasm.look(table, row, slot) ?? 0);
  }

  /** Looks for the key written from word `from` on; answers its slot and reads as {@link look}. */
  seek(table: number, row: number, from: Mark): number {
    const bytes = this.takeBack(from);
    this.bytesOut += 20;
    this.check(this.call((wasm) => wasm.seek(table, row, from * WORD, bytes)));
    return this.u32[this.output + 4];
  }

  /** How many keys or items a container has. */
  count(table: number, row: number): number {
    return this.call((wasm) => wasm.count(table, row));
  }

  /** The number of a container's view, or 0. */
  viewOf(table: number, row: number): number {
    return this.call((wasm) => wasm.view_of(table, row));
  }

  /** Reads the words of items of an array. */
  cells(table: number, row: number, from: number, count: number): void {
    this.check(this.call((wasm) => wasm.cells(table, row, from, count)));
    this.bytesOut += this.u32[this.output + 1] * WORD;
  }

  /** Reads the keys of an object or map, each a string's id and its slot. */
  keys(table: number, row: number): void {
    this.check(this.call((wasm) => wasm.keys(table, row)));
    this.bytesOut += this.u32[this.output + 1] * 4;
  }

  /** Reads the words that a container held before the batch; answers whether it was there. */
  before(table: number, row: number): boolean {
    const known = this.check(this.call((wasm) => wasm.before(table, row))) === 0;
    if (known) this.bytesOut += this.u32[this.output + 1] * WORD;
    return known;
  }

  /** Finds where a container is now that the batch may have moved. */
  /** Whether a container is there that the open batch may have moved or taken out of the state. */
  has(table: number, row: number, generation: number): boolean {
    return this.call((wasm) => wasm.locate(table, row, generation)) < ERRORS;
  }
  locate(table: number, row: number, generation: number): void {
    this.bytesOut += 8;
    this.check(this.call((wasm) => wasm.locate(table, row, generation)));
  }

  /** Follows the keys written from word `from` on; they are taken back. */
  resolve(table: number, row: number, generation: number, from: Mark): number {
    const bytes = this.takeBack(from);
    this.bytesOut += 32;
    return this.call((wasm) => wasm.resolve(table, row, generation, from * WORD, bytes));
  }

  /** Makes the keys written from word `from` on a list of keys; they are taken back. */
  defineKeys(from: Mark): number {
    const bytes = this.takeBack(from);
    return this.check(this.call((wasm) => wasm.define_keys(from * WORD, bytes)));
  }

  /** Files a watcher under the path written from word `from` on. */
  watch(watcher: number, from: Mark): void {
    const bytes = this.takeBack(from);
    this.check(this.call((wasm) => wasm.watch(watcher, from * WORD, bytes)));
  }

  /** Files a watcher under the dependencies written from word `from` on. */
  watchDependencies(watcher: number, from: Mark): void {
    const bytes = this.takeBack(from);
    this.check(this.call((wasm) => wasm.watch_dependencies(watcher, from * WORD, bytes)));
  }

  unwatch(watcher: number): void {
    // Who stops listening to a store that is gone has nothing more to do.
    if (this.isAlive) this.call((wasm) => wasm.unwatch(watcher) ?? 0);
  }

  openView(table: number, row: number): void {
    this.check(this.call((wasm) => wasm.open_view(table, row)));
  }

  readView(): void {
    this.check(this.call((wasm) => wasm.read_view()));
  }

  string(id: number): void {
    this.call((wasm) => wasm.string(id) ?? 0);
  }

  blob(id: number): void {
    this.call((wasm) => wasm.blob(id) ?? 0);
  }

  tableKeys(table: number): void {
    this.call((wasm) => wasm.table_keys(table) ?? 0);
  }

  /** Frees strings that nothing refers to, also not what waits to be sent; other ids held here are void then. */
  collect(): number {
    const bytes = this.written * WORD;
    return this.check(this.call((wasm) => wasm.collect(bytes)));
  }

  stats(): EngineStats {
    let stats: EngineStats | undefined;
    this.call((wasm) => {
      stats = wasm.stats();
      return 0;
    });
    return stats as EngineStats;
  }

  /** The error behind an answer. */
  error(answer: number, path: GaesupError['path'] = []): GaesupError {
    const number = (answer - ERRORS) as ErrorNumber;
    const error = new GaesupError(CODES[number], `${formatPath(path)}: ${this.live.message()}.`, path);
    if (number === ErrorNumber.Dead) this.drop(error);
    if (isFull(answer)) this.full.add(error);
    return error;
  }

  /** Whether something thrown says that there was no room: what collecting garbage may help. */
  lacksRoom(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.full.has(error);
  }

  /** Throws the error that an answer is. */
  check(answer: number): number {
    if (answer >= ERRORS) throw this.error(answer);
    return answer;
  }

  /** Calls the instance. */
  call(call: (wasm: Glue) => number): number {
    this.calls++;
    let answer: number;
    try {
      answer = call(this.live) >>> 0;
    } catch (error) {
      throw this.fail(error);
    }
    if (this.u32.byteLength === 0) this.refresh();
    return answer;
  }

  /** After a trap, or half a view, nothing in the instance can be trusted. */
  fail(error: unknown): unknown {
    if (error === this.gone) return error;
    const cause = error instanceof Error ? error.message : String(error);
    const dead = new GaesupError(
      'STORE_DEAD',
      `The engine stopped (${cause}); the store cannot be used any more.`,
    );
    dead.cause = error;
    this.drop(dead);
    return dead;
  }

  private drop(reason: GaesupError): void {
    this.gone = reason;
    this.wasm = undefined;
    // Whoever keeps the store keeps nothing else: a page gets only so many memories.
    this.memory = undefined;
    this.u8 = new Uint8Array(0);
    this.u32 = new Uint32Array(0);
    this.f64 = new Float64Array(0);
  }

  private refresh(): void {
    if (this.memory === undefined) return;
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Learns where the buffers are. */
  private relocate(): void {
    const wasm = this.live;
    this.output = (wasm.output() >>> 0) / 4;
    const { written } = this;
    this.start = (wasm.input() >>> 0) / WORD;
    this.at = this.start + written;
    this.end = this.start + Math.floor((wasm.input_bytes() >>> 0) / WORD);
  }

  private makeRoom(words: number): void {
    if (this.batching && this.written + words <= BATCH_WORDS_MAX) {
      this.grow(BATCH_WORDS_MAX - this.written);
      return;
    }
    if (this.at > this.start) {
      if (this.batching) this.onFull();
      else this.feed();
    }
    if (this.at + words > this.end) this.grow(words);
  }

  /** Makes the input buffer larger without sending anything. */
  grow(words: number): void {
    const wanted = (this.written + words) * WORD;
    if (wanted <= (this.end - this.start) * WORD) return;
    this.large ||= this.written + words > BATCH_WORDS_MAX;
    this.check(this.call((wasm) => wasm.reserve_input(wanted)));
    this.relocate();
  }

  /** Gives back a buffer that one very long value needed, unless commands wait in it. */
  trim(): void {
    if (!this.large || this.written > 0) return;
    this.large = false;
    this.check(this.call((wasm) => wasm.shrink_input()));
    this.relocate();
  }

  /** Takes back what was written from word `from` on, which a call reads; answers its bytes. */
  takeBack(from: Mark): number {
    const bytes = (this.written - from) * WORD;
    this.at = this.start + from;
    this.bytesIn += bytes;
    return bytes;
  }
}
