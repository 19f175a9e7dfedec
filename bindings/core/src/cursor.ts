import { captureSliced } from './capture.ts';
import type { Bytes } from './commitTypes.ts';
import type { Core } from './core.ts';
import { type Drafting, runRecipe } from './draft.ts';
import { formatPath, GaesupError, type Key } from './errors.ts';
import { ingest } from './ingest.ts';
import { normalizeKey } from './keys.ts';
import type { Place } from './place.ts';
import {
  BY_PATH,
  Constant,
  ERRORS,
  ErrorNumber,
  isArrayTable,
  isDictionaryTable,
  isShapeTable,
  MAPS_TABLE,
  Operation,
  rowOf,
  SLOT_MISSING,
  Tag,
  tableOf,
} from './protocol.ts';
import { currentReader } from './reactive.ts';
import { recordPath } from './recorder.ts';
import type {
  Changes,
  IngestSource,
  IngestStreamOptions,
  ReconcileOptions,
  RestoreOptions,
  SnapshotAsyncOptions,
  SnapshotOptions,
} from './transferTypes.ts';
import type { Listener, SubscribeOptions } from './types.ts';
import { describe, Refusal } from './values.ts';
import { isAbsent, present } from './views.ts';

/** A write is tried again when its handle turns out to be stale; once is the rule. */
const ATTEMPTS = 3;

/**
 * A cell of the state, named by the keys that lead to it: what a `Cursor` is,
 * without its types.
 *
 * It keeps the places of the container around it and of the one in it, if
 * any, so most calls name both to the engine by handle and look nothing up.
 */
export class CursorNode {
  readonly core: Core;
  private readonly key: Key;
  /** The container around the cell, and the one in it. */
  private readonly home: Place;
  private ownPlace: Place | undefined;

  /** The slot in the container around it, as of that place's version. */
  private slot = 0;
  private slotVersion = -1;

  /** The word that was there when the engine was asked last. */
  private low = 0;
  private high = 0;
  /** The scalar read last, the word it was read from, and when. */
  private value: unknown;
  private valueLow = 0;
  private valueHigh = -1;
  private collections = 0;
  private readAt = -1;

  constructor(core: Core, home: Place, key: Key) {
    this.core = core;
    this.home = home;
    this.key = key;
  }

  /** The last key that leads here. */
  get lastKey(): string {
    return String(this.key);
  }

  get path(): readonly Key[] {
    return this.isRoot ? [] : [...this.home.path, this.key];
  }

  at(...keys: [((state: never) => unknown) | Key, ...Key[]] | Key[]): CursorNode {
    const [first] = keys;
    const path = typeof first === 'function' ? recordPath(first) : (keys as Key[]);
    const last = path.length - 1;
    if (last < 0) return this;
    const { core } = this;
    let home = this.own;
    for (let step = 0; step < last; step++) home = home.kid(path[step], core.remembered);
    return new CursorNode(core, home, normalizeKey(path[last]));
  }

  get(): unknown {
    const reader = currentReader();
    return reader === undefined ? this.peek() : reader.read(this.core.watching.sourceOf(this));
  }

  /** The value, without anyone depending on it. */
  peek(): unknown {
    const { core } = this;
    core.engine.assertReady();
    core.batch.settle();
    if (this.readAt === core.moment) return this.value;
    const seen = this.knownOwn?.viewAt(core.moment) ?? 0;
    if (seen !== 0) return core.views.byNumber(seen);
    const view = this.read();
    if (this.high >>> 16 === Tag.Node) {
      const { low, high } = this;
      const number = core.views.numberOf(tableOf(low, high), rowOf(low, high), view);
      // Kept by number: what nobody else holds can go when it changes.
      this.own.keepView(number, core.moment);
      return core.views.byNumber(number);
    }
    const isSame = this.low === this.valueLow && this.high === this.valueHigh;
    // The same word is the same value, until its id can be another string's.
    if (!isSame || this.collections !== core.collections) {
      this.value = present(core.views.scalar(this.low, this.high));
      this.valueLow = this.low;
      this.valueHigh = this.high;
      this.collections = core.collections;
    }
    this.readAt = core.moment;
    return this.value;
  }

  /** Takes note of the number that has changed, if it is the one here. */
  became(low: number, high: number): void {
    // What is around a number has changed as well, but holds no number itself.
    if (this.high >>> 16 >= Tag.Constant || this.readAt < 0) return;
    this.low = low;
    this.high = high;
    this.valueLow = low;
    this.valueHigh = high;
    this.value = this.core.views.scalar(low, high);
    this.readAt = this.core.moment;
  }

  subscribe(listener: Listener<unknown>, options?: SubscribeOptions): () => void {
    this.core.engine.assertReady();
    return this.core.watching.sourceOf(this).subscribe(listener, options);
  }

  set(value: unknown): void {
    const { batch } = this.core;
    if (batch.isOpen) return batch.set(this.home, this.key, this.slotIfKnown(), value);
    if (typeof value === 'number' && this.tryNumber(Operation.Set, value)) return;
    const { encoder } = this.core;
    this.write(() => {
      const adds = this.slot === SLOT_MISSING;
      if (adds) encoder.ensureNamed(this.key);
      this.command(adds ? Operation.SetKey : Operation.Set, this.slot);
      if (adds) encoder.name(this.key);
      encoder.write(value, this.depth, () => this.path);
    });
  }

  update(recipe: (draft: never) => unknown): void {
    if (typeof recipe !== 'function') throw new TypeError('update() takes a function that changes a draft.');
    const { core } = this;
    core.batch.run(() => runRecipe(core, this, recipe));
  }

  /** The value here for a recipe: a draft of it, or a scalar. */
  draft(drafting: Drafting): unknown {
    const { core } = this;
    core.batch.applyAll();
    this.read();
    if (this.high >>> 16 !== Tag.Node) return present(core.views.scalar(this.low, this.high));
    const { table, row, generation } = this.own;
    return drafting.open(table, row, generation, this, undefined);
  }

  merge(partial: object): void {
    if (typeof partial !== 'object' || partial === null || Array.isArray(partial)) {
      throw new TypeError('merge() takes an object of the keys to set.');
    }
    const entries: [unknown, unknown][] = partial instanceof Map ? [...partial] : Object.entries(partial);
    const { batch } = this.core;
    if (batch.isOpen) {
      for (const [key, value] of entries) batch.setKey(this.own, key, value);
      return;
    }
    this.writeInside('an object or a Map', () => {
      for (const [key, value] of entries) {
        if (typeof key !== 'string')
          throw new Refusal(`a key must be a string, and ${describe(key)} is not.`);
        this.core.encoder.ensureNamed(key);
        this.inside(Operation.SetKey, 0);
        this.core.encoder.name(key);
        this.core.encoder.write(value, this.depth + 1, () => [...this.path, normalizeKey(key)]);
      }
    });
  }

  delete(): void {
    if (this.isRoot) throw mismatch(this.path, 'a key or an item: the root cannot be deleted');
    const { batch } = this.core;
    if (batch.isOpen) return batch.delete(this.home, this.key, this.slotIfKnown());
    this.write(() => {
      if (this.slot === SLOT_MISSING) throw missing(this.path);
      this.command(Operation.Delete, this.slot);
    });
  }

  increment(by = 1): void {
    if (typeof by !== 'number') throw new TypeError('increment() takes a number.');
    const { batch } = this.core;
    if (batch.isOpen) return batch.increment(this.home, this.key, this.slotIfKnown(), by);
    if (this.tryNumber(Operation.Increment, by)) return;
    this.write(() => {
      if (this.slot === SLOT_MISSING) throw missing(this.path);
      this.command(Operation.Increment, this.slot);
      this.core.encoder.number(by);
    });
  }

  push(...items: unknown[]): void {
    this.insertAt(SLOT_MISSING, items);
  }

  insert(index: number, ...items: unknown[]): void {
    assertIndex(index, this);
    this.insertAt(index, items);
  }

  remove(index: number, count = 1): void {
    assertIndex(index, this);
    if (!Number.isInteger(count) || count < 0)
      throw new TypeError('remove() takes how many items as a whole number.');
    const most = Math.min(count, SLOT_MISSING);
    const { batch } = this.core;
    if (batch.isOpen) return batch.onList(Operation.Remove, this.own, index, most);
    this.writeInside('an array', () => this.inside(Operation.Remove, index, most));
  }

  move(from: number, to: number): void {
    assertIndex(from, this);
    assertIndex(to, this);
    const { batch } = this.core;
    if (batch.isOpen) return batch.onList(Operation.Move, this.own, from, to);
    this.writeInside('an array', () => this.inside(Operation.Move, from, to));
  }

  reconcile(next: unknown, { key }: ReconcileOptions = {}): Changes {
    const { core } = this;
    const { batch, encoder, transfer } = core;
    let adds = false;
    const commands = () => {
      adds = this.slot === SLOT_MISSING;
      if (adds) encoder.ensureNamed(this.key);
      const operation = (adds ? Operation.SetKey : Operation.Reconcile) | (batch.isOpen ? BY_PATH : 0);
      const { table, row, generation } = this.home;
      core.command(
        operation,
        table,
        row,
        generation,
        adds ? 0 : this.slot,
        adds || key === undefined ? 0 : 1,
      );
      if (adds) encoder.name(this.key);
      else if (key !== undefined) encoder.name(key);
      encoder.write(next, this.depth, () => this.path);
    };
    if (batch.isOpen) {
      batch.applyAll();
      this.find();
      if (this.home.stamp < 0) throw missing(this.path);
      batch.onDraft(this.home, this.key, commands);
      batch.applyAll();
      core.shifts++;
    } else {
      this.write(commands);
    }
    return adds ? { added: 1, removed: 0, updated: 0, moved: 0 } : transfer.tally();
  }

  ingest(source: IngestSource, options?: IngestStreamOptions): Changes | Promise<Changes> {
    return ingest(this.core, this, source, options);
  }

  snapshot(options?: SnapshotOptions): Bytes {
    return this.core.transfer.snapshot(this, options);
  }

  snapshotAsync(options?: SnapshotAsyncOptions): Promise<Bytes> {
    return captureSliced(this.core, this, options);
  }

  restore(bytes: Uint8Array, options: RestoreOptions = {}): Changes {
    return this.core.transfer.restore(this, bytes, options);
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

  private get isRoot(): boolean {
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
  private get knownOwn(): Place | undefined {
    return this.ownPlace ?? (this.isRoot ? this.core.root : this.home.known(this.key));
  }

  /** Makes sure of the slot without asking the engine; answers whether it could. */
  private knowsSlot(): boolean {
    const { home, key, core } = this;
    if (home === core.holder) return true;
    if (home.isLost(core.shifts)) return false;
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
  private slotIfKnown(): number {
    return this.knowsSlot() ? this.slot : SLOT_MISSING;
  }

  /** Reads the cell; answers the number of its container's view, or 0. */
  private read(): number {
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
  private find(): number {
    const { core, home } = this;
    const { engine } = core;
    let answer = this.resolve();
    // A container on the way was gone: the way starts further up.
    while (answer === ERRORS + ErrorNumber.Stale) answer = this.resolve();
    if (answer >= ERRORS) {
      if (answer !== ERRORS + ErrorNumber.PathNotFound) throw engine.error(answer, this.path);
      home.lose();
      this.knownOwn?.lose();
      this.low = Constant.Absent;
      this.high = Tag.Constant << 16;
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
  private resolve(): number {
    const { core } = this;
    const { engine, encoder, holder } = core;
    const keys: Key[] = [this.isRoot ? 0 : this.key];
    let start = this.home;
    while (start !== holder && start.isLost(core.shifts)) {
      keys.push(start.parent === undefined ? 0 : start.key);
      start = start.parent ?? holder;
    }
    const from = engine.written;
    for (let step = keys.length - 1; step >= 0; step--) {
      engine.grow(1 + String(keys[step]).length);
      encoder.key(keys[step]);
    }
    const answer = engine.resolve(start.table, start.row, start.generation, from);
    if (answer === ERRORS + ErrorNumber.Stale) start.lose();
    return answer;
  }

  private take(at: number): number {
    const { u32 } = this.core.engine;
    const low = u32[at];
    const high = u32[at + 1];
    this.low = low;
    this.high = high;
    if (high >>> 16 === Tag.Node)
      this.own.found(tableOf(low, high), rowOf(low, high), u32[at + 2], this.core.shifts);
    else this.ownPlace?.lose();
    return u32[at + 3];
  }

  /**
   * The quick way for a number in a cell that was found before. Answers
   * whether it went through; the slow way knows what to do or throw if not.
   */
  private tryNumber(operation: Operation, value: number): boolean {
    const { core, home, key } = this;
    core.assertWritable();
    if (!this.knowsSlot()) return false;
    if (core.isRecorded) core.timeline?.stamp();
    const answer = core.engine.number(operation, home.table, home.row, home.generation, this.slot, value);
    if (answer >= ERRORS) return false;
    core.numberCommitted(answer, home, key);
    return true;
  }

  private command(operation: Operation, slot: number): void {
    const { table, row, generation } = this.home;
    this.core.command(operation, table, row, generation, slot);
  }

  /** Starts a command on the container here. */
  private inside(operation: Operation, slot: number, count = 0): void {
    const { table, row, generation } = this.own;
    this.core.command(operation, table, row, generation, slot, count);
  }

  /** Runs a write on the cell, finding it again when its handle is stale. */
  private write(commands: () => void): void {
    this.core.assertWritable();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0 || !this.knowsSlot()) {
        this.find();
        if (this.home.stamp < 0 || (this.slot === SLOT_MISSING && isArrayTable(this.home.table)))
          throw missing(this.path);
      }
      if (this.core.transact(commands, () => this.path)) return;
    }
    throw missing(this.path);
  }

  /** Runs a write on the container here, which has to be an array or not. */
  private writeInside(wanted: 'an array' | 'an object or a Map', commands: () => void): void {
    const { own } = this;
    const fits = () => own.stamp >= 0 && isArrayTable(own.table) === (wanted === 'an array');
    this.core.assertWritable();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The container's own handle is good until it says otherwise.
      if (attempt > 0 || own.isLost(this.core.shifts) || !fits()) this.find();
      if (!fits()) throw this.isAbsent ? missing(this.path) : mismatch(this.path, wanted);
      if (this.core.transact(commands, () => this.path)) return;
    }
    throw missing(this.path);
  }

  /** Whether there was nothing when the cell was read last. */
  private get isAbsent(): boolean {
    return isAbsent(this.low, this.high);
  }

  private insertAt(index: number, items: readonly unknown[]): void {
    const { batch } = this.core;
    if (batch.isOpen) return batch.insert(this.own, index, items);
    this.writeInside('an array', () => {
      this.inside(Operation.Insert, index, items.length);
      for (let item = 0; item < items.length; item++) {
        this.core.encoder.write(items[item], this.depth + 1, () => [
          ...this.path,
          this.indexOf(index) + item,
        ]);
      }
    });
  }

  /** The index that an insertion means. */
  private indexOf(index: number): number {
    return index === SLOT_MISSING ? (this.peek() as readonly unknown[]).length : index;
  }
}

function assertIndex(index: number, { path }: CursorNode): void {
  if (Number.isInteger(index) && index >= 0 && index < SLOT_MISSING) return;
  throw new GaesupError('PATH_NOT_FOUND', `${formatPath(path)} has no index ${String(index)}.`, path);
}

function missing(path: readonly Key[]): GaesupError {
  return new GaesupError('PATH_NOT_FOUND', `There is nothing at ${formatPath(path)}.`, path);
}

function mismatch(path: readonly Key[], expected: string): GaesupError {
  return new GaesupError('TYPE_MISMATCH', `${formatPath(path)} is not ${expected}.`, path);
}
