import type { Core } from './core.ts';
import { formatPath, GaesupError, type Key } from './errors.ts';
import type { Place } from './place.ts';
import {
  Constant,
  ERRORS,
  ErrorNumber,
  isArrayTable,
  isDictionaryTable,
  isShapeTable,
  MAPS_TABLE,
  type Operation,
  rowOf,
  SLOT_MISSING,
  Tag,
  tableOf,
} from './protocol.ts';
import { isAbsent } from './views.ts';

/** A write is tried again when its handle turns out to be stale; once is the rule. */
const ATTEMPTS = 3;

/**
 * A cell of the state, named by the keys that lead to it.
 *
 * It keeps the places of the container around it and of the one in it, if
 * any, so most calls name both to the engine by handle and look nothing up.
 */
export class Cell {
  readonly core: Core;
  protected readonly key: Key;
  /** The container around the cell, and the one in it. */
  protected readonly home: Place;
  protected ownPlace: Place | undefined;

  /** The slot in the container around it, as of that place's version. */
  protected slot = 0;
  protected slotVersion = -1;

  /** The word that was there when the engine was asked last, in halves with a sign: those are no objects. */
  protected low = 0;
  protected high = 0;
  /** What the count of collections was when a value was made of that word; -1 never. */
  protected collections = -1;

  constructor(core: Core, home: Place, key: Key, own?: Place) {
    this.core = core;
    this.home = home;
    this.key = key;
    this.ownPlace = own;
  }

  /** The last key that leads here. */
  get lastKey(): string {
    return String(this.key);
  }

  get path(): readonly Key[] {
    return this.isRoot ? [] : [...this.home.path, this.key];
  }

  /** Writes the keys that lead here from the cell that holds the root. */
  writePath(): void {
    const { encoder, engine } = this.core;
    engine.grow(1);
    encoder.number(0);
    for (const key of this.path) {
      engine.grow(1 + String(key).length);
      encoder.key(key);
    }
  }

  protected get isRoot(): boolean {
    return this.home === this.core.holder;
  }

  /** Whether this was the entry of a `Map` when it was looked for last. */
  get isEntry(): boolean {
    return this.home.table === MAPS_TABLE;
  }

  /** How many keys lead here. */
  get depth(): number {
    return this.isRoot ? 0 : this.home.depth + 1;
  }

  /** The place of the container in the cell: one for all cursors with these keys. */
  get own(): Place {
    this.ownPlace ??= this.isRoot ? this.core.root : this.home.kid(this.key, this.core.remembered);
    return this.ownPlace;
  }

  /** The same, unless nobody needed it yet: a scalar's cell has no use for one. */
  protected get knownOwn(): Place | undefined {
    return this.ownPlace ?? (this.isRoot ? this.core.root : this.home.known(this.key));
  }

  /** Makes sure of the slot without asking the engine; answers whether it could. */
  protected knowsSlot(): boolean {
    const { home, key, core } = this;
    if (home === core.holder) return true;
    if (home.isLost(core.shifts, core.moved)) return false;
    if (this.slotVersion === home.version && this.slot !== SLOT_MISSING) return true;
    let slot: number | undefined;
    if (isArrayTable(home.table)) slot = typeof key === 'number' ? key : undefined;
    else if (isShapeTable(home.table)) slot = core.views.columnOf(home.table, key);
    else slot = home.slot(key);
    if (slot === undefined) return false;
    this.slot = slot;
    this.slotVersion = home.version;
    return true;
  }

  /** The slot, or that it would have to be looked for. */
  protected slotIfKnown(): number {
    return this.knowsSlot() ? this.slot : SLOT_MISSING;
  }

  /** Reads the cell; answers the number of its container's view, or 0. */
  protected read(): number {
    const { engine } = this.core;
    if (this.knowsSlot()) {
      const { table, row, generation } = this.home;
      const answer = engine.read(table, row, generation, this.slot);
      if (answer < ERRORS) {
        const view = this.take(engine.output);
        // A key that is gone may have come back in another slot.
        if (!this.isAbsent) return view;
      } else if (answer !== ERRORS + ErrorNumber.Stale) {
        throw engine.error(answer, this.path);
      }
    }
    return this.find();
  }

  /** Follows the path; answers as {@link read}. Nothing there reads as such. */
  protected find(): number {
    const { core, home } = this;
    const { engine } = core;
    let answer = this.resolve();
    // A container on the way was gone: the way starts further up.
    while (answer === ERRORS + ErrorNumber.Stale) answer = this.resolve();
    if (answer >= ERRORS) {
      if (answer !== ERRORS + ErrorNumber.PathNotFound) throw engine.error(answer, this.path);
      home.lose();
      this.knownOwn?.lose();
      this.note(Constant.Absent, Tag.Constant << 16);
      return 0;
    }
    const { u32, output } = engine;
    home.found(u32[output], u32[output + 1], u32[output + 2], core.shifts);
    this.slot = u32[output + 3];
    this.slotVersion = home.version;
    if (isDictionaryTable(home.table) && this.slot !== SLOT_MISSING) home.rememberSlot(this.key, this.slot);
    return this.take(output + 4);
  }

  /** Asks the engine to follow the keys from the nearest container that was found before. */
  protected resolve(): number {
    const { core } = this;
    const { engine, encoder, holder } = core;
    const keys: Key[] = [this.isRoot ? 0 : this.key];
    let start = this.home;
    while (start !== holder && start.isLost(core.shifts, core.moved)) {
      keys.push(start.parent === undefined ? 0 : start.key);
      start = start.parent ?? holder;
    }
    const from = engine.mark();
    for (let step = keys.length - 1; step >= 0; step--) {
      engine.grow(1 + String(keys[step]).length);
      encoder.key(keys[step]);
    }
    const answer = engine.resolve(start.table, start.row, start.generation, from);
    if (answer === ERRORS + ErrorNumber.Stale) start.lose();
    return answer;
  }

  /** Notes the word that is there. */
  private note(low: number, high: number): void {
    if (this.low === low && this.high === high) return;
    this.low = low;
    this.high = high;
    this.collections = -1;
  }

  protected take(at: number): number {
    const { u32 } = this.core.engine;
    const low = u32[at] | 0;
    const high = u32[at + 1] | 0;
    this.note(low, high);
    if (high >>> 16 === Tag.Node)
      this.own.found(tableOf(low, high), rowOf(low, high), u32[at + 2], this.core.shifts);
    else this.ownPlace?.lose();
    return u32[at + 3];
  }

  /**
   * The quick way for a number in a cell that was found before. Answers
   * whether it went through; the slow way knows what to do or throw if not.
   */
  protected tryNumber(operation: Operation, value: number): boolean {
    const { core, home, key } = this;
    core.assertWritable();
    if (!this.knowsSlot()) return false;
    if (core.isRecorded) core.timeline?.stamp();
    const answer = core.engine.number(operation, home.table, home.row, home.generation, this.slot, value);
    if (answer >= ERRORS) return false;
    core.numberCommitted(answer, home, key);
    return true;
  }

  protected command(operation: Operation, slot: number): void {
    const { table, row, generation } = this.home;
    this.core.command(operation, table, row, generation, slot);
  }

  /** Starts a command on the container here. */
  protected inside(operation: Operation, slot: number, count = 0): void {
    const { table, row, generation } = this.own;
    this.core.command(operation, table, row, generation, slot, count);
  }

  /** Runs a write on the cell, finding it again when its handle is stale. */
  protected write(commands: () => void, note?: () => void, origin?: string): void {
    this.core.assertWritable();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0 || !this.knowsSlot()) {
        this.find();
        if (this.home.stamp < 0 || (this.slot === SLOT_MISSING && isArrayTable(this.home.table)))
          throw missing(this.path);
      }
      if (this.core.transact(commands, () => this.path, note, origin)) return;
    }
    throw missing(this.path);
  }

  /** Runs a write on the container here, which has to be an array or not. */
  protected writeInside(wanted: 'an array' | 'an object or a Map', commands: () => void): void {
    const { own } = this;
    const fits = () => own.stamp >= 0 && isArrayTable(own.table) === (wanted === 'an array');
    this.core.assertWritable();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The container's own handle is good until it says otherwise.
      if (attempt > 0 || own.isLost(this.core.shifts, this.core.moved) || !fits()) this.find();
      if (!fits()) throw this.isAbsent ? missing(this.path) : mismatch(this.path, wanted);
      if (this.core.transact(commands, () => this.path)) return;
    }
    throw missing(this.path);
  }

  /** Throws unless there is a container here, which has to be an array or not; else it is 0. */
  protected assertInside(wanted: 'an array' | 'an object or a Map'): number {
    const { own } = this;
    this.find();
    if (own.stamp >= 0 && isArrayTable(own.table) === (wanted === 'an array')) return 0;
    throw this.isAbsent ? missing(this.path) : mismatch(this.path, wanted);
  }

  /** Whether there was nothing when the cell was read last. */
  protected get isAbsent(): boolean {
    return isAbsent(this.low, this.high);
  }
}

/** Throws when a number is no index. */
export function assertIndex(index: number, { path }: Cell): void {
  if (Number.isInteger(index) && index >= 0 && index < SLOT_MISSING) return;
  throw new GaesupError('PATH_NOT_FOUND', `${formatPath(path)} has no index ${String(index)}.`, path);
}

/** The error of a place where there is nothing. */
export function missing(path: readonly Key[]): GaesupError {
  return new GaesupError('PATH_NOT_FOUND', `There is nothing at ${formatPath(path)}.`, path);
}

/** The error of a place that holds something else. */
export function mismatch(path: readonly Key[], expected: string): GaesupError {
  return new GaesupError('TYPE_MISMATCH', `${formatPath(path)} is not ${expected}.`, path);
}
