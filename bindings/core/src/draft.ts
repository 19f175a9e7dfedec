import type { Assigned } from './assigned.ts';
import type { Core } from './core.ts';
import { arrayMethods, replaceItems, resize } from './draftArray.ts';
import { DRAFT, DraftMap, draftOf, MISSING } from './draftMap.ts';
import { GaesupError, type Key } from './errors.ts';
import { hasInherited, inherited } from './inherited.ts';
import { listKeys } from './keyList.ts';
import { normalizeKey } from './keys.ts';
import { Live } from './live.ts';
import type { Located } from './place.ts';
import { proxyTargets } from './printed.ts';
import { isArrayTable, MAPS_TABLE, Operation, rowOf, SLOT_MISSING, Tag, tableOf } from './protocol.ts';
import { describe, entriesOf } from './values.ts';
import { isAbsent } from './views.ts';

/** What drafts are made of. */
const [NO_OBJECT, NO_ARRAY] = proxyTargets('Draft:', (proxy) => draftOf(proxy)?.view());

/** The drafts of one run of a recipe. */
export class Drafting {
  readonly core: Core;
  /** Whether anything was written. */
  wrote = false;
  /** What was assigned and may still change. */
  readonly live = new Live();
  /** By table and row. */
  private readonly drafts: (Map<number, Draft> | undefined)[] = [];
  private ended = false;

  constructor(core: Core) {
    this.core = core;
  }

  /** No draft of this run can be used any more. */
  end(): void {
    this.ended = true;
  }

  /** Makes sure that a draft may be used, and sees what was written. */
  settle(): void {
    this.assertRunning();
    this.core.engine.assertReady();
    this.core.batch.applyAll();
    this.live.settle();
  }

  assertRunning(): void {
    if (!this.ended) return;
    throw new GaesupError('INVALID_CALL', 'A draft can only be used while its recipe runs.');
  }

  /** The value in the engine's results: a scalar, a draft, or that nothing is there. */
  found(around: Located, key: Key | undefined): unknown {
    const { core } = this;
    const { u32, output } = core.engine;
    const low = u32[output];
    const high = u32[output + 1];
    if (isAbsent(low, high)) return MISSING;
    if (high >>> 16 !== Tag.Node) return core.views.scalar(low, high);
    return this.open(tableOf(low, high), rowOf(low, high), u32[output + 2], around, key).standIn;
  }

  /** The draft of a container: always the same one. */
  open(table: number, row: number, generation: number, around: Located, key: Key | undefined): Draft {
    this.drafts[table] ??= new Map();
    const drafts = this.drafts[table];
    const known = drafts.get(row);
    if (known?.generation === generation) return known;
    const draft = new Draft(this, table, row, generation, around, key);
    drafts.set(row, draft);
    if (key !== undefined && around instanceof Draft) around.openedIn(draft, key);
    return draft;
  }
}

/**
 * A container that a recipe may change. It keeps nothing: what is read is read from the engine, and
 * what is written goes there. Only what was assigned as a plain value is compared with that first.
 */
export class Draft implements ProxyHandler<object>, Located {
  readonly drafting: Drafting;
  /** Where it was before the batch, by which the engine knows it throughout. */
  readonly table: number;
  readonly row: number;
  readonly generation: number;
  /** What readers get: a proxy of this, or of the draft that this is a copy of. */
  standIn: object;
  /** The plain value that this is a copy of. */
  copy: Assigned | undefined;
  /** Rises when the recipe gives items other indexes. */
  disturbed = 0;
  /** When this, or anything in it, was written to: counted while something is assigned. */
  changedAt = 0;
  private readonly around: Located;
  private readonly key: Key | undefined;

  constructor(
    drafting: Drafting,
    table: number,
    row: number,
    generation: number,
    around: Located,
    key: Key | undefined,
  ) {
    this.drafting = drafting;
    this.table = table;
    this.row = row;
    this.generation = generation;
    this.around = around;
    this.key = key;
    if (table === MAPS_TABLE) this.standIn = new DraftMap(this);
    else this.standIn = new Proxy(this.isArray ? NO_ARRAY : NO_OBJECT, this);
  }

  /** Where it was when it was first seen. */
  get path(): readonly Key[] {
    return this.key === undefined ? this.around.path : [...this.around.path, this.key];
  }

  /** How many containers are around this one. */
  get depth(): number {
    return this.around.depth + (this.key === undefined ? 0 : 1);
  }

  get isArray(): boolean {
    return isArrayTable(this.table);
  }

  /** The draft of the container around this one, when that is what it was first seen in. */
  get outer(): Draft | undefined {
    return this.around instanceof Draft ? this.around : undefined;
  }

  get kind(): 'array' | 'map' | 'object' {
    return this.table === MAPS_TABLE ? 'map' : this.isArray ? 'array' : 'object';
  }

  get(target: object, key: string | symbol): unknown {
    if (typeof key === 'symbol') return key === DRAFT ? this : Reflect.get(target, key);
    if (this.isArray) {
      if (key === 'length') return this.count();
      if (typeof normalizeKey(key) !== 'number')
        return inherited(Object.hasOwn(arrayMethods, key) ? arrayMethods : target, key);
    }
    const value = this.read(normalizeKey(key));
    return value === MISSING ? inherited(target, key) : value;
  }

  set(_: object, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol') throw symbols();
    if (!this.isArray) this.writeKey(key, value);
    else if (key === 'length') resize(this, value);
    else this.writeItem(key, value);
    return true;
  }

  has(target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol' || (this.isArray && key === 'length')) return Reflect.has(target, key);
    return this.read(normalizeKey(key)) !== MISSING || hasInherited(target, key);
  }

  deleteProperty(_: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return true;
    if (!this.isArray) {
      this.deleteKey(key);
      return true;
    }
    const index = normalizeKey(key);
    // An array has no holes: what was deleted reads as undefined, as it would from one.
    if (typeof index === 'number' && index < this.count()) this.setItem(index, undefined);
    return key !== 'length';
  }

  ownKeys(): (string | symbol)[] {
    if (!this.isArray) return this.keys();
    return [...Array.from({ length: this.count() }, (_, index) => String(index)), 'length'];
  }

  getOwnPropertyDescriptor(target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol') return undefined;
    if (this.isArray && key === 'length') {
      return { ...Reflect.getOwnPropertyDescriptor(target, key), value: this.count() };
    }
    const value = this.read(normalizeKey(key));
    return value === MISSING ? undefined : { value, enumerable: true, configurable: true, writable: true };
  }

  defineProperty(): never {
    throw new TypeError('A draft takes values by assignment, not by Object.defineProperty().');
  }

  preventExtensions(): never {
    throw new TypeError('A draft cannot be frozen or sealed.');
  }

  setPrototypeOf(): never {
    throw new TypeError('The prototype of a draft cannot be changed.');
  }

  /** What a key or an index leads to. */
  read(key: Key): unknown {
    this.drafting.settle();
    this.copy?.bringKey(this, key);
    this.peek(key);
    return this.drafting.found(this, key);
  }

  /** The draft of the container at a key, be that shown as another. */
  node(key: Key): Draft | undefined {
    this.drafting.settle();
    this.peek(normalizeKey(key));
    const { u32, output } = this.drafting.core.engine;
    const [low, high] = [u32[output], u32[output + 1]];
    if (high >>> 16 !== Tag.Node) return undefined;
    return this.drafting.open(tableOf(low, high), rowOf(low, high), u32[output + 2], this, normalizeKey(key));
  }

  /** Tells a draft that was opened at a key here what it is a copy of. */
  openedIn(draft: Draft, key: Key): void {
    if (this.copy === undefined) return;
    draft.copy = this.copy.partAt(this, key);
    draft.standIn = this.copy.draftAt(this, key)?.standIn ?? draft.standIn;
  }

  private peek(key: Key): void {
    const { engine, encoder } = this.drafting.core;
    this.drafting.core.batch.applyAll();
    const from = engine.mark();
    engine.grow(1 + String(key).length);
    encoder.key(key);
    engine.peek(this.table, this.row, this.generation, from);
  }

  /** Whether the engine still has the container, in the state or out of it. */
  isThere(): boolean {
    const { engine, batch } = this.drafting.core;
    batch.applyAll();
    return engine.has(this.table, this.row, this.generation);
  }

  readKey(key: string): unknown {
    return this.read(normalizeKey(key));
  }

  /** What is at an index. */
  item(index: number): unknown {
    const value = this.read(index);
    return value === MISSING ? undefined : value;
  }

  /** The keys, in the order JavaScript has them. */
  keys(): string[] {
    this.drafting.settle();
    this.copy?.bringOwn(this);
    this.locate();
    const { core } = this.drafting;
    const { u32, output } = core.engine;
    return [...listKeys(core, u32[output], u32[output + 1]).keys()];
  }

  /** How many keys or items there are. */
  count(): number {
    this.drafting.settle();
    this.copy?.bringCount(this);
    return this.countRaw();
  }

  countRaw(): number {
    this.locate();
    const { engine } = this.drafting.core;
    const { u32, output } = engine;
    return engine.count(u32[output], u32[output + 1]);
  }

  /** The value as it is now, which does not change any more. */
  view(): unknown {
    const { core } = this.drafting;
    this.drafting.assertRunning();
    core.batch.settle();
    this.locate();
    const { engine, views } = core;
    const table = engine.u32[engine.output];
    const row = engine.u32[engine.output + 1];
    return views.byNumber(views.numberOf(table, row, engine.viewOf(table, row)));
  }

  writeKey(key: unknown, value: unknown): void {
    if (typeof key !== 'string')
      throw new TypeError(`A Map's keys must be strings, and ${describe(key)} is not.`);
    this.assign(normalizeKey(key), value);
  }

  setItem(index: number, value: unknown): void {
    this.assign(index, value);
  }

  /** Removes a key; answers whether there was one. */
  deleteKey(key: string): boolean {
    this.drafting.settle();
    this.copy?.bringKey(this, normalizeKey(key));
    this.copy?.replaced(this, normalizeKey(key));
    return this.deleteRaw(key);
  }

  insertItems(index: number, items: readonly unknown[]): void {
    if (items.length === 0) return;
    const { live } = this.drafting;
    if (this.copy !== undefined) {
      this.copy.bringOwn(this);
      if (index < this.countRaw()) this.disturb();
    }
    const values = items.map((item) => live.resolve(item));
    this.insertRaw(index, values);
    for (let at = 0; at < values.length; at++) live.assigned(this, index + at, values[at]);
  }

  removeItems(index: number, count: number): void {
    if (count === 0) return;
    this.disturb();
    this.removeRaw(index, count);
  }

  /** Writes a value at a key or an index, and no more. */
  writeRaw(key: Key, value: unknown): void {
    const { core } = this.drafting;
    const at = normalizeKey(key);
    const replaces = typeof value === 'object' && value !== null && this.node(at) !== undefined;
    if (this.isArray) {
      const operation = replaces ? Operation.Exchange : Operation.Set;
      this.command(operation, at as number, 0, at, () => {
        // What was there is taken out even if it equals what comes: it may still be written to.
        if (replaces) core.encoder.number(at as number);
        this.encode(value, at);
      });
    } else {
      this.command(replaces ? Operation.Exchange : Operation.SetKey, 0, 0, at, () => {
        core.encoder.name(key);
        this.encode(value, at);
      });
    }
  }

  deleteRaw(key: string): boolean {
    this.locate();
    const { core } = this.drafting;
    const { engine } = core;
    const [table, row] = [engine.u32[engine.output], engine.u32[engine.output + 1]];
    const from = engine.mark();
    engine.grow(1 + key.length);
    core.encoder.key(normalizeKey(key));
    const slot = engine.seek(table, row, from);
    if (slot === SLOT_MISSING) return false;
    this.command(Operation.Delete, slot, 0, normalizeKey(key));
    return true;
  }

  insertRaw(index: number, items: readonly unknown[]): void {
    if (items.length === 0) return;
    this.drafting.core.shifts++;
    this.command(Operation.Insert, index, items.length, index, () => {
      for (let at = 0; at < items.length; at++) this.encode(items[at], index + at);
    });
  }

  removeRaw(index: number, count: number): void {
    if (count === 0) return;
    this.drafting.core.shifts++;
    this.command(Operation.Remove, index, count, index);
  }

  /** Gives this all of a plain value of its kind, whatever it has. */
  rewrite(value: object): void {
    if (this.isArray) {
      this.removeRaw(0, this.countRaw());
      this.insertRaw(0, value as readonly unknown[]);
      return;
    }
    this.locate();
    const { core } = this.drafting;
    const { u32, output } = core.engine;
    for (const key of listKeys(core, u32[output], u32[output + 1]).keys()) this.deleteRaw(key);
    const entries = value instanceof Map ? entriesOf(value) : Object.entries(value);
    for (const [key, item] of entries) this.writeRaw(key as string, item);
  }

  /** Makes indexes others than those of the value that this is a copy of. */
  private disturb(): void {
    this.copy?.bringOwn(this);
    this.copy?.openAll(this);
    this.disturbed++;
  }

  /** Puts the items in the order of their indexes in `order`. */
  arrange(order: Uint32Array): void {
    this.disturb();
    this.drafting.core.shifts++;
    this.command(Operation.Arrange, 0, order.length, 0, () => {
      const { engine } = this.drafting.core;
      const words = (order.length + 1) >>> 1;
      engine.ensure(words);
      engine.u32.set(order, engine.at * 2);
      engine.at += words;
    });
  }

  private assign(key: Key, given: unknown): void {
    const { live } = this.drafting;
    this.drafting.settle();
    this.copy?.bringKey(this, key);
    const value = live.resolve(given);
    const before = typeof value === 'object' && value !== null ? this.node(key) : undefined;
    if (before !== undefined && keeps(before, value)) return;
    this.copy?.replaced(this, key);
    this.writeRaw(key, value);
    live.assigned(this, key, value);
  }

  private writeItem(key: string, value: unknown): void {
    const index = normalizeKey(key);
    if (typeof index !== 'number') throw new TypeError(`An array has items and a length, and no ${key}.`);
    const length = this.count();
    if (index > length) resize(this, index);
    if (index >= length) this.insertItems(index, [value]);
    else this.setItem(index, value);
  }

  /** Finds the container itself, which writing may have moved. */
  private locate(): void {
    this.drafting.settle();
    this.drafting.core.engine.locate(this.table, this.row, this.generation);
  }

  private command(operation: Operation, slot: number, count: number, key: Key, rest?: () => void): void {
    const { drafting } = this;
    drafting.assertRunning();
    drafting.wrote = true;
    if (!drafting.live.isEmpty) this.mark();
    drafting.core.batch.onDraft(this, key, () => {
      drafting.core.command(operation, this.table, this.row, this.generation, slot, count);
      rest?.();
    });
  }

  /** Notes that this was written to, for copies of it and of what is around it. */
  private mark(): void {
    const time = ++this.drafting.live.clock;
    for (let at: Draft | undefined = this; at !== undefined; at = at.outer) at.changedAt = time;
  }

  private encode(value: unknown, key: Key): void {
    this.drafting.core.encoder.write(value, this.depth + 1, () => [...this.path, key]);
  }
}

function symbols(): TypeError {
  return new TypeError('A symbol cannot be a key of the state.');
}

/** Whether a value is the container that is there already, or an array that has been made of it. */
function keeps(before: Draft, value: unknown): boolean {
  const assigned = draftOf(value);
  const shown = draftOf(before.standIn);
  if (assigned !== undefined) return assigned === shown;
  if (!Array.isArray(value) || shown !== before || !before.isArray || before.copy !== undefined) return false;
  if (!replaceItems(before, value)) return false;
  before.drafting.live.keeps(before, value);
  return true;
}
