import { isThenable, type Located } from './batch.ts';
import { valueBefore } from './before.ts';
import { assertOwn } from './copy.ts';
import type { Core } from './core.ts';
import { DEVELOPMENT } from './development.ts';
import { arrayMethods, replaceItems, resize } from './draftArray.ts';
import { DRAFT, DraftMap, draftOf, MISSING } from './draftMap.ts';
import { GaesupError, type Key } from './errors.ts';
import { listKeys } from './keyList.ts';
import { normalizeKey } from './keys.ts';
import { proxyTargets } from './printed.ts';
import { isArrayTable, MAPS_TABLE, Operation, rowOf, SLOT_MISSING, Tag, tableOf } from './protocol.ts';
import { describe } from './values.ts';
import type { Immutable } from './valueTypes.ts';
import { isAbsent } from './views.ts';

/** What drafts are made of. */
const [NO_OBJECT, NO_ARRAY] = proxyTargets('Draft:', (proxy) => draftOf(proxy)?.view());

/** The drafts of one run of a recipe. */
export class Drafting {
  readonly core: Core;
  /** Whether anything was written. */
  wrote = false;
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
    return this.open(tableOf(low, high), rowOf(low, high), u32[output + 2], around, key);
  }

  /** The draft of a container: always the same one. */
  open(table: number, row: number, generation: number, around: Located, key: Key | undefined): object {
    this.drafts[table] ??= new Map();
    const drafts = this.drafts[table];
    const known = drafts.get(row);
    if (known?.generation === generation) return known.standIn;
    const draft = new Draft(this, table, row, generation, around, key);
    drafts.set(row, draft);
    return draft.standIn;
  }
}

/**
 * The value of a draft as it was before the recipe ran, as plain objects and
 * arrays; `undefined` for what the recipe has added. O(its size).
 *
 * @throws TypeError for what is no draft
 */
export function original<T>(draft: T): Immutable<T> | undefined {
  assertOwn(draft, 'original()');
  const known = draftOf(draft);
  if (known === undefined) throw new TypeError('original() takes a draft.');
  known.drafting.settle();
  return valueBefore(known.drafting.core, known.table, known.row) as Immutable<T> | undefined;
}

/** What a recipe writes to and gets its draft from. */
interface Subject {
  draft(drafting: Drafting): unknown;
  set(value: unknown): void;
}

/** Runs a recipe on what is at a place, within a batch. */
export function runRecipe(core: Core, subject: Subject, recipe: (draft: never) => unknown): unknown {
  const drafting = new Drafting(core);
  core.encoder.drafting++;
  try {
    const draft = subject.draft(drafting);
    const result = recipe(draft as never);
    // Nobody looks into a draft from here on.
    if (result === draft) return undefined;
    if (result === undefined || isThenable(result)) return result;
    if (drafting.wrote) throw both();
    subject.set(result);
    return undefined;
  } finally {
    core.encoder.drafting--;
    drafting.end();
  }
}

function both(): TypeError {
  return new TypeError(
    'A recipe changes its draft or returns another value, not both: put the statement in braces, `draft => { ... }`.',
  );
}

/**
 * The value of a draft as it is at the moment: plain objects and arrays that
 * do not change when the draft does.
 *
 * @throws TypeError for what is no draft
 */
export function current<T>(draft: T): Immutable<T> {
  assertOwn(draft, 'current()');
  const known = draftOf(draft);
  if (known === undefined) throw new TypeError('current() takes a draft.');
  return known.view() as Immutable<T>;
}

/**
 * A container that a recipe may change. It keeps nothing: what is read is
 * read from the engine, and what is written goes there.
 */
export class Draft implements ProxyHandler<object>, Located {
  readonly drafting: Drafting;
  /** Where it was before the batch, by which the engine knows it throughout. */
  readonly table: number;
  readonly row: number;
  readonly generation: number;
  readonly standIn: object;
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

  get(target: object, key: string | symbol): unknown {
    if (typeof key === 'symbol') return key === DRAFT ? this : Reflect.get(target, key);
    if (this.isArray) {
      if (key === 'length') return this.count();
      const method = Object.hasOwn(arrayMethods, key) ? arrayMethods[key] : undefined;
      if (method !== undefined) return method;
      if (typeof normalizeKey(key) !== 'number') return Reflect.get(target, key);
    }
    const value = this.read(normalizeKey(key));
    return value === MISSING ? Reflect.get(target, key) : value;
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
    return this.read(normalizeKey(key)) !== MISSING || Reflect.has(target, key);
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
    const { drafting } = this;
    drafting.settle();
    const { engine, encoder } = drafting.core;
    const from = engine.written;
    engine.grow(1 + String(key).length);
    encoder.key(key);
    engine.peek(this.table, this.row, this.generation, from);
    return drafting.found(this, key);
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
    this.locate();
    const { core } = this.drafting;
    const { u32, output } = core.engine;
    return [...listKeys(core, u32[output], u32[output + 1]).keys()];
  }

  /** How many keys or items there are. */
  count(): number {
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
    const before = this.contained(normalizeKey(key), value);
    if (before !== undefined && keeps(before, value)) return;
    const operation = before === undefined ? Operation.SetKey : Operation.Exchange;
    this.command(operation, 0, 0, normalizeKey(key), () => {
      this.drafting.core.encoder.name(key);
      this.encode(value, normalizeKey(key));
    });
  }

  /** Removes a key; answers whether there was one. */
  deleteKey(key: string): boolean {
    this.locate();
    const { core } = this.drafting;
    const { engine } = core;
    const [table, row] = [engine.u32[engine.output], engine.u32[engine.output + 1]];
    const from = engine.written;
    engine.grow(1 + key.length);
    core.encoder.key(normalizeKey(key));
    const slot = engine.seek(table, row, from);
    if (slot === SLOT_MISSING) return false;
    this.command(Operation.Delete, slot, 0, normalizeKey(key));
    return true;
  }

  setItem(index: number, value: unknown): void {
    const before = this.contained(index, value);
    if (before !== undefined && keeps(before, value)) return;
    const operation = before === undefined ? Operation.Set : Operation.Exchange;
    this.command(operation, index, 0, index, () => {
      // What was there is taken out even if it equals what comes: it may still be written to.
      if (operation === Operation.Exchange) this.drafting.core.encoder.number(index);
      this.encode(value, index);
    });
  }

  insertItems(index: number, items: readonly unknown[]): void {
    if (items.length === 0) return;
    this.drafting.core.shifts++;
    this.command(Operation.Insert, index, items.length, index, () => {
      for (let at = 0; at < items.length; at++) this.encode(items[at], index + at);
    });
  }

  removeItems(index: number, count: number): void {
    if (count === 0) return;
    this.drafting.core.shifts++;
    this.command(Operation.Remove, index, count, index);
  }

  /** Puts the items in the order of their indexes in `order`. */
  arrange(order: Uint32Array): void {
    this.drafting.core.shifts++;
    this.command(Operation.Arrange, 0, order.length, 0, () => {
      const { engine } = this.drafting.core;
      const words = (order.length + 1) >>> 1;
      engine.ensure(words);
      engine.u32.set(order, engine.at * 2);
      engine.at += words;
    });
  }

  /** The container that a value which is one itself would replace. */
  private contained(key: Key, value: unknown): Draft | undefined {
    return typeof value === 'object' && value !== null ? draftOf(this.read(key)) : undefined;
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
    drafting.core.batch.onDraft(this, key, () => {
      drafting.core.command(operation, this.table, this.row, this.generation, slot, count);
      rest?.();
    });
  }

  private encode(value: unknown, key: Key): void {
    const { encoder } = this.drafting.core;
    encoder.freezes = DEVELOPMENT;
    try {
      encoder.write(value, this.depth + 1, () => [...this.path, key]);
    } finally {
      encoder.freezes = false;
    }
  }
}

function symbols(): TypeError {
  return new TypeError('A symbol cannot be a key of the state.');
}

/** Whether a value is the container that is there already, or an array that has been made of it. */
function keeps(before: Draft, value: unknown): boolean {
  const assigned = draftOf(value);
  if (assigned !== undefined) return assigned === before;
  return Array.isArray(value) && before.isArray && replaceItems(before, value);
}
