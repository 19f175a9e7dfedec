import type { Core } from './core.ts';
import { normalizeKey } from './encoder.ts';
import { formatPath, GaesupError, type Key } from './errors.ts';
import { ERRORS, ErrorNumber, HOLDER_TABLE, isArrayTable, Operation, SLOT_MISSING, Tag } from './protocol.ts';
import { recordPath } from './recorder.ts';
import type { Cursor, Immutable, Listener, SubscribeOptions } from './types.ts';
import { present } from './views.ts';

/** Cursors remembered by their parents, per store, before all are let go. */
const REMEMBERED_MAX = 1 << 18;
/** A write is tried again when its handle turns out to be stale; once is the rule. */
const ATTEMPTS = 3;

/** What remembered cursors of one store share. */
interface Memory {
  count: number;
  epoch: number;
}

/**
 * A place and where it was found last: the cell that holds its value, and the
 * container it holds, both as handles that the engine recognises when stale.
 */
export class CursorNode<T = unknown> implements Cursor<T> {
  protected readonly core: Core;
  private readonly parent: CursorNode | undefined;
  private readonly key: Key;
  private readonly memory: Memory;
  private children: Map<Key, CursorNode> | undefined;
  private childrenEpoch = 0;

  /** The cell, when it was found while array indexes were as they are now. */
  private table = HOLDER_TABLE;
  private row = 0;
  private generation = 0;
  private slot = 0;
  private foundAt = -1;
  /** Whether an array's index is on the way: then a shift can mislead. */
  private readonly indexed: boolean;

  /** The word last read, and for a container its row's generation. */
  private low = 0;
  private high = 0;
  private ownGeneration = 0;
  private readAt = -1;
  private value: unknown;

  constructor(core: Core, parent: CursorNode | undefined, key: Key, memory: Memory) {
    this.core = core;
    this.parent = parent;
    this.key = key;
    this.memory = memory;
    this.indexed = typeof key === 'number' || parent?.indexed === true;
    if (parent === undefined) this.foundAt = 0;
  }

  get path(): readonly Key[] {
    const path: Key[] = [];
    for (let cursor: CursorNode = this; cursor.parent !== undefined; cursor = cursor.parent) path.push(cursor.key);
    return path.reverse();
  }

  at(...keys: [((state: never) => unknown) | Key, ...Key[]] | Key[]): CursorNode<never> {
    const [first] = keys;
    const path = typeof first === 'function' ? recordPath(first) : (keys as Key[]);
    let cursor: CursorNode = this;
    for (const key of path) cursor = cursor.child(key);
    return cursor as CursorNode<never>;
  }

  get(): Immutable<T> {
    const { core } = this;
    if (this.readAt === core.version) {
      core.engine.assertAlive();
      return this.value as Immutable<T>;
    }
    const { low, high } = this;
    const view = this.read();
    if (this.high >>> 16 === Tag.Node) {
      this.value = core.views.container(this.high & 0xffff, this.low, view);
    } else if (this.readAt < 0 || this.low !== low || this.high !== high) {
      // The same word is the same value: a date that did not change stays itself.
      this.value = present(core.views.scalar(this.low, this.high));
    }
    this.readAt = core.version;
    return this.value as Immutable<T>;
  }

  subscribe(listener: Listener<T>, options: SubscribeOptions = {}): () => void {
    return this.core.watching.subscribe(this as CursorNode, listener as Listener<unknown>, options);
  }

  set(value: T): void {
    const { core } = this;
    this.write(() => {
      const adds = this.slot === SLOT_MISSING;
      this.command(adds ? Operation.SetKey : Operation.Set, this.slot);
      if (adds) core.encoder.name(this.key);
      core.encoder.write(value, this.path);
    });
  }

  merge(partial: object): void {
    if (typeof partial !== 'object' || partial === null) {
      throw new TypeError('merge() takes an object of the keys to set.');
    }
    const entries = partial instanceof Map ? [...partial] : Object.entries(partial);
    this.writeInside('an object or a Map', (isArray) => {
      if (isArray) throw this.mismatch('an object or a Map');
      for (const [key, value] of entries) {
        this.inside(Operation.SetKey, 0);
        this.core.encoder.name(key as string);
        this.core.encoder.write(value, [...this.path, normalizeKey(key)]);
      }
    });
  }

  delete(): void {
    if (this.parent === undefined) throw this.mismatch('a key or an item: the root cannot be deleted');
    this.write(() => {
      if (this.slot === SLOT_MISSING) throw this.missing();
      this.command(Operation.Delete, this.slot);
    });
  }

  increment(by = 1): void {
    if (typeof by !== 'number') throw new TypeError('increment() takes a number.');
    this.write(() => {
      if (this.slot === SLOT_MISSING) throw this.missing();
      this.command(Operation.Increment, this.slot);
      this.core.encoder.number(by);
    });
  }

  push(...items: unknown[]): void {
    this.insertAt(SLOT_MISSING, items);
  }

  insert(index: number, ...items: unknown[]): void {
    this.assertIndex(index);
    this.insertAt(index, items);
  }

  remove(index: number, count = 1): void {
    this.assertIndex(index);
    if (!Number.isInteger(count) || count < 0) throw new TypeError('remove() takes how many items as a whole number.');
    this.writeArray(() => this.inside(Operation.Remove, index, Math.min(count, SLOT_MISSING)));
  }

  move(from: number, to: number): void {
    this.assertIndex(from);
    this.assertIndex(to);
    this.writeArray(() => this.inside(Operation.Move, from, to));
  }

  /** Writes the keys that lead here from the cell that holds the root. */
  writePath(): void {
    const { encoder, engine } = this.core;
    if (this.parent === undefined) {
      engine.grow(1);
      encoder.number(0);
      return;
    }
    this.parent.writePath();
    engine.grow(1 + String(this.key).length);
    encoder.key(this.key);
  }

  private child(key: Key): CursorNode {
    const { memory } = this;
    if (this.children === undefined || this.childrenEpoch !== memory.epoch) {
      this.children = new Map();
      this.childrenEpoch = memory.epoch;
    }
    const known = this.children.get(key);
    if (known !== undefined) return known;
    const normal = normalizeKey(key);
    if (normal !== key) return this.child(normal);
    const child = new CursorNode(this.core, this as CursorNode, key, memory);
    if (++memory.count > REMEMBERED_MAX) {
      memory.count = 0;
      memory.epoch++;
    }
    this.children.set(key, child);
    return child;
  }

  /** Whether the cell may have become another one since it was found. */
  private get isLost(): boolean {
    if (this.parent === undefined) return false;
    return this.foundAt < 0 || this.slot === SLOT_MISSING || (this.indexed && this.foundAt !== this.core.shifts);
  }

  /** Reads the cell; answers the number of its container's view, or 0. */
  private read(): number {
    const { engine } = this.core;
    if (!this.isLost) {
      const answer = engine.read(this.table, this.row, this.generation, this.slot);
      if (answer < ERRORS) return this.take(engine.output);
      if (answer !== ERRORS + ErrorNumber.Stale) throw engine.error(answer, this.path);
    }
    return this.find();
  }

  /** Follows the path; answers as {@link read}. Nothing there reads as such. */
  private find(): number {
    const { engine, shifts } = this.core;
    engine.assertAlive();
    const from = engine.at;
    this.writePath();
    const answer = engine.resolve(HOLDER_TABLE, 0, 0, from);
    if (answer >= ERRORS) {
      if (answer !== ERRORS + ErrorNumber.PathNotFound) throw engine.error(answer, this.path);
      this.foundAt = -1;
      this.low = 0;
      this.high = Tag.Constant << 16;
      return 0;
    }
    const { u32, output } = engine;
    this.table = u32[output];
    this.row = u32[output + 1];
    this.generation = u32[output + 2];
    this.slot = u32[output + 3];
    this.foundAt = shifts;
    return this.take(output + 4);
  }

  private take(at: number): number {
    const { u32 } = this.core.engine;
    this.low = u32[at];
    this.high = u32[at + 1];
    this.ownGeneration = u32[at + 2];
    return u32[at + 3];
  }

  private command(operation: Operation, slot: number): void {
    this.core.command(operation, this.table, this.row, this.generation, slot);
  }

  /** Starts a command on the container here. */
  private inside(operation: Operation, slot: number, count = 0): void {
    this.core.command(operation, this.high & 0xffff, this.low, this.ownGeneration, slot, count);
  }

  /** Runs a write on the cell, finding it again when its handle is stale. */
  private write(commands: () => void): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0 || this.isLost) {
        this.find();
        if (this.foundAt < 0 || (this.slot === SLOT_MISSING && isArrayTable(this.table))) throw this.missing();
      }
      if (this.core.transact(commands, this.path)) return;
    }
    throw this.missing();
  }

  /** Runs a write on the container here. */
  private writeInside(expected: string, commands: (isArray: boolean) => void): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The container's own handle is good until it says otherwise.
      if (attempt > 0 || this.isLost || this.high >>> 16 !== Tag.Node) this.read();
      if (attempt > 0) this.find();
      if (this.high >>> 16 !== Tag.Node) {
        throw this.foundAt < 0 || this.slot === SLOT_MISSING ? this.missing() : this.mismatch(expected);
      }
      if (this.core.transact(() => commands(isArrayTable(this.high & 0xffff)), this.path)) return;
    }
    throw this.missing();
  }

  private writeArray(commands: () => void): void {
    this.writeInside('an array', (isArray) => {
      if (!isArray) throw this.mismatch('an array');
      commands();
    });
  }

  private insertAt(index: number, items: readonly unknown[]): void {
    this.writeArray(() => {
      this.inside(Operation.Insert, index, items.length);
      for (let item = 0; item < items.length; item++) {
        this.core.encoder.write(items[item], [...this.path, item]);
      }
    });
  }

  private assertIndex(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < SLOT_MISSING) return;
    throw new GaesupError('PATH_NOT_FOUND', `${formatPath(this.path)} has no index ${String(index)}.`, this.path);
  }

  private missing(): GaesupError {
    return new GaesupError('PATH_NOT_FOUND', `There is nothing at ${formatPath(this.path)}.`, this.path);
  }

  private mismatch(expected: string): GaesupError {
    return new GaesupError('TYPE_MISMATCH', `${formatPath(this.path)} is not ${expected}.`, this.path);
  }
}
