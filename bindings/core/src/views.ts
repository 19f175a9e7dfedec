import type { Engine } from './engine.ts';
import type { Key } from './errors.ts';
import { guardDate, guardMap } from './freezing.ts';
import { normalizeKey } from './keys.ts';
import { BlobKind, Constant, StreamKind, StreamTag, Tag } from './protocol.ts';
import type { Texts } from './text.ts';

/** Ids are below this. */
const KINDS_APART = 0x100000000;
const decoder = new TextDecoder();

/** What is known of a table's objects. */
interface Columns {
  readonly keys: readonly string[];
  readonly byKey: ReadonlyMap<Key, number>;
  /** An object with all the keys; none when some objects lack keys. */
  template: Record<string, unknown> | undefined;
}

/** The one key whose assignment would not make a property. */
const PROTOTYPE = '__proto__';

/** Sets a key as data, whatever it is called. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === PROTOTYPE) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/**
 * The plain objects that readers get, by the numbers the engine gave them.
 *
 * A view is built on the first read, and kept until the engine reports that
 * its container changed. Parts that did not change come from here as they are.
 */
export class Views {
  /** Whether they are frozen. */
  readonly freezes: boolean;
  private readonly views: unknown[] = [];
  /** By table. */
  private readonly columns: Columns[] = [];
  private readonly engine: Engine;
  private readonly texts: Texts;
  /** Dates and byte arrays that someone still holds, by kind and id. */
  private readonly blobs = new Map<number, WeakRef<object>>();
  /** Words of the stream being read, in `u32`s. */
  private at = 0;
  private end = 0;

  constructor(engine: Engine, texts: Texts, freezes: boolean) {
    this.freezes = freezes;
    this.engine = engine;
    this.texts = texts;
  }

  /** The number of a container's view, which is built when `view` is 0. */
  numberOf(table: number, row: number, view: number): number {
    if (view !== 0) return view;
    this.engine.openView(table, row);
    this.chunk();
    // The stream starts with the container itself: two words, the second its number.
    const number = this.engine.u32[this.at + 2];
    try {
      this.next();
    } catch (error) {
      // The engine believes that all these views exist.
      throw this.engine.fail(error);
    }
    return number;
  }

  /** A view by its number, until the engine reports that it changed. */
  byNumber(number: number): unknown {
    return this.views[number];
  }

  /** The value of a word that is not a container's. */
  scalar(low: number, high: number): unknown {
    switch (high >>> 16) {
      case Tag.Constant:
        return constant(low);
      case Tag.String:
        return this.texts.read(low);
      case Tag.Blob:
        return this.blob(low, high & 0xffff);
      default:
        scratch[0] = low;
        scratch[1] = high;
        return number[0];
    }
  }

  /** Forgets views by the numbers in the engine's memory. */
  drop(address: number, count: number): void {
    const { u32 } = this.engine;
    const from = address / 4;
    for (let index = from; index < from + count; index++) this.views[u32[index]] = undefined;
  }

  /** Makes the view of a short container anew with another number at a key. */
  patch(view: number, key: Key, low: number, high: number): void {
    const before = this.views[view] as object;
    const value = this.scalar(low, high);
    if (Array.isArray(before)) {
      const array: unknown[] = before.slice();
      array[key as number] = value;
      this.views[view] = this.freezes ? Object.freeze(array) : array;
    } else {
      const object: Record<string, unknown> = { ...before };
      define(object, String(key), value);
      this.views[view] = this.freezes ? Object.freeze(object) : object;
    }
  }

  /** The column of a key in a table of objects. */
  columnOf(table: number, key: Key): number | undefined {
    return (this.columns[table] ?? this.fetchColumns(table)).byKey.get(key);
  }

  clear(): void {
    this.views.length = 0;
  }

  private chunk(): void {
    const { u32, output } = this.engine;
    this.at = u32[output] / 4;
    this.end = this.at + u32[output + 1] * 2;
    this.engine.bytesOut += u32[output + 1] * 8;
  }

  private more(): void {
    this.engine.readView();
    this.chunk();
  }

  /** The value that the next words of the stream are. */
  private next(): unknown {
    if (this.at >= this.end) this.more();
    const { u32, f64 } = this.engine;
    const low = u32[this.at];
    const high = u32[this.at + 1];
    const tag = high >>> 16;
    this.at += 2;
    if (tag < Tag.Constant) return f64[(this.at >>> 1) - 1];
    if (tag === StreamTag.Known) return this.views[low];
    if (tag === StreamTag.Open) return this.open(low, high & 0xffff);
    return this.scalar(low, high);
  }

  private open(count: number, kind: StreamKind): unknown {
    if (this.at >= this.end) this.more();
    const { u32 } = this.engine;
    const view = u32[this.at];
    const table = u32[this.at + 1];
    this.at += 2;
    const built = this.build(kind, count, table);
    this.views[view] = built;
    return built;
  }

  private build(kind: StreamKind, count: number, table: number): unknown {
    if (kind === StreamKind.Array) {
      const array: unknown[] = [];
      for (let index = 0; index < count; index++) array.push(this.next());
      return this.freezes ? Object.freeze(array) : array;
    }
    if (kind === StreamKind.Map) return this.map(count);
    if (kind === StreamKind.Object) return this.record(count, table);
    const object: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const key = this.next() as string;
      define(object, key, this.next());
    }
    return this.freezes ? Object.freeze(object) : object;
  }

  /** An object of a table: a copy of the table's template, filled in. */
  private record(count: number, table: number): unknown {
    const columns = this.columns[table] ?? this.fetchColumns(table);
    const { keys, template } = columns;
    const object: Record<string, unknown> = template === undefined ? {} : { ...template };
    for (let index = 0; index < count; index++) {
      const value = this.next();
      if (value !== ABSENT) {
        if (template === undefined) define(object, keys[index], value);
        else object[keys[index]] = value;
      } else if (template !== undefined) {
        delete object[keys[index]];
        // Where one lacks a key others will: adding keys is then the quicker way.
        columns.template = undefined;
      }
    }
    return this.freezes ? Object.freeze(object) : object;
  }

  private map(count: number): ReadonlyMap<string, unknown> {
    const map = new Map<string, unknown>();
    for (let index = 0; index < count; index++) {
      const key = this.next() as string;
      map.set(key, this.next());
    }
    return this.freezes ? guardMap(map) : map;
  }

  /** Forgets what the engine has collected. */
  collected(): void {
    for (const [key, view] of this.blobs) {
      this.engine.blob(key % KINDS_APART);
      const freed = this.engine.u32[this.engine.output + 1] === 0;
      if (freed || view.deref() === undefined) this.blobs.delete(key);
    }
  }

  private blob(id: number, kind: BlobKind): unknown {
    const key = kind * KINDS_APART + id;
    const known = this.blobs.get(key)?.deref();
    if (known !== undefined) return known;
    this.engine.blob(id);
    const { u8, u32, output } = this.engine;
    const bytes = u8.slice(u32[output], u32[output] + u32[output + 1]);
    this.engine.bytesOut += 8 + bytes.length;
    if (kind === BlobKind.BigInt) return BigInt(decoder.decode(bytes));
    const value = kind === BlobKind.Bytes ? bytes : new Date(new Float64Array(bytes.buffer)[0]);
    if (this.freezes && value instanceof Date) guardDate(value);
    this.blobs.set(key, new WeakRef(value));
    return value;
  }

  private fetchColumns(table: number): Columns {
    this.engine.tableKeys(table);
    const { u32, output } = this.engine;
    const [from, count] = [u32[output] / 4, u32[output + 1]];
    this.engine.bytesOut += 8 + count * 4;
    // Reading a string calls the engine, which leaves these ids where they are.
    const keys = Array.from(u32.subarray(from, from + count), (id) => this.texts.read(id));
    const template = Object.fromEntries(keys.map((key) => [key, undefined]));
    const columns: Columns = {
      keys,
      byKey: new Map(keys.map((name, column) => [normalizeKey(name), column])),
      template: keys.includes(PROTOTYPE) ? undefined : template,
    };
    this.columns[table] = columns;
    return columns;
  }
}

/** What a key that an object lacks reads as, within a stream. */
const ABSENT: unique symbol = Symbol('absent');

const number = new Float64Array(1);
const scratch = new Uint32Array(number.buffer);

function constant(low: number): unknown {
  switch (low) {
    case Constant.Undefined:
      return undefined;
    case Constant.Null:
      return null;
    case Constant.False:
      return false;
    case Constant.True:
      return true;
    default:
      return ABSENT;
  }
}

/** Whether a word says that nothing is there. */
export function isAbsent(low: number, high: number): boolean {
  return high >>> 16 === Tag.Constant && low === Constant.Absent;
}

/** Turns the marker of nothing into `undefined`, for who reads a single cell. */
export function present(value: unknown): unknown {
  return value === ABSENT ? undefined : value;
}
