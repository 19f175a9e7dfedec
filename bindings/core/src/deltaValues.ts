import { GaesupError } from './errors.ts';
import { define } from './views.ts';

export enum ValueTag {
  Undefined = 0,
  Null = 1,
  False = 2,
  True = 3,
  Integer = 4,
  Double = 5,
  Text = 6,
  Date = 7,
  BigInt = 8,
  Bytes = 9,
  Array = 10,
  Object = 11,
  Map = 12,
  Moved = 13,
  /** From here on the tag is an integer, from here on a string that came before. */
  SmallInteger = 0x40,
  SmallText = 0xc0,
}

/** How long paths are, and how deep values are nested, at most. */
export const DEPTH_MAX = 1_000;
export const CHECKSUM_BYTES = 4;
const VARINT_BYTES_MAX = 10;
const UUID_BYTES = 16;
const BIGINT = /^(?:0|-?[1-9]\d*)$/;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads what a delta is made of. Nothing of the bytes is trusted. */
export class ValueReader {
  /** The next byte to read, and the first of the checksum. */
  at = 0;
  readonly end: number;
  protected readonly view: DataView;
  protected readonly bytes: Uint8Array;
  /** By the numbers they have in the delta. */
  private readonly texts: string[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length - CHECKSUM_BYTES;
  }

  /** A value with so many containers around it. */
  protected value(depth: number): unknown {
    const tag: ValueTag = this.byte();
    if (tag >= ValueTag.SmallText) return this.knownText(tag - ValueTag.SmallText);
    if (tag >= ValueTag.SmallInteger) return tag - ValueTag.SmallInteger;
    switch (tag) {
      case ValueTag.Undefined:
        return undefined;
      case ValueTag.Null:
        return null;
      case ValueTag.False:
        return false;
      case ValueTag.True:
        return true;
      case ValueTag.Integer:
        return this.integer();
      case ValueTag.Double:
        return this.double();
      case ValueTag.Text:
        return this.text(this.varint());
      case ValueTag.Date: {
        const time = this.double();
        const date = new Date(time);
        this.check(Object.is(date.getTime(), time));
        return date;
      }
      case ValueTag.BigInt: {
        const digits = this.decode(this.take(this.count(1)));
        this.check(BIGINT.test(digits));
        return BigInt(digits);
      }
      case ValueTag.Bytes:
        return this.take(this.count(1)).slice();
      default:
        return this.container(tag, depth);
    }
  }

  private container(tag: ValueTag, depth: number): unknown {
    this.check(tag >= ValueTag.Array && tag <= ValueTag.Map && depth < DEPTH_MAX);
    let left = this.count(tag === ValueTag.Array ? 1 : 2);
    if (tag === ValueTag.Array) {
      const array: unknown[] = [];
      for (; left > 0; left--) array.push(this.value(depth + 1));
      return array;
    }
    const whole: Map<string, unknown> | Record<string, unknown> = tag === ValueTag.Map ? new Map() : {};
    for (; left > 0; left--) {
      const key = this.text(this.varint());
      this.check(!(whole instanceof Map ? whole.has(key) : Object.hasOwn(whole, key)));
      const value = this.value(depth + 1);
      if (whole instanceof Map) whole.set(key, value);
      else define(whole, key, value);
    }
    return whole;
  }

  /** The string that a token stands for, which may follow. */
  protected text(token: number): string {
    if (token > 1) return this.knownText(token - 2);
    const text = token === 0 ? this.decode(this.take(this.count(1))) : this.uuid();
    this.texts.push(text);
    return text;
  }

  private knownText(number: number): string {
    this.check(number < this.texts.length);
    return this.texts[number];
  }

  private uuid(): string {
    const digits = Array.from(this.take(UUID_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  /** Reads UTF-8 in which lone surrogates are three bytes each. */
  private decode(bytes: Uint8Array): string {
    let text = '';
    let from = 0;
    let high = -1;
    try {
      for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
        const [second, third] = [bytes[at + 1] ^ 0xa0, bytes[at + 2] ^ 0x80];
        // Most characters that begin with this byte are not surrogates.
        if (second > 0x1f || third > 0x3f) continue;
        // Two that belong together would be one character, and have to be written as that.
        this.check(second < 0x10 || high !== at);
        text +=
          decoder.decode(bytes.subarray(from, at)) + String.fromCharCode(0xd800 + (second << 6) + third);
        from = at + 3;
        high = second < 0x10 ? from : -1;
      }
      text += decoder.decode(bytes.subarray(from));
    } catch {
      this.check(false);
    }
    return text;
  }

  /** A signed integer, whose lowest bit is the sign. */
  private integer(): number {
    const low = this.byte();
    const rest = low < 0x80 ? 0 : this.varint(VARINT_BYTES_MAX - 1);
    // Up to 2 ** 53, all of them are exact.
    this.check(rest < 2 ** 47 || (rest === 2 ** 47 && low === 0x80));
    const half = ((low & 0x7f) >> 1) + rest * 0x40;
    return (low & 1) === 0 ? half : -half - 1;
  }

  /** A count of things that take at least so many bytes each, which have to be there. */
  protected count(bytesMin: number): number {
    const count = this.varint();
    this.check(count * bytesMin <= this.end - this.at);
    return count;
  }

  protected double(): number {
    const { at } = this;
    this.take(8);
    return this.view.getFloat64(at, true);
  }

  /** An unsigned integer; larger ones than JavaScript can count with mean nothing here. */
  protected varint(bytesMax = VARINT_BYTES_MAX): number {
    let value = 0;
    for (let index = 0; ; index++) {
      this.check(index < bytesMax);
      const byte = this.byte();
      value += (byte & 0x7f) * 0x80 ** index;
      this.check(value <= Number.MAX_SAFE_INTEGER);
      if (byte < 0x80) return value;
    }
  }

  protected byte(): number {
    this.check(this.at < this.end);
    return this.bytes[this.at++];
  }

  /** The next bytes, not copied. */
  private take(count: number): Uint8Array {
    this.check(count <= this.end - this.at);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  protected check(isRight: boolean, at = this.at): void {
    if (!isRight) throw new GaesupError('CORRUPT_DATA', `The delta is damaged at byte ${at}.`);
  }
}
