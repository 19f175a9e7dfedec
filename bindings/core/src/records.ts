import type { Engine, Mark } from './engine.ts';
import { ERRORS } from './protocol.ts';

/** Bytes of one word. */
const WORD = 8;

/**
 * What the engine keeps of commits: their records, which are deltas without
 * header and checksum, the steps to undo, and effects that wait.
 */
export class Records {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Keeps the last commits, as many as so many bytes hold. */
  keepJournal(bytes: number): void {
    this.engine.call((wasm) => wasm.keep_journal(bytes) ?? 0);
  }

  /** Keeps steps that can be undone. */
  keepHistory(steps: number, bytes: number): void {
    this.engine.call((wasm) => wasm.keep_history(steps, bytes) ?? 0);
  }

  /** Leaves a place whose keys are written from word `from` on out of the history. */
  exclude(from: Mark): void {
    const bytes = this.engine.takeBack(from);
    this.engine.check(this.engine.call((wasm) => wasm.exclude(from * WORD, bytes)));
  }

  /** Keeps records of commits until {@link commits} is called. */
  tellCommits(open: boolean): void {
    this.engine.call((wasm) => wasm.tell_commits(open) ?? 0);
  }

  /** Says what the steps from now on are. */
  stamp(label: number, group: number, at: number, coalesce: number): void {
    this.engine.call((wasm) => wasm.stamp(label, group, at, coalesce) ?? 0);
  }

  /** Says who makes the commits from now on, by a number, and whether undo leaves them alone. */
  author(origin: number, isForeign: boolean): void {
    this.engine.call((wasm) => wasm.author(origin, isForeign) ?? 0);
  }

  /** The records of the commits since the last call, and the numbers of who made them. */
  commits(): { readonly record: Uint8Array; readonly origin: number }[] {
    this.engine.call((wasm) => wasm.commits() ?? 0);
    const { u8, u32, output } = this.engine;
    const [from, ends, count] = [u32[output], u32[output + 1] / 4, u32[output + 2]];
    const origins = u32[output + 3] / 4;
    const records: { record: Uint8Array; origin: number }[] = [];
    for (let number = 0; number < count; number++) {
      const start = number === 0 ? 0 : u32[ends + number - 1];
      const record = u8.slice(from + start, from + u32[ends + number]);
      records.push({ record, origin: u32[origins + number] });
      this.engine.bytesOut += u32[ends + number] - start;
    }
    return records;
  }

  /** How many versions were confirmed so far; the count wraps around. */
  confirmed(): number {
    return this.engine.call((wasm) => wasm.confirmed());
  }

  /** The record of what the last versions changed, if it is known. */
  since(versions: number): Uint8Array | undefined {
    return this.engine.check(this.engine.call((wasm) => wasm.since(versions))) === 0
      ? undefined
      : this.record();
  }

  /** The net effect of records, of some their inverse. */
  compose(parts: readonly { readonly record: Uint8Array; readonly isInverted: boolean }[]): Uint8Array {
    this.engine.assertReady();
    const from = this.engine.mark();
    for (const { record, isInverted } of parts) {
      this.engine.grow(1 + ((record.length + 7) >>> 3));
      this.engine.pair(record.length, isInverted ? 1 : 0);
      this.writeRecord(record);
    }
    const bytes = this.engine.takeBack(from);
    this.engine.check(this.engine.call((wasm) => wasm.compose(from * WORD, bytes)));
    const composed = this.record();
    this.engine.trim();
    return composed;
  }

  /** Applies a record, or its inverse, as so many versions; with an error, the first result is the operation. */
  applyRecord(record: Uint8Array, isInverted: boolean, span: number, isForeign: boolean): number {
    const from = this.engine.mark();
    this.engine.grow((record.length + 7) >>> 3);
    this.writeRecord(record);
    this.engine.takeBack(from);
    const answer = this.engine.call((wasm) =>
      wasm.apply_record(from * WORD, record.length, isInverted, span, isForeign),
    );
    if (answer < ERRORS) this.engine.trim();
    return answer;
  }

  /** Undoes so many steps, or redoes them; the eleventh result is how many there were. */
  travel(steps: number, exactly: boolean): number {
    return this.engine.call((wasm) => wasm.travel(steps, exactly));
  }

  /** Makes the next commit an effect that waits. */
  beginEffect(id: number): void {
    this.engine.call((wasm) => wasm.begin_effect(id) ?? 0);
  }

  /** Makes what was done part of an effect, if it can be; answers whether there is one of its own. */
  endEffect(whole: number): boolean {
    return this.engine.check(this.engine.call((wasm) => wasm.end_effect(whole))) !== 0;
  }

  /** The record of an effect that waits, and how many wait before it. */
  pending(id: number): { readonly record: Uint8Array; readonly before: number } {
    const before = this.engine.check(this.engine.call((wasm) => wasm.pending(id)));
    return { record: this.record(), before };
  }

  /** Confirms an effect that waits, or takes it back. */
  settle(id: number, keep: boolean): number {
    return this.engine.call((wasm) => wasm.settle(id, keep));
  }

  /** Makes versions of what is confirmed and waits behind what has nothing to do with it. */
  float(): void {
    this.engine.check(this.engine.call((wasm) => wasm.float_pending()));
  }

  /** What effects that wait could not do again, if there is anything. */
  conflicts(): Uint8Array | undefined {
    this.engine.call((wasm) => wasm.conflicts() ?? 0);
    return this.engine.u32[this.engine.output + 1] === 0 ? undefined : this.record();
  }

  /** Whether undoing a step, or redoing one, would change anything. */
  canTravel(redoes: boolean): boolean {
    return this.engine.check(this.engine.call((wasm) => wasm.can_travel(redoes))) !== 0;
  }

  /** Results: how many steps are done, how many there are, their bytes, and whether {@link canTravel} has to be asked. */
  history(): void {
    this.engine.call((wasm) => wasm.history() ?? 0);
  }

  /** Results: address and count of the words of all steps. */
  historySteps(): void {
    this.engine.call((wasm) => wasm.history_steps() ?? 0);
  }

  /** Makes one step of what has joined the last one. */
  endStep(): void {
    this.engine.call((wasm) => wasm.end_step() ?? 0);
  }

  clearHistory(): void {
    this.engine.call((wasm) => wasm.clear_history() ?? 0);
  }

  /** A copy of the bytes that the results name. */
  private record(): Uint8Array {
    const { u8, u32, output } = this.engine;
    const [from, length] = [u32[output], u32[output + 1]];
    this.engine.bytesOut += length;
    return u8.slice(from, from + length);
  }

  private writeRecord(record: Uint8Array): void {
    const { engine } = this;
    engine.u8.set(record, engine.at * WORD);
    engine.at += (record.length + 7) >>> 3;
  }
}
