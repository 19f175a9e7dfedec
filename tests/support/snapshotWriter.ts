/**
 * A writer of snapshots, format 1, uncompressed, made from `docs/snapshot-format.md` and nothing
 * else: equal states have to give equal bytes, whoever writes them.
 */
import { encode } from '@msgpack/msgpack';
import { createXXHash3 } from 'hash-wasm';

const PAGE_WORDS = 1_024;
const SECTION_BYTES_MAX = 60_000;
const PAGE_ROOM = 8_201;
const UNDEFINED = 0xfff9n << 48n;
const NULL = UNDEFINED + 1n;
const FALSE = UNDEFINED + 2n;
const TRUE = UNDEFINED + 3n;

type Words = bigint[];

interface Group {
  readonly form: number;
  readonly containers: object[];
}

/** Writes a state. */
export async function writeSnapshot(state: unknown, schema: number): Promise<Uint8Array> {
  const writer = new Writer();
  const levels = writer.write(state);
  const streams = [cut(writer.strings.bytes), cut(writer.blobs.bytes), writer.sections()];
  const hasher = await createXXHash3();
  const checksum = (bytes: Uint8Array) => hasher.init().update(bytes).digest('binary');
  const sections = streams.flatMap((stream, number) =>
    stream.map((bytes) => [number, 0, bytes.length, bytes.length, checksum(bytes)]),
  );
  const head = encode({
    schema,
    strings: writer.strings.count,
    blobs: writer.blobs.count,
    forms: writer.forms,
    levels,
    sections,
  });
  const name = Buffer.from('gaesup-snapshot');
  const array = Uint8Array.of(0xdd, ...wide(sections.length));
  return Buffer.concat([
    Uint8Array.of(0x95, 0xaf),
    name,
    Uint8Array.of(1, 0xc4, 8),
    checksum(head),
    bin32(head),
    array,
    ...streams.flat().map(bin32),
  ]);
}

function bin32(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0xc6, ...wide(bytes.length)), bytes]);
}

function wide(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** Cuts a stream wherever a section is full. */
function cut(parts: readonly Uint8Array[]): Uint8Array[] {
  const whole = Buffer.concat(parts);
  const sections = [];
  for (let at = 0; at < whole.length; at += SECTION_BYTES_MAX) {
    sections.push(whole.subarray(at, at + SECTION_BYTES_MAX));
  }
  return sections;
}

/** Pieces that are numbered in the order in which they are met. */
class Pieces {
  readonly bytes: Uint8Array[] = [];
  private readonly numbers = new Map<string, number>();

  get count(): number {
    return this.numbers.size;
  }

  numberOf(bytes: Uint8Array): number {
    const name = Buffer.from(bytes).toString('latin1');
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.count);
    const length: number[] = [];
    let rest = bytes.length;
    do {
      length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      rest >>= 7;
    } while (rest > 0);
    this.bytes.push(Uint8Array.from(length), bytes);
    return this.count - 1;
  }
}

class Writer {
  readonly strings = new Pieces();
  readonly blobs = new Pieces();
  readonly forms: number[][] = [];
  private readonly formNumbers = new Map<string, number>();
  private readonly pages: Uint8Array[] = [];
  /** The containers that the words of this level name. */
  private below: Group[] = [];

  /** Writes all columns; answers the levels. */
  write(state: unknown): [form: number, rows: number][][] {
    const levels: [number, number][][] = [];
    this.column([state]);
    while (this.below.length > 0) {
      const level = this.below;
      this.below = [];
      levels.push(level.map(({ form, containers }) => [form, containers.length]));
      for (const { form, containers } of level) this.group(this.forms[form] as number[], containers);
    }
    return levels;
  }

  /** The pages in sections. */
  sections(): Uint8Array[] {
    const sections: Uint8Array[][] = [[]];
    let bytes = 0;
    for (const page of this.pages) {
      if (SECTION_BYTES_MAX - bytes < PAGE_ROOM) {
        sections.push([]);
        bytes = 0;
      }
      sections.at(-1)?.push(page);
      bytes += page.length;
    }
    return sections.map((pages) => Buffer.concat(pages));
  }

  private group([kind, ...fields]: readonly number[], containers: readonly object[]): void {
    if (kind === 0) {
      for (let item = 0; item < (fields[0] as number); item++)
        this.column(containers.map((array) => (array as unknown[])[item]));
    } else if (kind === 1) {
      const all = containers.map(Object.values);
      for (const at of fields.keys()) this.column(all.map((values) => values[at]));
    } else if (kind === 2) {
      this.column(containers.map((array) => (array as unknown[]).length));
      this.column(containers.flatMap((array) => array as unknown[]));
    } else {
      const all = containers.map((one) => (one instanceof Map ? [...one] : Object.entries(one)));
      this.column(all.map((entries) => entries.length));
      this.column(all.flatMap((entries) => entries.map(([key]) => key)));
      this.column(all.flatMap((entries) => entries.map(([, value]) => value)));
    }
  }

  private column(values: readonly unknown[]): void {
    for (let at = 0; at < values.length; at += PAGE_WORDS) {
      this.pages.push(page(values.slice(at, at + PAGE_WORDS).map((value) => this.word(value))));
    }
  }

  private word(value: unknown): bigint {
    switch (typeof value) {
      case 'undefined':
        return UNDEFINED;
      case 'boolean':
        return value ? TRUE : FALSE;
      case 'number':
        return Number.isNaN(value) ? 0x7ff8n << 48n : bitsOf(value);
      case 'string':
        return (0xfffan << 48n) | BigInt(this.strings.numberOf(textBytes(value)));
      case 'bigint':
        return this.blob(1n, Buffer.from(`${value}`));
    }
    if (value === null) return NULL;
    if (value instanceof Date) return this.blob(0n, doubleBytes(value.getTime()));
    if (value instanceof Uint8Array) return this.blob(2n, value);
    return (0xfffcn << 48n) | BigInt(this.container(value as object));
  }

  private blob(kind: bigint, bytes: Uint8Array): bigint {
    return (0xfffbn << 48n) | (kind << 32n) | BigInt(this.blobs.numberOf(bytes));
  }

  /** Names a container: the number of its form. */
  private container(container: object): number {
    const keys = Object.keys(container);
    const isShort = Array.isArray(container) ? container.length <= 8 : keys.length <= 64;
    const kind =
      container instanceof Map ? 4 : Array.isArray(container) ? (isShort ? 0 : 2) : isShort ? 1 : 3;
    const fields = kind === 0 ? [keys.length] : kind === 1 ? keys : [];
    const name = JSON.stringify([kind, ...fields]);
    let form = this.formNumbers.get(name);
    if (form === undefined) {
      form = this.forms.length;
      this.formNumbers.set(name, form);
      const numbers = fields.map((field) =>
        typeof field === 'string' ? this.strings.numberOf(textBytes(field)) : field,
      );
      this.forms.push([kind, ...numbers]);
    }
    let group = this.below.find((known) => known.form === form);
    if (group === undefined) {
      group = { form, containers: [] };
      this.below.push(group);
    }
    group.containers.push(container);
    return form;
  }
}

/** A page in the first encoding that fits. */
function page(words: Words): Uint8Array {
  const first = words[0] as bigint;
  if (words.every((word) => word === first)) return packed(0, first, [], 0);
  if (words.every((word) => word === TRUE || word === FALSE)) {
    const bytes = new Uint8Array(1 + Math.ceil(words.length / 8)).fill(1, 0, 1);
    for (const [at, word] of words.entries()) {
      if (word === TRUE) bytes[1 + (at >> 3)] = (bytes[1 + (at >> 3)] as number) | (1 << (at & 7));
    }
    return bytes;
  }
  const said = words.filter((word) => word !== UNDEFINED && word !== NULL);
  const integers = said.map(integerOf);
  if (integers.every((integer) => integer !== undefined)) {
    const base = (low: bigint, high: bigint, most: bigint) =>
      low >= 0n && high <= most ? 0n : low - (most - (high - low)) / 2n;
    return offsets(2, words, integers.length === 0 ? [0n] : integers, integerOf, base) ?? wholeWords(words);
  }
  const upper = (said[0] as bigint) >> 32n;
  if (
    said.every((word) => integerOf(word) === undefined && word >> 48n >= 0xfff9n && word >> 32n === upper)
  ) {
    const lowOf = (word: bigint) => word & 0xffffffffn;
    const base = (low: bigint, high: bigint, most: bigint) => {
      const least = 0xffffffffn - most;
      return (upper << 32n) | (high <= most ? 0n : low < least ? low : least);
    };
    return offsets(5, words, said.map(lowOf), (word) => word, base) ?? wholeWords(words);
  }
  return wholeWords(words);
}

/** A page of what is to be added to a base, in the narrowest of three encodings. */
function offsets(
  encoding: number,
  words: Words,
  range: readonly bigint[],
  numberOf: (word: bigint) => bigint | undefined,
  baseOf: (low: bigint, high: bigint, most: bigint) => bigint,
): Uint8Array | undefined {
  const [low, high] = range.reduce(([a, b], n) => [n < a ? n : a, n > b ? n : b], [
    range[0],
    range[0],
  ] as Words) as [bigint, bigint];
  for (const [step, width] of [1, 2, 4].entries()) {
    const highest = (1n << BigInt(8 * width)) - 1n;
    if (high - low > highest - 3n) continue;
    const base = baseOf(low, high, highest - 3n);
    const code = (word: bigint) =>
      word === UNDEFINED ? highest - 1n : word === NULL ? highest - 2n : (numberOf(word) as bigint) - base;
    return packed(encoding + step, base, words.map(code), width);
  }
  return undefined;
}

function wholeWords(words: Words): Uint8Array {
  return packed(8, undefined, words, 8);
}

function packed(encoding: number, base: bigint | undefined, codes: Words, width: number): Uint8Array {
  const front = base === undefined ? 1 : 9;
  const bytes = Buffer.alloc(front + codes.length * width);
  bytes[0] = encoding;
  if (base !== undefined) bytes.writeBigUInt64LE(BigInt.asUintN(64, base), 1);
  for (const [at, code] of codes.entries()) {
    if (width === 8) bytes.writeBigUInt64LE(code, front + at * width);
    else bytes.writeUIntLE(Number(code), front + at * width, width);
  }
  return bytes;
}

/** A whole number of magnitude up to 2^53 that is not -0. */
function integerOf(word: bigint): bigint | undefined {
  if (word >> 48n >= 0xfff9n) return undefined;
  const number = new Float64Array(BigUint64Array.of(word).buffer)[0] as number;
  const isInteger = Number.isInteger(number) && Math.abs(number) <= 2 ** 53 && !Object.is(number, -0);
  return isInteger ? BigInt(number) : undefined;
}

function bitsOf(number: number): bigint {
  return new BigUint64Array(Float64Array.of(number).buffer)[0] as bigint;
}

function doubleBytes(number: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(Number.isNaN(number) ? 0x7ff8n << 48n : bitsOf(number));
  return bytes;
}

/** A text in WTF-8, or a UUID in 17 bytes. */
function textBytes(text: string): Uint8Array {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    return Buffer.from(`ff${text.replaceAll('-', '')}`, 'hex');
  }
  const characters = Array.from(text, (character) => {
    const code = character.codePointAt(0) as number;
    const isLone = code >= 0xd800 && code < 0xe000;
    return isLone
      ? Uint8Array.of(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
      : Buffer.from(character);
  });
  return Buffer.concat(characters);
}
