import type { Core } from './core.ts';
import { GaesupError, type Key } from './errors.ts';
import { listKeys } from './keyList.ts';
import { normalizeKey } from './keys.ts';
import {
  DependencyKind,
  HOLDER_TABLE,
  isArrayTable,
  isShapeTable,
  MAPS_TABLE,
  rowOf,
  SLOT_MISSING,
  Tag,
  tableOf,
} from './protocol.ts';
import { TRACKED, TrackedMap } from './trackedMap.ts';
import { isAbsent, present } from './views.ts';

/** From so many items looked into on, what is read of them is noted for all at once. */
const SINGLE_ITEMS_MAX = 64;
/** From so many cells on, all of a container count. */
const SINGLE_CELLS_MAX = 256;
/** Words of an array that are fetched together once it is read in order. */
const BLOCK_ITEMS = 512;
/** Apart from the rows of all tables. */
const TABLES_APART = 0x100000000;

/** Three numbers or keys each: kind and table, row, and what in it. */
export type Dependencies = readonly (number | string)[];

/** What a value stands for, if it is a stand-in. */
function trackedOf(value: object): Tracked | undefined {
  return (value as { [TRACKED]?: Tracked })[TRACKED];
}

/** One run of a selector: what of the state it gets to see, and has seen. */
export class Run {
  readonly core: Core;
  /** Values that came from elsewhere as they are. */
  readonly finished = new Set<unknown>();
  private readonly seen = new Map<number, Tracked>();
  private ended = false;
  private rootRead = false;
  /** The keys read, while each was read from what the one before led to. */
  private keys: Key[] | undefined = [];
  private tip: Tracked | undefined;
  /** What the value read last stands for. */
  private latest: Tracked | undefined;

  constructor(core: Core) {
    this.core = core;
  }

  /** The state as the selector sees it. */
  state(): unknown {
    const { core } = this;
    this.rootRead = true;
    core.engine.look(HOLDER_TABLE, 0, 0);
    const value = this.value(undefined);
    this.tip = this.latest;
    return value;
  }

  /** The keys of the path that the selector followed, if that is all that it did. */
  path(): Key[] | undefined {
    return this.keys;
  }

  /** Ends the run with its result, in which stand-ins become the values they stand for. */
  finish(result: unknown): unknown {
    const value = new Unwrapping(this).value(result);
    this.end();
    return value;
  }

  /** What was seen can be read no more. */
  end(): void {
    this.ended = true;
  }

  /** What a change of which makes the result another. */
  dependencies(): Dependencies {
    const dependencies: (number | string)[] = [];
    if (this.rootRead) dependencies.push(DependencyKind.Cell * 0x10000 + HOLDER_TABLE, 0, 0);
    for (const tracked of this.seen.values()) tracked.addDependencies(dependencies);
    return dependencies;
  }

  assertRunning(): void {
    if (!this.ended) return;
    throw new GaesupError(
      'CONFLICT',
      'What a selector is given can only be read while it runs: return what is needed later.',
    );
  }

  /** The value in the engine's results, as the selector sees it. */
  value(around: Tracked | undefined): unknown {
    const { u32, output } = this.core.engine;
    return this.valueOf(u32[output], u32[output + 1], around);
  }

  /** The value of a word, as the selector sees it. */
  valueOf(low: number, high: number, around: Tracked | undefined): unknown {
    this.latest = undefined;
    if (high >>> 16 !== Tag.Node) return present(this.core.views.scalar(low, high));
    const table = tableOf(low, high);
    const row = rowOf(low, high);
    const name = table * TABLES_APART + row;
    let tracked = this.seen.get(name);
    if (tracked === undefined) {
      tracked = new Tracked(this, table, row, around);
      this.seen.set(name, tracked);
    }
    this.latest = tracked;
    return tracked.standIn;
  }

  /** Notes that a key was read and where that led; or, without one, that something else was asked. */
  step(from: Tracked, key?: Key): void {
    if (this.keys === undefined) return;
    if (key === undefined || from !== this.tip) {
      this.keys = undefined;
      return;
    }
    this.keys.push(key);
    this.tip = this.latest;
  }
}

/** A container of the state as a selector sees it, and what it has read of it. */
export class Tracked implements ProxyHandler<object> {
  readonly run: Run;
  readonly table: number;
  readonly row: number;
  readonly standIn: object;
  private readonly around: Tracked | undefined;
  /** Changes in here are noticed further out. */
  private readonly covered: boolean;
  private readonly slots = new Set<number>();
  private readonly fields = new Set<string>();
  private items = 0;
  private readsKeys = false;
  private readsAll = false;
  private insides = 0;
  /** Words of an array, from one index on. */
  private block: Uint32Array | undefined;
  private blockFrom = 0;
  private last = -2;
  private known: Map<string, number> | undefined;

  constructor(run: Run, table: number, row: number, around: Tracked | undefined) {
    this.run = run;
    this.table = table;
    this.row = row;
    this.around = around;
    this.covered = around !== undefined && (around.covered || around.isItemOfMany);
    if (around !== undefined) around.items++;
    if (table === MAPS_TABLE) this.standIn = new TrackedMap(this);
    else this.standIn = new Proxy(this.isArray ? [] : {}, this);
  }

  private get isArray(): boolean {
    return isArrayTable(this.table);
  }

  /** Whether what is read here is noted for all containers around which this one is. */
  private get isItemOfMany(): boolean {
    const { around } = this;
    return around !== undefined && !isShapeTable(around.table) && around.items > SINGLE_ITEMS_MAX;
  }

  get(target: object, key: string | symbol): unknown {
    if (typeof key === 'symbol') return key === TRACKED ? this : Reflect.get(target, key);
    if (this.isArray) {
      if (key === 'length') return this.length();
      const index = normalizeKey(key);
      return typeof index === 'number' ? this.item(index) : Reflect.get(target, key);
    }
    // What every object has is no key of the state.
    return this.find(key) === SLOT_MISSING ? Reflect.get(target, key) : this.found(key);
  }

  has(target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return Reflect.has(target, key);
    this.run.step(this);
    if (this.isArray) {
      const index = normalizeKey(key);
      return typeof index === 'number' ? index < this.length() : Reflect.has(target, key);
    }
    return this.hasKey(key) || Reflect.has(target, key);
  }

  ownKeys(target: object): (string | symbol)[] {
    if (!this.isArray) return this.keys();
    const own = Array.from({ length: this.length() }, (_, index) => String(index));
    return [...own, ...Reflect.ownKeys(target)];
  }

  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol') return undefined;
    if (this.isArray && key === 'length') {
      return { ...Reflect.getOwnPropertyDescriptor(target, key), value: this.length() };
    }
    const exists = this.isArray ? this.has(target, key) : this.find(key) !== SLOT_MISSING;
    if (!exists) return undefined;
    return { value: this.get(target, key), enumerable: true, configurable: true, writable: false };
  }

  set(): never {
    return refuseChange();
  }

  deleteProperty(): never {
    return refuseChange();
  }

  defineProperty(): never {
    return refuseChange();
  }

  /** Whether there is a key. */
  hasKey(key: string): boolean {
    this.run.step(this);
    return this.find(key) !== SLOT_MISSING;
  }

  /** The value of a key, or `undefined`. */
  valueOf(key: string): unknown {
    return this.find(key) === SLOT_MISSING ? undefined : this.found(key);
  }

  /** The keys, in the order JavaScript has them. */
  keys(): string[] {
    this.noteKeys();
    this.known = listKeys(this.run.core, this.table, this.row);
    return [...this.known.keys()];
  }

  /** How many keys or items there are. */
  length(): number {
    const { engine } = this.run.core;
    this.noteKeys();
    return engine.count(this.table, this.row);
  }

  /** Makes all that is in here count. */
  noteAll(): void {
    if (this.covered || this.readsAll) return;
    const { around } = this;
    if (this.isItemOfMany && around !== undefined && ++around.insides > SINGLE_CELLS_MAX)
      around.readsAll = true;
    this.readsAll = true;
  }

  addDependencies(to: (number | string)[]): void {
    if (this.covered || this.isNoticedAround()) return;
    const add = (kind: DependencyKind, what: number | string) =>
      to.push(kind * 0x10000 + this.table, this.row, what);
    const many = this.items > SINGLE_ITEMS_MAX && !isShapeTable(this.table);
    if (this.readsAll || this.slots.size > SINGLE_CELLS_MAX || (many && this.fields.size === 0)) {
      add(DependencyKind.Inside, 0);
      return;
    }
    if (this.readsKeys) add(DependencyKind.Keys, 0);
    for (const field of this.fields) add(DependencyKind.Field, field);
    if (!many) for (const slot of this.slots) add(DependencyKind.Cell, slot);
  }

  private isNoticedAround(): boolean {
    const { around } = this;
    return around !== undefined && (around.readsAll || around.isNoticedAround());
  }

  private item(index: number): unknown {
    const { run } = this;
    run.assertRunning();
    const count = run.core.engine.count(this.table, this.row);
    if (index >= count) {
      this.noteKeys();
      return undefined;
    }
    this.note(index, undefined);
    const value = this.itemValue(index);
    run.step(this, index);
    return value;
  }

  private itemValue(index: number): unknown {
    const { run, table, row } = this;
    const { engine } = run.core;
    if (
      this.block === undefined ||
      index < this.blockFrom ||
      index >= this.blockFrom + this.block.length / 2
    ) {
      if (index !== this.last + 1) {
        this.last = index;
        engine.look(table, row, index);
        return run.value(this);
      }
      engine.cells(table, row, index, BLOCK_ITEMS);
      const { u32, output } = engine;
      const from = u32[output] / 4;
      this.block = u32.slice(from, from + u32[output + 1] * 2);
      this.blockFrom = index;
    }
    this.last = index;
    const at = (index - this.blockFrom) * 2;
    return run.valueOf(this.block[at], this.block[at + 1], this);
  }

  /** The value that was found. */
  private found(key: string): unknown {
    const { run } = this;
    const value = run.value(this);
    run.step(this, normalizeKey(key));
    return value;
  }

  /** Looks for a key and notes that; its word is in the results then. */
  private find(key: string): number {
    const { run, table, row } = this;
    run.assertRunning();
    const { engine, encoder, views } = run.core;
    let slot = isShapeTable(table) ? views.columnOf(table, normalizeKey(key)) : this.known?.get(key);
    if (slot !== undefined) {
      engine.look(table, row, slot);
      const { u32, output } = engine;
      if (isAbsent(u32[output], u32[output + 1])) slot = SLOT_MISSING;
    } else if (isShapeTable(table)) {
      slot = SLOT_MISSING;
    } else {
      const from = engine.written;
      engine.grow(1 + key.length);
      encoder.key(normalizeKey(key));
      slot = engine.seek(table, row, from);
    }
    this.note(slot, key);
    if (slot === SLOT_MISSING) run.step(this);
    return slot;
  }

  private note(slot: number, name: string | undefined): void {
    if (this.covered) return;
    const { around } = this;
    if (around === undefined || !this.isItemOfMany) this.slots.add(slot);
    else if (name === undefined) around.readsAll = true;
    else around.fields.add(name);
  }

  private noteKeys(): void {
    this.run.assertRunning();
    this.run.step(this);
    if (this.covered) return;
    if (this.isItemOfMany && this.around !== undefined) this.around.readsAll = true;
    else this.readsKeys = true;
  }
}

function refuseChange(): never {
  throw new TypeError('A selector only reads: write through a cursor.');
}

/** Finds stand-ins in the result of a run. */
class Unwrapping {
  private readonly run: Run;
  private readonly done = new Map<object, unknown>();

  constructor(run: Run) {
    this.run = run;
  }

  value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const tracked = trackedOf(value);
    if (tracked?.run === this.run) return this.view(tracked);
    if (this.run.finished.has(value)) return value;
    const done = this.done.get(value);
    if (done !== undefined) return done;
    this.done.set(value, value);
    if (Array.isArray(value)) return this.array(value);
    if (value instanceof Map) return this.map(value);
    if (value instanceof Set) return this.set(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null ? this.object(value) : value;
  }

  private view(tracked: Tracked): unknown {
    const { views, engine } = this.run.core;
    const { table, row } = tracked;
    tracked.noteAll();
    return views.byNumber(views.numberOf(table, row, engine.viewOf(table, row)));
  }

  private array(value: unknown[]): unknown[] {
    let into = value;
    for (let index = 0; index < value.length; index++) {
      const item = this.value(value[index]);
      if (Object.is(item, value[index])) continue;
      // The selector's own result may be changed, but not what it has made sure of.
      if (into === value && Object.isFrozen(value)) into = this.copied(value, [...value]);
      into[index] = item;
    }
    return into;
  }

  private object(value: object): object {
    let into = value as Record<string, unknown>;
    for (const key of Object.keys(value)) {
      const { [key]: part } = value as Record<string, unknown>;
      const item = this.value(part);
      if (Object.is(item, part)) continue;
      if (into === value && Object.isFrozen(value))
        into = this.copied(value, { ...value }) as Record<string, unknown>;
      into[key] = item;
    }
    return into;
  }

  private map(value: Map<unknown, unknown>): Map<unknown, unknown> {
    const entries = [...value];
    if (entries.every(([key, item]) => Object.is(this.value(key), key) && Object.is(this.value(item), item)))
      return value;
    value.clear();
    for (const [key, item] of entries) value.set(this.value(key), this.value(item));
    return value;
  }

  private set(value: Set<unknown>): Set<unknown> {
    const items = [...value];
    if (items.every((item) => Object.is(this.value(item), item))) return value;
    value.clear();
    for (const item of items) value.add(this.value(item));
    return value;
  }

  private copied<T extends object>(value: object, copy: T): T {
    this.done.set(value, copy);
    return copy;
  }
}
