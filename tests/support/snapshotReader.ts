/**
 * A reader of snapshots, format 1, written from `docs/snapshot-format.md` and nothing else, so
 * that the page is known to be enough. It makes plain values and is strict: what the page does not
 * allow is an error.
 */
import { decode } from '@msgpack/msgpack';
import { createXXHash3 } from 'hash-wasm';
import { decompressBlock } from 'lz4js';

const NAME = 'gaesup-snapshot';
const VERSION = 1;
const PAGE_WORDS = 1_024;
const SECTION_BYTES_MAX = 65_536;
const INTEGER_MAX = 2n ** 53n;
const UUID_MARKER = 0xff;

interface SectionEntry {
  readonly stream: number;
  readonly codec: number;
  readonly plainBytes: number;
  readonly storedBytes: number;
  readonly checksum: Uint8Array;
}

interface Head {
  readonly schema: number;
  readonly strings: number;
  readonly blobs: number;
  readonly forms: readonly (readonly number[])[];
  readonly levels: readonly (readonly (readonly [form: number, rows: number])[])[];
  readonly sections: readonly SectionEntry[];
}

/** What a snapshot holds. */
export interface ReadSnapshot {
  readonly schema: number;
  readonly value: unknown;
  /** The codecs that its sections are stored with. */
  readonly codecs: ReadonlySet<number>;
}

function assert(fits: boolean, rule: string): asserts fits {
  if (!fits) throw new Error(`The snapshot breaks a rule: ${rule}.`);
}

/** Reads a whole snapshot. */
export async function readSnapshot(bytes: Uint8Array): Promise<ReadSnapshot> {
  const frame = decode(bytes) as [string, number, Uint8Array, Uint8Array, Uint8Array[]];
  const [name, version, checksum, headBytes, stored] = frame;
  assert(name === NAME && version === VERSION && frame.length === 5, 'it is one of version 1');
  const checksumOf = await checksums();
  assert(checksumOf(headBytes) === hex(checksum), 'the checksum of the head');
  const head = headOf(decode(headBytes) as Record<string, unknown>);
  assert(stored.length === head.sections.length, 'as many sections as the head says');
  const streams: Uint8Array[][] = [[], [], []];
  let last = 0;
  for (const [number, entry] of head.sections.entries()) {
    const section = stored[number] as Uint8Array;
    assert(entry.stream >= last && entry.stream < streams.length, 'streams in order');
    last = entry.stream;
    assert(checksumOf(section) === hex(entry.checksum), 'the checksum of a section');
    streams[entry.stream]?.push(plainOf(section, entry));
  }
  const [strings, blobs, columns] = streams.map(joined) as [Uint8Array, Uint8Array, Uint8Array];
  const texts = pieces(strings, head.strings).map(textOf);
  const value = new Columns(columns, head, texts, pieces(blobs, head.blobs)).read();
  return { schema: head.schema, value, codecs: new Set(head.sections.map(({ codec }) => codec)) };
}

async function checksums(): Promise<(bytes: Uint8Array) => string> {
  const hasher = await createXXHash3();
  return (bytes) => hasher.init().update(bytes).digest('hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

function headOf(map: Record<string, unknown>): Head {
  const keys = ['schema', 'strings', 'blobs', 'forms', 'levels', 'sections'];
  assert(JSON.stringify(Object.keys(map)) === JSON.stringify(keys), 'the keys of the head');
  const sections = (map['sections'] as [number, number, number, number, Uint8Array][]).map(
    ([stream, codec, plainBytes, storedBytes, checksum]) => ({
      stream,
      codec,
      plainBytes,
      storedBytes,
      checksum,
    }),
  );
  return { ...(map as unknown as Head), sections };
}

/** The bytes of a section before compression. */
function plainOf(stored: Uint8Array, { codec, plainBytes, storedBytes }: SectionEntry): Uint8Array {
  assert(stored.length === storedBytes && plainBytes <= SECTION_BYTES_MAX, 'the length of a section');
  if (codec === 0) {
    assert(plainBytes === storedBytes, 'what is not compressed is as long as it was');
    return stored;
  }
  assert(codec === 1 && storedBytes < plainBytes, 'what is compressed is shorter');
  const plain = new Uint8Array(plainBytes);
  assert(decompressBlock(stored, plain, 0, storedBytes, 0) === plainBytes, 'the length of a block');
  return plain;
}

function joined(sections: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(sections));
}

/** Lengths and bytes in turn. */
function pieces(stream: Uint8Array, count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  while (at < stream.length) {
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = stream[at++];
      assert(byte !== undefined && shift <= 28, 'a length of up to five bytes');
      length += (byte & 0x7f) * 2 ** shift;
      more = byte >= 0x80;
    }
    assert(at + length <= stream.length, 'pieces that are there whole');
    found.push(stream.subarray(at, at + length));
    at += length;
  }
  assert(found.length === count, 'as many as the head says');
  return found;
}

/** WTF-8, or a UUID in 17 bytes. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === UUID_MARKER) {
    assert(bytes.length === 17, 'a UUID of 16 bytes');
    return hex(bytes.subarray(1)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++] as number;
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let code = more === 0 ? first : first & (0x3f >> more);
    for (let behind = 0; behind < more; behind++) code = (code << 6) | ((bytes[at++] as number) & 0x3f);
    text += String.fromCodePoint(code);
  }
  return text;
}

/** The containers of a group, and how many of them have been named. */
interface Group {
  readonly rows: readonly (unknown[] | Map<string, unknown> | Record<string, unknown>)[];
  named: number;
}

/** The stream of columns. */
class Columns {
  private readonly view: DataView;
  private readonly head: Head;
  private readonly strings: readonly string[];
  private readonly blobs: readonly Uint8Array[];
  private at = 0;
  /** By form: the containers of the level below, which the words of this one name. */
  private below = new Map<number, Group>();

  constructor(stream: Uint8Array, head: Head, strings: readonly string[], blobs: readonly Uint8Array[]) {
    this.view = new DataView(stream.buffer, stream.byteOffset, stream.length);
    this.head = head;
    this.strings = strings;
    this.blobs = blobs;
  }

  read(): unknown {
    const { levels } = this.head;
    this.below = this.groups(0);
    const [root] = this.column(1);
    for (const [number] of levels.entries()) {
      const level = this.below;
      this.below = this.groups(number + 1);
      for (const [form, { rows, named }] of level) {
        assert(named === rows.length, 'every row is named');
        this.fill(this.head.forms[form] as readonly number[], rows);
      }
    }
    assert(this.at === this.view.byteLength, 'nothing behind the last page');
    return root;
  }

  private groups(level: number): Map<number, Group> {
    const groups = (this.head.levels[level] ?? []).map(([form, rows]): [number, Group] => {
      const kind = this.head.forms[form]?.[0];
      assert(kind !== undefined && rows > 0, 'a form and its rows');
      const container = () => (kind === 0 || kind === 2 ? [] : kind === 4 ? new Map<string, unknown>() : {});
      return [form, { rows: Array.from({ length: rows }, container), named: 0 }];
    });
    assert(new Set(groups.map(([form]) => form)).size === groups.length, 'a form once in a level');
    return new Map(groups);
  }

  private fill([kind, ...fields]: readonly number[], rows: Group['rows']): void {
    if (kind === 0) {
      for (let item = 0; item < (fields[0] as number); item++) {
        for (const [row, value] of this.column(rows.length).entries()) (rows[row] as unknown[]).push(value);
      }
    } else if (kind === 1) {
      for (const key of fields) {
        const name = this.strings[key];
        for (const [row, value] of this.column(rows.length).entries()) put(rows[row], name, value);
      }
    } else {
      const lengths = this.column(rows.length) as number[];
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const keys = kind === 2 ? undefined : this.column(total);
      const values = this.column(total);
      let entry = 0;
      for (const [row, length] of lengths.entries()) {
        for (const end = entry + length; entry < end; entry++) put(rows[row], keys?.[entry], values[entry]);
      }
    }
  }

  /** The values of a column of so many words. */
  private column(words: number): unknown[] {
    const values: unknown[] = [];
    while (values.length < words) this.page(Math.min(PAGE_WORDS, words - values.length), values);
    return values;
  }

  private page(words: number, into: unknown[]): void {
    const encoding = this.view.getUint8(this.at++);
    assert(encoding <= 8, 'an encoding');
    if (encoding === 1) {
      for (let word = 0; word < words; word++) {
        into.push(((this.view.getUint8(this.at + (word >> 3)) >> (word & 7)) & 1) === 1);
      }
      this.at += Math.ceil(words / 8);
      return;
    }
    const isInteger = encoding >= 2 && encoding <= 4;
    const base = encoding === 8 ? 0n : isInteger ? this.signed() : this.word();
    for (let word = 0; word < words; word++) {
      if (encoding === 0) into.push(this.valueOf(base));
      else if (encoding === 8) into.push(this.valueOf(this.word()));
      else into.push(this.coded(base, isInteger, 2 ** ((encoding - 2) % 3)));
    }
  }

  private coded(base: bigint, isInteger: boolean, width: number): unknown {
    const { view, at } = this;
    this.at += width;
    const code =
      width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    const highest = 2 ** (8 * width) - 1;
    assert(code < highest, 'nothing is absent');
    if (code === highest - 1) return undefined;
    if (code === highest - 2) return null;
    const sum = base + BigInt(code);
    if (!isInteger) return this.valueOf(sum);
    assert(sum <= INTEGER_MAX && sum >= -INTEGER_MAX, 'an integer up to 2^53');
    return Number(sum);
  }

  private word(): bigint {
    this.at += 8;
    return this.view.getBigUint64(this.at - 8, true);
  }

  private signed(): bigint {
    return BigInt.asIntN(64, this.word());
  }

  private valueOf(word: bigint): unknown {
    const tag = Number(word >> 48n);
    const middle = Number((word >> 32n) & 0xffffn);
    const low = Number(word & 0xffffffffn);
    if (tag < 0xfff9) return numberOf(word);
    assert(middle === 0 || tag === 0xfffb, 'nothing between a tag and a number');
    switch (tag) {
      case 0xfff9:
        assert(low < 4, 'a constant');
        return [undefined, null, false, true][low];
      case 0xfffa:
        assert(low < this.strings.length, 'the number of a string');
        return this.strings[low];
      case 0xfffb:
        return blobOf(middle, this.blobs[low]);
      default:
        assert(tag === 0xfffc, 'a tag');
        return this.nextOf(low);
    }
  }

  /** The next container of a form. */
  private nextOf(form: number): unknown {
    const group = this.below.get(form);
    assert(group !== undefined && group.named < group.rows.length, 'a row for each word that names one');
    return group.rows[group.named++];
  }
}

function put(container: Group['rows'][number] | undefined, key: unknown, value: unknown): void {
  if (Array.isArray(container)) {
    container.push(value);
    return;
  }
  assert(typeof key === 'string' && container !== undefined, 'keys are strings');
  const isNew = container instanceof Map ? !container.has(key) : !Object.hasOwn(container, key);
  assert(isNew, 'keys are different');
  if (container instanceof Map) container.set(key, value);
  else Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

function numberOf(word: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, word);
  const number = view.getFloat64(0);
  assert(!Number.isNaN(number) || word === 0x7ff8_0000_0000_0000n, 'the one NaN');
  return number;
}

function blobOf(kind: number, bytes: Uint8Array | undefined): unknown {
  assert(bytes !== undefined, 'the number of a blob');
  if (kind === 0) {
    assert(bytes.length === 8, 'a date of eight bytes');
    return new Date(new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true));
  }
  if (kind === 1) {
    const digits = String.fromCharCode(...bytes);
    assert(/^(0|-?[1-9][0-9]*)$/.test(digits), 'digits');
    return BigInt(digits);
  }
  assert(kind === 2, 'the kind of a blob');
  return Uint8Array.from(bytes);
}
