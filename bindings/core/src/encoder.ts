import type { Draft } from './draft.ts';
import { draftOf } from './draftMap.ts';
import type { Engine } from './engine.ts';
import type { Key } from './errors.ts';
import { Constant, LISTED_KEYS_MAX, OpenKind, Tag, TextKind, WrittenTag } from './protocol.ts';
import type { Texts } from './text.ts';
import { describe, entriesOf, kindOfObject, Refusal, within } from './values.ts';

/** Key lists beyond this are sent with each object. */
const KEY_LISTS_MAX = 8_192;
const NAN_HIGH = 0x7ff80000;
/** Words of a command without its value. */
const COMMAND_WORDS = 4;

/** A list of keys the engine knows, or a step on the way to some. */
interface KeyList {
  keys: readonly string[];
  number: number;
  next: Map<string, KeyList> | undefined;
}

/**
 * Turns values into words. Nothing is built on the way: a walk over the value
 * writes straight into the engine's memory.
 */
export class Encoder {
  private readonly root: KeyList = { keys: [], number: -1, next: undefined };
  /** The key list last met at each depth: the next object likely has it too. */
  private readonly hints: KeyList[] = [];
  /** The containers around the one being written. */
  private readonly around: object[] = [];
  private lists = 0;
  /** How many recipes run, whose drafts may be among the values. */
  drafting = 0;
  private readonly engine: Engine;
  private readonly texts: Texts;
  private readonly depthMax: number;

  constructor(engine: Engine, texts: Texts, depthMax: number) {
    this.engine = engine;
    this.texts = texts;
    this.depthMax = depthMax;
  }

  /**
   * Writes a value with `depth` containers around it; `pathOf` tells its
   * place, when that is needed.
   *
   * @throws Refusal naming the part that cannot be stored
   */
  write(value: unknown, depth: number, pathOf: () => readonly Key[]): void {
    try {
      this.value(value, depth);
    } catch (error) {
      if (error instanceof Refusal) error.pathOf = pathOf;
      throw error;
    } finally {
      this.around.length = 0;
    }
  }

  /** Writes a step of a path that is sought. */
  key(key: Key): void {
    if (typeof key === 'string') this.texts.writeSought(key);
    else this.number(key);
  }

  /** Writes a key as text, for a command that may add it. */
  name(key: Key): void {
    this.texts.write(String(key));
  }

  /** Writes text that a call reads, without sending off what waits. */
  writeKey(key: string): void {
    this.engine.grow(2 + key.length);
    this.texts.writeBytes(key, TextKind.Plain);
  }

  /** Makes room for a command and the key it starts with, which have to be sent together. */
  ensureNamed(key: Key): void {
    this.engine.ensure(COMMAND_WORDS + this.texts.wordsOf(String(key)));
  }

  number(value: number): void {
    const { engine } = this;
    engine.ensure(1);
    // Other NaNs than this one mean something else as a word.
    if (Number.isNaN(value)) engine.pair(0, NAN_HIGH);
    else engine.f64[engine.at++] = value;
  }

  private value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'number':
        return this.number(value);
      case 'string':
        return this.texts.write(value);
      case 'boolean':
        return this.constant(value ? Constant.True : Constant.False);
      case 'undefined':
        return this.constant(Constant.Undefined);
      case 'bigint':
        return this.texts.writeBytes(String(value), TextKind.BigInt);
      case 'object':
        if (value === null) return this.constant(Constant.Null);
        return this.object(value, depth);
      default:
        throw new Refusal(`${describe(value)} cannot be part of the state.`);
    }
  }

  private constant(constant: Constant): void {
    this.engine.ensure(1);
    this.engine.pair(constant, Tag.Constant << 16);
  }

  private object(value: object, depth: number): void {
    if (this.drafting > 0) {
      const draft = draftOf(value);
      if (draft !== undefined) return this.copy(draft);
    }
    const kind = kindOfObject(value);
    if (kind === 'date') return this.date(value as Date);
    if (kind === 'bytes') return this.bytes(value as Uint8Array);
    if (kind === undefined) throw new Refusal(`${describe(value)} cannot be part of the state.`);
    const { around } = this;
    if (around.includes(value)) throw new Refusal('the value contains itself here.');
    if (depth >= this.depthMax) {
      throw new Refusal(
        `the value is nested deeper than ${this.depthMax} levels, the store's limits.depth.`,
        'LIMIT_EXCEEDED',
      );
    }
    around.push(value);
    if (kind === 'object') this.plain(value as Record<string, unknown>, depth);
    else if (kind === 'array') this.array(value as readonly unknown[], depth);
    else this.map(value as ReadonlyMap<unknown, unknown>, depth);
    around.pop();
  }

  /** A container that the engine has, to be copied. */
  private copy(draft: Draft): void {
    const { engine } = this;
    if (draft.drafting.core.engine !== engine) throw new Refusal('a draft of another store is no value.');
    draft.drafting.assertRunning();
    const { table, row, generation } = draft;
    engine.ensure(2);
    engine.pair(((row << 3) | (table & 7)) >>> 0, ((Tag.Node << 16) | (table & 0xfff8) | (row >>> 29)) >>> 0);
    engine.pair(generation, 0);
  }

  private array(value: readonly unknown[], depth: number): void {
    const { length } = value;
    this.open(length, OpenKind.Array);
    let index = 0;
    try {
      for (; index < length; index++) {
        const item = value[index];
        if (item === undefined && !(index in value)) throw new Refusal('the array has a hole here.');
        this.value(item, depth + 1);
      }
    } catch (error) {
      throw within(error, index);
    }
  }

  private plain(value: Record<string, unknown>, depth: number): void {
    const symbols = Object.getOwnPropertySymbols(value);
    if (symbols.length > 0 && symbols.some((key) => Object.prototype.propertyIsEnumerable.call(value, key))) {
      throw new Refusal('an object with symbols as keys cannot be part of the state.');
    }
    const keys = Object.keys(value);
    const list = keys.length > LISTED_KEYS_MAX ? undefined : this.listOf(keys, depth);
    if (list === undefined) this.open(keys.length, OpenKind.Entries);
    else this.open(list.number, OpenKind.Keyed);
    let index = 0;
    try {
      for (; index < keys.length; index++) {
        const key = keys[index];
        if (list === undefined) this.texts.write(key);
        this.value(value[key], depth + 1);
      }
    } catch (error) {
      throw within(error, keys[index]);
    }
  }

  private map(value: ReadonlyMap<unknown, unknown>, depth: number): void {
    const entries = builtin(() => entriesOf(value));
    this.open(entries.length, OpenKind.Map);
    for (const [key, item] of entries) {
      if (typeof key !== 'string') {
        throw new Refusal(`a Map's keys must be strings, and ${describe(key)} is not.`);
      }
      try {
        this.texts.write(key);
        this.value(item, depth + 1);
      } catch (error) {
        throw within(error, key);
      }
    }
  }

  private date(value: Date): void {
    const { engine } = this;
    const time = builtin(() => Date.prototype.getTime.call(value));
    engine.ensure(2);
    engine.pair(8, (WrittenTag.Text << 16) | TextKind.Date);
    this.number(time);
  }

  private bytes(value: Uint8Array): void {
    const { engine } = this;
    const copy = builtin(() => new Uint8Array(value));
    this.texts.assertFits(copy.length);
    const words = (copy.length + 7) >>> 3;
    engine.ensure(1 + words);
    engine.pair(copy.length, (WrittenTag.Text << 16) | TextKind.Bytes);
    engine.u8.set(copy, engine.at * 8);
    engine.at += words;
  }

  private open(count: number, kind: OpenKind): void {
    this.engine.ensure(1);
    this.engine.pair(count, (WrittenTag.Open << 16) | kind);
  }

  /** The list of exactly these keys, made known when it is new. */
  private listOf(keys: readonly string[], depth: number): KeyList | undefined {
    const hint = this.hints[depth];
    if (hint !== undefined && hint.keys.length === keys.length) {
      let index = 0;
      while (index < keys.length && hint.keys[index] === keys[index]) index++;
      if (index === keys.length) return hint;
    }
    let list = this.root;
    for (const key of keys) {
      let next = list.next?.get(key);
      if (next === undefined) {
        if (this.lists >= KEY_LISTS_MAX) return undefined;
        next = { keys: [], number: -1, next: undefined };
        list.next ??= new Map();
        list.next.set(key, next);
      }
      list = next;
    }
    if (list.number < 0 && !this.define(list, keys)) return undefined;
    this.hints[depth] = list;
    return list;
  }

  private define(list: KeyList, keys: readonly string[]): boolean {
    if (this.lists >= KEY_LISTS_MAX) return false;
    const { engine } = this;
    // Written behind what waits to be sent, which stays where it is.
    const from = engine.mark();
    for (const key of keys) {
      engine.grow(2 + key.length);
      this.texts.writeBytes(key, TextKind.Plain);
    }
    list.number = engine.defineKeys(from);
    list.keys = keys;
    this.lists++;
    return true;
  }
}

/** Runs a builtin's method on what claims to be one of its instances. */
function builtin<T>(method: () => T): T {
  try {
    return method();
  } catch (error) {
    throw new Refusal(`it is not what it claims to be (${(error as Error).message}).`);
  }
}
