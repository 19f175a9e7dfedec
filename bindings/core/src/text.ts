import type { Engine } from './engine.ts';
import { Tag, TextKind, WrittenTag } from './protocol.ts';
import { Refusal } from './values.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const isWellFormedQuickly = (String.prototype as { isWellFormed?: () => boolean }).isWellFormed;

/** Shorter text is quicker to copy letter by letter. */
const LOOP_MAX = 24;
/** Longer text is quicker to decode at once. */
const SHORT_MAX = 8;
/** Longer strings are not remembered on the way in. */
const REMEMBERED_MAX = 64;
/** Longer text is measured before there is room made for it. */
const MEASURED_MIN = 10_000;
/** Strings remembered, in each direction. */
const CAPACITY = 1 << 12;
/** Longer text that was read is remembered apart. */
const LONG_MIN = 1_024;
const LONG_CAPACITY = 1 << 4;

/** Whether a text has no lone surrogates. */
export function isWellFormed(text: string): boolean {
  // With the flag, a pattern sees surrogates only where they are no pair.
  return isWellFormedQuickly?.call(text) ?? !/\p{Surrogate}/u.test(text);
}

/** Writes UTF-16 as UTF-8, lone surrogates as three bytes each. */
function encodeWtf8(text: string, from: number, into: Uint8Array, at: number): number {
  let end = at;
  for (let index = from; index < text.length; index++) {
    const code = text.codePointAt(index) as number;
    if (code < 0x80) {
      into[end++] = code;
      continue;
    }
    if (code < 0x800) {
      into[end++] = 0xc0 | (code >> 6);
    } else {
      if (code < 0x10000) {
        into[end++] = 0xe0 | (code >> 12);
      } else {
        into[end++] = 0xf0 | (code >> 18);
        into[end++] = 0x80 | ((code >> 12) & 0x3f);
        index++;
      }
      into[end++] = 0x80 | ((code >> 6) & 0x3f);
    }
    into[end++] = 0x80 | (code & 0x3f);
  }
  return end - at;
}

/** How many bytes {@link encodeWtf8} writes. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code > 0xffff) index++;
  }
  return bytes;
}

/** Reads what {@link encodeWtf8} wrote. */
function decodeWtf8(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; ) {
    const first = bytes[index++];
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let code = first & (0x3f >> more);
    for (let count = 0; count < more; count++) code = (code << 6) | (bytes[index++] & 0x3f);
    text += String.fromCodePoint(code);
  }
  return text;
}

/** Joining letters is quickest for a few; more would be kept as a tree of pieces. */
function decodeShort(bytes: Uint8Array, from: number, length: number): string {
  let text = '';
  for (let at = from; at < from + length; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/**
 * Strings on their way across, each way with a bounded memory of which id is
 * which string. Ids are good until the engine collects; see {@link forget}.
 */
export class Texts {
  /** By id, direct-mapped. */
  private readonly readIds = new Uint32Array(CAPACITY);
  private readonly readTexts: (string | undefined)[] = [];
  /** The same for a few long ones, so that not thousands of them are kept. */
  private readonly longIds = new Uint32Array(LONG_CAPACITY);
  private readonly longTexts: (string | undefined)[] = [];
  /** By a cheap hash, direct-mapped. */
  private readonly writtenIds = new Uint32Array(CAPACITY);
  private readonly writtenTexts: (string | undefined)[] = [];
  /** The hash last seen in a slot: what comes twice is worth remembering. */
  private readonly seen = new Int32Array(CAPACITY);
  /** Strings sent whose ids the engine will tell, in order. */
  private readonly asked: string[] = [];
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Writes a string as a value, or as a key that the state will have. */
  write(text: string): void {
    const { length } = text;
    this.assertFits(length);
    if (length > REMEMBERED_MAX) return this.writeBytes(text, TextKind.Plain);
    const hash = hashOf(text);
    const slot = hash & (CAPACITY - 1);
    if (this.writtenTexts[slot] === text) return this.writeId(this.writtenIds[slot]);
    if (this.seen[slot] !== hash) {
      this.seen[slot] = hash;
      return this.writeBytes(text, TextKind.Plain);
    }
    // Room first: making it may tell the ids of what was asked before.
    this.engine.ensure(this.wordsOf(text));
    this.asked.push(text);
    this.writeBytes(text, TextKind.Reported);
  }

  /** Writes a string to look it up: it may be new to the engine, and stays so. */
  writeSought(text: string): void {
    const slot = hashOf(text) & (CAPACITY - 1);
    if (this.writtenTexts[slot] === text) this.writeId(this.writtenIds[slot]);
    else this.writeBytes(text, TextKind.Plain);
  }

  /** Writes a string as bytes of some kind. */
  writeBytes(text: string, kind: TextKind): void {
    const { engine } = this;
    const { length } = text;
    engine.ensure(this.wordsOf(text));
    const { u8 } = engine;
    const from = (engine.at + 1) * 8;
    let written = 0;
    if (length <= LOOP_MAX) {
      for (; written < length; written++) {
        const code = text.charCodeAt(written);
        if (code > 0x7f) break;
        u8[from + written] = code;
      }
      if (written < length) written += encodeWtf8(text, written, u8, from + written);
    } else if (isWellFormedQuickly?.call(text)) {
      written = encoder.encodeInto(text, u8.subarray(from)).written;
    } else {
      written = encodeWtf8(text, 0, u8, from);
    }
    engine.pair(written, (WrittenTag.Text << 16) | kind);
    engine.at += (written + 7) >>> 3;
  }

  /** The string with an id. */
  read(id: number): string {
    const slot = id & (CAPACITY - 1);
    const known = this.readTexts[slot];
    if (known !== undefined && this.readIds[slot] === id) return known;
    const longSlot = id & (LONG_CAPACITY - 1);
    const long = this.longTexts[longSlot];
    if (long !== undefined && this.longIds[longSlot] === id) return long;
    const text = this.fetch(id);
    if (text.length > LONG_MIN) {
      this.longTexts[longSlot] = text;
      this.longIds[longSlot] = id;
      return text;
    }
    this.readTexts[slot] = text;
    this.readIds[slot] = id;
    return text;
  }

  /** Whether ids of texts were asked for: only then do results tell any. */
  get isAsking(): boolean {
    return this.asked.length > 0;
  }

  /** Learns the ids of the strings that were asked for. */
  learn(address: number, count: number): void {
    const { u32 } = this.engine;
    for (let index = 0; index < count; index++) {
      const text = this.asked[index];
      const slot = hashOf(text) & (CAPACITY - 1);
      this.writtenTexts[slot] = text;
      this.writtenIds[slot] = u32[address / 4 + index];
    }
    this.asked.length = 0;
  }

  /** Nothing that was asked will be answered. */
  giveUp(): void {
    this.asked.length = 0;
  }

  /** All ids are void; those that were asked for are still to come. */
  forget(): void {
    this.readTexts.length = 0;
    this.longTexts.length = 0;
    this.writtenTexts.length = 0;
    this.seen.fill(0);
  }

  /** Refuses what is longer than all the state may be, before there is a copy of it. */
  assertFits(length: number): void {
    const { limitBytes } = this.engine;
    if (length <= limitBytes) return;
    throw new Refusal(
      `its ${length} units are more than the limit of ${limitBytes} bytes.`,
      'LIMIT_EXCEEDED',
    );
  }

  /** Room for a text in UTF-8, and the word before it. */
  wordsOf(text: string): number {
    // Short text may take more room than it needs; for long text it is measured.
    const bytes = text.length <= MEASURED_MIN ? text.length * 3 : bytesOf(text);
    return 1 + ((bytes + 7) >>> 3);
  }

  private writeId(id: number): void {
    this.engine.ensure(1);
    this.engine.pair(id, Tag.String << 16);
  }

  private fetch(id: number): string {
    const { engine } = this;
    engine.string(id);
    const { u8, u32, output } = engine;
    const [address, length, content] = [u32[output], u32[output + 1], u32[output + 2]];
    engine.bytesOut += 12 + length;
    if (content === 0 && length <= SHORT_MAX) return decodeShort(u8, address, length);
    const bytes = u8.subarray(address, address + length);
    return content === 2 ? decodeWtf8(bytes) : decoder.decode(bytes);
  }
}

function hashOf(text: string): number {
  const { length } = text;
  if (length === 0) return 1;
  const mixed =
    Math.imul(text.charCodeAt(0), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(length >> 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(length - 1), 0xc2b2ae35) ^
    Math.imul(length, 0x27d4eb2f);
  return (mixed ^ (mixed >>> 15)) | 0;
}
