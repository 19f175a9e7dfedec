import { isAsync, isThenable, refusedAsync } from './asynchronous.ts';
import { type Author, assertPart, authorOf, OWN } from './author.ts';
import type { BatchOptions } from './commitTypes.ts';
import type { Core } from './core.ts';
import type { Key } from './errors.ts';
import { normalizeKey } from './keys.ts';
import { type Located, Place, pathOf } from './place.ts';
import {
  BY_PATH,
  ERRORS,
  isFull,
  Operation,
  Refused,
  SLOT_MISSING,
  STALE,
  Then,
  WALKED,
  Walked,
} from './protocol.ts';
import { batchClosed, batchOpened, batchWrote } from './reactive.ts';
import { flush } from './schedule.ts';
import { describe, Refusal } from './values.ts';
import { COMMAND_WORDS, Walks } from './walks.ts';

/**
 * The open batch: writes that wait to be sent together.
 *
 * A write whose cell was found before is a command of a few words. One whose
 * cell is not known says the keys that lead there, and the engine follows them
 * when it comes to it, so nothing has to be looked up in between. The engine
 * recognises handles that the batch itself has made stale; the command is then
 * said by path and sent again.
 */
export class Batch {
  private readonly core: Core;
  /** How many batches are open, one in another. */
  private depth = 0;
  /** Whether anything was written since the outermost one began. */
  hasWritten = false;
  /** Whose the outermost one is. */
  author: Author = OWN;
  /** Why the innermost one has been taken back already. */
  private refusal: unknown;
  /** What the waiting commands are about: a container and, if it is a cell in it, its key. */
  private readonly places: Located[] = [];
  private readonly keys: (Key | undefined)[] = [];
  private readonly walks: Walks;
  /** Whether the last of them has begun and its value goes on. */
  private partial = false;
  /** How many commands went on from the piece before. */
  private carried = 0;
  /** Whether the engine has applied anything since the outermost one began. */
  private hasApplied = false;
  /** Whether views may show less than what was applied. */
  private unparked = false;

  constructor(core: Core) {
    this.core = core;
    this.walks = new Walks(core);
    core.engine.onFull = () => this.sendPiece();
  }

  get isOpen(): boolean {
    return this.depth > 0;
  }

  /** Does work as one transaction. */
  run<R>(work: () => R, name = 'batch()', options?: BatchOptions): R {
    const { engine } = this.core;
    this.core.assertWritable();
    if (typeof work !== 'function') throw new TypeError(`${name} takes a function.`);
    if (isAsync(work)) throw refusedAsync(name);
    const author = options === undefined ? OWN : authorOf(options);
    if (this.depth > 0) {
      if (options !== undefined) assertPart(this.author, options);
      this.assertGoing();
      this.core.bringRecipes();
      this.apply(Then.Save);
    } else this.author = author;
    if (this.depth++ === 0) batchOpened();
    engine.batching = true;
    let result: R;
    try {
      result = work();
      if (isThenable(result)) {
        // Whatever it does later is not part of this, nor is how it fails.
        result.then(undefined, () => {});
        throw refusedAsync(name);
      }
      if (this.refusal !== undefined) throw this.refusal;
      if (this.depth > 1) this.apply(Then.Release);
    } catch (error) {
      try {
        if (this.refusal === undefined) this.takeBack();
      } finally {
        // Also when the engine dies of it: other stores wait for the end of the batch.
        this.refusal = undefined;
        this.leave();
        flush();
      }
      throw error;
    }
    if (this.depth > 1) this.leave();
    else this.commit();
    return result;
  }

  /** Makes what was written visible to who reads next. */
  settle(): void {
    if (this.depth === 0 || this.refusal !== undefined) return;
    if (this.core.recipes.length > 0) this.core.bringRecipes();
    if (this.core.engine.written === 0 && !this.unparked) return;
    this.apply(Then.Park);
    this.unparked = false;
    this.core.tick();
  }

  /** Applies what was written, without making views ready. */
  applyAll(): void {
    if (this.core.engine.written > 0) this.sendPiece();
  }

  /** Sets a cell; `slot` is {@link SLOT_MISSING} when it is not known. */
  set(home: Place, key: Key, slot: number, value: unknown): void {
    if (typeof value === 'number' && slot !== SLOT_MISSING) {
      this.number(Operation.Set, home, key, slot, value);
      return;
    }
    this.queue(home, key, () => {
      const { core } = this;
      if (slot !== SLOT_MISSING) {
        this.command(Operation.Set, home, slot);
        this.note(home, key);
      } else {
        core.engine.ensure(
          this.walks.words(home, undefined) + COMMAND_WORDS + core.texts.wordsOf(String(key)),
        );
        this.walks.write(home, undefined);
        this.note(home, key);
        core.command(Operation.Put, WALKED, Walked.Container, 0, 0);
        if (typeof key === 'number') core.encoder.number(key);
        else core.encoder.name(key);
      }
      core.encoder.write(value, home === core.holder ? 0 : home.depth + 1, () => pathOf(core, home, key));
    });
  }

  delete(home: Place, key: Key, slot: number): void {
    this.onCell(Operation.Delete, home, key, slot);
    if (typeof key === 'number') this.core.shifts++;
  }

  increment(home: Place, key: Key, slot: number, by: number): void {
    if (slot !== SLOT_MISSING) this.number(Operation.Increment, home, key, slot, by);
    else this.onCell(Operation.Increment, home, key, slot, by);
  }

  /** A command on a known cell whose value is a number: the most frequent one, written by hand. */
  private number(operation: Operation, home: Place, key: Key, slot: number, value: number): void {
    const { core } = this;
    const { engine } = core;
    core.assertWritable();
    this.assertGoing();
    if (core.recipes.length > 0) core.bringRecipes();
    if (!this.hasWritten) this.wrote();
    engine.ensure(COMMAND_WORDS + 1);
    const { u32 } = engine;
    const at = engine.at * 2;
    u32[at] = operation | BY_PATH;
    u32[at + 1] = home.table;
    u32[at + 2] = home.row;
    u32[at + 3] = home.generation;
    u32[at + 4] = slot;
    u32[at + 5] = 0;
    engine.at += COMMAND_WORDS;
    core.encoder.number(value);
    this.places.push(home);
    this.keys.push(key);
  }

  /** Sets a key of an object or map. */
  setKey(place: Place, key: unknown, value: unknown): void {
    this.queue(place, undefined, () => {
      const { encoder, texts } = this.core;
      if (typeof key !== 'string') throw new Refusal(`a key must be a string, and ${describe(key)} is not.`);
      this.inside(Operation.SetKey, place, 0, 0, texts.wordsOf(key));
      encoder.name(key);
      encoder.write(value, place.depth + 1, () => [...place.path, normalizeKey(key)]);
    });
  }

  insert(place: Place, index: number, items: readonly unknown[]): void {
    this.queue(place, undefined, () => {
      this.inside(Operation.Insert, place, index, items.length);
      for (let item = 0; item < items.length; item++) {
        const at = index === SLOT_MISSING ? item : index + item;
        this.core.encoder.write(items[item], place.depth + 1, () => [...place.path, at]);
      }
    });
    if (index !== SLOT_MISSING) this.core.shifts++;
  }

  /** Removes or moves items of an array. */
  onList(operation: Operation.Remove | Operation.Move, place: Place, index: number, other: number): void {
    this.queue(place, undefined, () => this.inside(operation, place, index, other));
    this.core.shifts++;
  }

  private onCell(operation: Operation, home: Place, key: Key, slot: number, value?: number): void {
    this.queue(home, key, () => {
      const { core } = this;
      if (slot !== SLOT_MISSING) {
        this.command(operation, home, slot);
      } else {
        core.engine.ensure(this.walks.words(home, key) + COMMAND_WORDS + 1);
        this.walks.write(home, key);
        core.command(operation, WALKED, Walked.Cell, 0, 0);
      }
      this.note(home, key);
      if (value !== undefined) core.encoder.number(value);
    });
  }

  /** Starts a command on the container at a place, with room for words behind it. */
  private inside(operation: Operation, place: Place, slot: number, count: number, room = 0): void {
    const { core } = this;
    if (place.isLost(core.shifts, core.moved)) {
      core.engine.ensure(this.walks.words(place, undefined) + COMMAND_WORDS + room);
      this.walks.write(place, undefined);
      core.command(operation, WALKED, Walked.Container, 0, slot, count);
    } else {
      core.engine.ensure(COMMAND_WORDS + room);
      this.command(operation, place, slot, count);
    }
    this.note(place, undefined);
  }

  /** Writes a command that names its container itself. */
  onDraft(draft: Located, key: Key, write: () => void): void {
    this.queueUnasked(draft, key, () => {
      this.core.engine.ensure(COMMAND_WORDS + 1);
      this.note(draft, key);
      write();
    });
  }

  /** Does something that needs no command, behind all that was written; `errorOf` is asked when it is refused. */
  atOnce(work: () => number, errorOf: (answer: number) => unknown): void {
    const { core } = this;
    core.assertWritable();
    this.assertGoing();
    if (!this.hasWritten) this.wrote();
    this.applyAll();
    const isSaved = this.save();
    let answer: number;
    try {
      answer = work();
      if (isFull(answer) && (isSaved || !this.hasApplied)) {
        const refused = errorOf(answer);
        if (!this.madeRoom(refused, isSaved)) throw this.refuse(refused);
        answer = work();
      }
    } catch (error) {
      // The savepoint must not stay behind.
      throw this.refuse(error);
    }
    if (answer >= ERRORS) throw this.refuse(errorOf(answer));
    if (isSaved) this.mark(Then.Release);
    this.hasApplied = true;
    this.unparked = true;
    core.shifts++;
    core.tick();
  }

  private command(operation: Operation, place: Place, slot: number, count = 0): void {
    this.core.command(operation | BY_PATH, place.table, place.row, place.generation, slot, count);
  }

  private note(place: Located, key: Key | undefined): void {
    this.places.push(place);
    this.keys.push(key);
    this.partial = true;
  }

  /** Writes one command on what is at a path; when that is refused, the batch is. */
  private queue(home: Located, key: Key | undefined, write: () => void): void {
    if (this.core.recipes.length > 0) this.core.bringRecipes();
    this.queueUnasked(home, key, write);
  }

  /** The same for what recipes themselves write. */
  private queueUnasked(home: Located, key: Key | undefined, write: () => void): void {
    const { engine } = this.core;
    this.core.assertWritable();
    this.assertGoing();
    if (!this.hasWritten) this.wrote();
    engine.writing = true;
    try {
      write();
    } catch (error) {
      engine.writing = false;
      throw this.refuse(error, () => pathOf(this.core, home, key));
    }
    engine.writing = false;
    this.partial = false;
  }

  private wrote(): void {
    this.hasWritten = true;
    batchWrote();
  }

  private assertGoing(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  private commit(): void {
    const { core, author } = this;
    let answer: number;
    try {
      if (core.isRecorded) core.timeline?.stamp();
      answer = core.commitAs(author, () => this.send(() => core.engine.finish(), this.save()));
    } catch (error) {
      this.refusal = undefined;
      this.leave();
      flush();
      throw error;
    }
    this.leave();
    // Also a batch that has changed nothing in the end may have been looked into.
    core.tick();
    this.walks.remember();
    core.committed(answer, author.origin);
    flush();
  }

  private leave(): void {
    this.depth--;
    if (this.depth === 0) {
      this.core.engine.batching = false;
      this.unparked = false;
      this.hasApplied = false;
      const wrote = this.hasWritten;
      this.hasWritten = false;
      batchClosed(wrote);
    }
  }

  /** Sends a piece; the value being written may go on in the next one. */
  private sendPiece(): void {
    this.apply(Then.Nothing);
    this.unparked = true;
    this.core.tick();
  }

  private apply(then: Then): void {
    const { engine } = this.core;
    this.unparked ||= engine.written > 0;
    const isSaved = engine.written > 0 && this.save();
    // That savepoint has to end before another one begins or ends.
    this.send(() => engine.apply(isSaved ? Then.Nothing : then), isSaved);
    this.core.learn();
    this.walks.remember();
    this.hasApplied = true;
    if (!isSaved) return;
    this.mark(Then.Release);
    if (then !== Then.Nothing) this.mark(then);
  }

  /**
   * Makes a savepoint for what is applied next, so that it can be done again after garbage was
   * collected. Only stores with a limit run out of memory while there is some: others go without,
   * but for what is applied first, since that is taken back as a whole.
   */
  private save(): boolean {
    const { engine } = this.core;
    if (!this.hasApplied || !Number.isFinite(engine.limitBytes)) return false;
    // A value that goes on cannot be taken back in part.
    return this.carried === 0 && engine.endPiece(Then.Save) < ERRORS;
  }

  private mark(then: Then): void {
    const answer = this.core.engine.endPiece(then);
    if (answer >= ERRORS) throw this.refuse(this.core.engine.error(answer));
  }

  /**
   * Collects garbage when an error says that there was no room; answers whether it did. What was
   * applied since the savepoint, or since the batch began, is taken back then and can be sent again.
   */
  private madeRoom(error: unknown, isSaved: boolean): boolean {
    const { core } = this;
    const { engine } = core;
    if (!engine.lacksRoom(error) || !engine.isAlive) return false;
    engine.undo(isSaved);
    core.rolledBack();
    core.shifts++;
    return core.madeRoom(error) && (!isSaved || engine.endPiece(Then.Save) < ERRORS);
  }

  /**
   * Sends what waits. What turns out to be stale is said by path and sent again, and all of it is
   * when there was no room and garbage could be collected.
   */
  private send(send: () => number, isSaved: boolean): number {
    const { core, places, keys } = this;
    const { engine } = core;
    let isWhole = isSaved || !this.hasApplied;
    for (;;) {
      const answer = send();
      if (answer < ERRORS) {
        this.forget(this.partial ? 1 : 0);
        return answer;
      }
      const begun = engine.u32[engine.output];
      const failed = Math.max(begun - 1 + this.carried, 0);
      const path = failed < places.length ? pathOf(core, places[failed], keys[failed]) : [];
      const place = places[failed];
      if (answer !== STALE || engine.writing || !(place instanceof Place)) {
        const refused = engine.error(answer, path);
        if (!isWhole || !this.madeRoom(refused, isSaved)) throw this.refuse(refused);
        isWhole = false;
        continue;
      }
      isWhole = false;
      places.splice(0, failed);
      keys.splice(0, failed);
      this.carried = 0;
      this.sayByPath(engine.u32[engine.output + 1] >>> 3, place, keys[0]);
    }
  }

  /** Forgets the commands that are done, all but the last `carried`. */
  private forget(carried: number): void {
    const { places, keys } = this;
    this.carried = carried;
    places.copyWithin(0, places.length - carried);
    keys.copyWithin(0, keys.length - carried);
    places.length = carried;
    keys.length = carried;
  }

  /** Says the command at a word of the input by path, and drops those before it. */
  private sayByPath(from: number, place: Place, key: Key | undefined): void {
    const { core } = this;
    const { engine } = core;
    const header = (engine.start + from) * 2;
    const operation: Operation = engine.u32[header] & ~BY_PATH;
    const isWalk = operation === Operation.Walk;
    const [slot, count] = [engine.u32[header + 4], engine.u32[header + 5]];
    const behind = header + (COMMAND_WORDS + (isWalk ? count : 0)) * 2;
    const rest = engine.u32.slice(behind, engine.at * 2);
    // A cell that may be missing is one to put something in.
    const puts = operation === Operation.Set && key !== undefined;
    const walked = puts || (isWalk && rest[2] === Walked.Container) ? undefined : key;
    const room = this.walks.words(place, walked) + COMMAND_WORDS + core.texts.wordsOf(String(key));
    engine.at = engine.start;
    engine.grow(room + rest.length / 2);
    this.walks.write(place, walked, true);
    if (!isWalk) {
      const what = puts || key === undefined ? Walked.Container : Walked.Cell;
      core.command(puts ? Operation.Put : operation, WALKED, what, 0, slot, count);
      // Not as a text whose id is asked for: the answers come in the order of the asking.
      if (puts) core.encoder.key(key);
    }
    engine.u32.set(rest, engine.at * 2);
    engine.at += rest.length / 2;
  }

  /** Takes the innermost batch back because of an error, which is answered as the caller sees it. */
  private refuse(error: unknown, around: () => readonly Key[] = () => []): unknown {
    if (this.refusal !== undefined) return this.refusal;
    const { core } = this;
    const told = error instanceof Refused ? core.engine.error(error.answer) : core.refused(error, around);
    this.takeBack();
    this.refusal = told;
    // What was full of garbage only has room for the next attempt.
    if (this.depth === 1) core.madeRoom(told);
    return told;
  }

  private takeBack(): void {
    const { core } = this;
    this.places.length = 0;
    this.keys.length = 0;
    this.walks.forget();
    this.partial = false;
    this.carried = 0;
    core.texts.giveUp();
    // What the batch around it wrote may not have been seen yet.
    this.unparked = this.depth > 1;
    core.tick();
    core.shifts++;
    if (!core.engine.isAlive) return;
    core.engine.rollback(this.depth > 1);
    for (const { live } of core.recipes) live.doubt();
    core.rolledBack();
  }
}
