import { listKeys } from './keyList.ts';
import { normalizeKey } from './keys.ts';
import { proxyTargets } from './printed.ts';
import { DependencyKind, isArrayTable, isShapeTable, MAPS_TABLE, SLOT_MISSING } from './protocol.ts';
import { TRACKED, TrackedMap } from './trackedMap.ts';
import type { Run } from './tracking.ts';
import { isAbsent } from './views.ts';

/** From so many items looked into on, what is read of them is noted for all at once. */
const SINGLE_ITEMS_MAX = 64;
/** From so many cells on, all of a container count. */
const SINGLE_CELLS_MAX = 256;
/** Up to so many slots, looking at each is quicker than hashing. */
const FEW_SLOTS = 16;
/** Words of an array that are fetched together once it is read in order. */
const BLOCK_ITEMS = 512;

/** What stand-ins are made of. Printing one is no reason to run the selector again. */
const [NO_OBJECT, NO_ARRAY] = proxyTargets('Selected:', (proxy) =>
  (proxy as { [TRACKED]?: Tracked })[TRACKED]?.view(),
);

/** What was read of a container: mostly little, so that small sets do without hashing. */
class Notes {
  /** Slots, each once while there are few. */
  readonly slots: number[] = [];
  private many: Set<number> | undefined;
  /** Keys that were read of the items of a container with many. */
  fields: Set<string> | undefined;
  lastField = '';
  keys = false;
  /** How many items count as a whole. */
  wholes = 0;

  slot(slot: number): void {
    const { slots } = this;
    if (this.many === undefined ? slots.includes(slot) : this.many.has(slot)) return;
    slots.push(slot);
    if (slots.length > FEW_SLOTS) this.many ??= new Set(slots);
    this.many?.add(slot);
  }

  field(name: string): void {
    if (name === this.lastField) return;
    this.lastField = name;
    this.fields ??= new Set();
    this.fields.add(name);
  }
}

/** A container of the state as a selector sees it, and what it has read of it. */
export class Tracked implements ProxyHandler<object> {
  readonly run: Run;
  readonly table: number;
  readonly row: number;
  readonly standIn: object;
  /** What containers in here stand for, by slot. */
  kids: (Tracked | undefined)[] | undefined;
  private readonly around: Tracked | undefined;
  /** Changes in here are noticed further out. */
  private readonly covered: boolean;
  /** Whether all that is in here counts. */
  private whole = false;
  private items = 0;
  /** How many keys or items there are, once somebody has asked. */
  private counted = -1;
  private notes: Notes | undefined;
  /** Words of an array, from one index on, and the index read last. */
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
    if (table === MAPS_TABLE) this.standIn = new TrackedMap(this);
    else this.standIn = new Proxy(this.isArray ? NO_ARRAY : NO_OBJECT, this);
  }

  /** Takes a container in that is in a slot here. */
  adopt(tracked: Tracked, slot: number): void {
    this.items++;
    this.kids ??= [];
    this.kids[slot] = tracked;
  }

  private get isArray(): boolean {
    return isArrayTable(this.table);
  }

  /** Whether what is read here is noted for all containers around which this one is. */
  private get isItemOfMany(): boolean {
    const { around } = this;
    return around !== undefined && around.items > SINGLE_ITEMS_MAX && !isShapeTable(around.table);
  }

  get(target: object, key: string | symbol): unknown {
    if (typeof key === 'symbol') return key === TRACKED ? this : Reflect.get(target, key);
    if (this.isArray) {
      if (key === 'length') return this.length();
      const index = normalizeKey(key);
      return typeof index === 'number' ? this.item(index) : inherited(target, key);
    }
    // What every object has is no key of the state.
    const slot = this.find(key);
    return slot === SLOT_MISSING ? inherited(target, key) : this.found(key, slot);
  }

  has(target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return Reflect.has(target, key);
    this.run.step(this);
    if (this.isArray) {
      const index = normalizeKey(key);
      return typeof index === 'number' ? index < this.length() : inheritsKey(target, key);
    }
    return this.hasKey(key) || inheritsKey(target, key);
  }

  ownKeys(): (string | symbol)[] {
    if (!this.isArray) return this.keys();
    const own = Array.from({ length: this.length() }, (_, index) => String(index));
    return [...own, 'length'];
  }

  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol') return undefined;
    if (this.isArray && key === 'length') {
      return { ...Reflect.getOwnPropertyDescriptor(target, key), value: this.length() };
    }
    const exists = this.isArray ? this.has(target, key) : this.hasOwn(key);
    // Whether there is a key is one question, and what its value is another.
    return exists ? { get: () => this.get(target, key), enumerable: true, configurable: true } : undefined;
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

  preventExtensions(): never {
    return refuseChange();
  }

  setPrototypeOf(): never {
    return refuseChange();
  }

  /** Whether there is a key. */
  hasKey(key: string): boolean {
    this.run.step(this);
    return this.find(key) !== SLOT_MISSING;
  }

  /** The same, without more to note when all keys count. */
  private hasOwn(key: string): boolean {
    if (this.notes?.keys !== true) return this.hasKey(key);
    return this.lookUp(key) !== SLOT_MISSING;
  }

  /** The value of a key, or `undefined`. */
  valueOf(key: string): unknown {
    const slot = this.find(key);
    return slot === SLOT_MISSING ? undefined : this.found(key, slot);
  }

  /** The keys, in the order JavaScript has them. */
  keys(): string[] {
    this.noteKeys();
    this.known = listKeys(this.run.core, this.table, this.row);
    return [...this.known.keys()];
  }

  /** How many keys or items there are. */
  length(): number {
    this.noteKeys();
    return this.count();
  }

  /** The same without a note: nothing is written while a selector runs. */
  private count(): number {
    if (this.counted < 0) this.counted = this.run.core.engine.count(this.table, this.row);
    return this.counted;
  }

  /** The value that this stands for. */
  view(): unknown {
    this.run.assertRunning();
    const { views, engine } = this.run.core;
    const { table, row } = this;
    return views.byNumber(views.numberOf(table, row, engine.viewOf(table, row)));
  }

  /** Makes all that is in here count. */
  noteAll(): void {
    if (this.covered || this.whole) return;
    const { around } = this;
    if (around !== undefined && this.isItemOfMany && ++around.noted.wholes > SINGLE_CELLS_MAX)
      around.noteAll();
    this.whole = true;
    this.run.note(this);
  }

  addDependencies(to: (number | string)[]): void {
    const { notes } = this;
    if (this.covered || this.isNoticedAround()) return;
    const add = (kind: DependencyKind, what: number | string) =>
      to.push(kind * 0x10000 + this.table, this.row, what);
    const many = this.items > SINGLE_ITEMS_MAX && !isShapeTable(this.table);
    if (this.whole || notes === undefined || (many && notes.fields === undefined)) {
      add(DependencyKind.Inside, 0);
      return;
    }
    if (notes.keys) add(DependencyKind.Keys, 0);
    if (notes.fields !== undefined) for (const field of notes.fields) add(DependencyKind.Field, field);
    if (!many) for (const slot of notes.slots) add(DependencyKind.Cell, slot);
  }

  private isNoticedAround(): boolean {
    const { around } = this;
    return around !== undefined && (around.whole || around.isNoticedAround());
  }

  private get noted(): Notes {
    if (this.notes === undefined) {
      this.notes = new Notes();
      this.run.note(this);
    }
    return this.notes;
  }

  private item(index: number): unknown {
    const { run } = this;
    run.assertRunning();
    if (index >= this.count()) {
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
        return run.value(this, index);
      }
      engine.cells(table, row, index, BLOCK_ITEMS);
      const { u32, output } = engine;
      const from = u32[output] / 4;
      this.block = u32.slice(from, from + u32[output + 1] * 2);
      this.blockFrom = index;
    }
    this.last = index;
    const at = (index - this.blockFrom) * 2;
    return run.valueOf(this.block[at], this.block[at + 1], this, index);
  }

  /** The value that was found. */
  private found(key: string, slot: number): unknown {
    const { run } = this;
    const value = run.value(this, slot);
    run.step(this, normalizeKey(key));
    return value;
  }

  /** Looks for a key and notes that; its word is in the results then. */
  private find(key: string): number {
    const slot = this.lookUp(key);
    this.note(slot, key);
    if (slot === SLOT_MISSING) this.run.step(this);
    return slot;
  }

  private lookUp(key: string): number {
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
      const from = engine.mark();
      engine.grow(1 + key.length);
      encoder.key(normalizeKey(key));
      slot = engine.seek(table, row, from);
    }
    return slot;
  }

  private note(slot: number, name: string | undefined): void {
    if (this.covered || this.whole) return;
    const { around } = this;
    if (around === undefined || !this.isItemOfMany) {
      // Of many items it is fields that count, and which items there are.
      if (this.items > SINGLE_ITEMS_MAX && !isShapeTable(this.table)) return;
      const { noted } = this;
      noted.slot(slot);
      if (noted.slots.length > SINGLE_CELLS_MAX) this.noteAll();
    } else if (name === undefined) {
      around.noteAll();
    } else {
      around.noted.field(name);
    }
  }

  private noteKeys(): void {
    this.run.assertRunning();
    this.run.step(this);
    if (this.covered || this.whole) return;
    if (this.isItemOfMany && this.around !== undefined) this.around.noteAll();
    else this.noted.keys = true;
  }
}

/** What every object has, but for its prototype: `__proto__` is a key like others. */
function inherited(target: object, key: string): unknown {
  return key === '__proto__' ? undefined : Reflect.get(target, key);
}

function inheritsKey(target: object, key: string): boolean {
  return key !== '__proto__' && Reflect.has(target, key);
}

function refuseChange(): never {
  throw new TypeError('A selector only reads: write through a cursor.');
}
