/**
 * Writes deltas as `docs/delta-format.md` says, without anything of the package: what the
 * package reads is compared with it. It trusts its input, so that it can write nonsense too.
 */

type Key = string | number;

/** An item that a splice moves. */
export class MovedItem {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

export type WrittenOp = { readonly path: readonly Key[] } & (
  | { readonly kind: 'replace'; readonly key: Key; readonly old: unknown; readonly next: unknown }
  | { readonly kind: 'add'; readonly key: string; readonly next: unknown; readonly before?: string }
  | { readonly kind: 'remove'; readonly key: string; readonly old: unknown; readonly before?: string }
  | {
      readonly kind: 'splice';
      readonly index: number;
      readonly removed: readonly unknown[];
      readonly inserted: readonly unknown[];
    }
  | {
      readonly kind: 'increment';
      readonly key: Key;
      readonly old: unknown;
      readonly next: unknown;
      readonly by: number;
    }
  | { readonly kind: 'root'; readonly old: unknown; readonly next: unknown }
);

export interface WrittenDelta {
  readonly versions?: readonly [base: number, next: number];
  readonly inverted?: boolean;
  readonly ops: readonly WrittenOp[];
}

const KINDS = ['replace', 'add', 'remove', 'splice', 'increment', 'root'];
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const WORD = 0xffffffffn;

/** xxHash of 32 bits with seed 0, in exact integers: slow, and easy to compare with its definition. */
export function checksumOf(bytes: Uint8Array): number {
  const [p1, p2, p3, p4, p5] = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn, 0x27d4eb2fn, 0x165667b1n];
  const rotate = (word: bigint, bits: bigint) => ((word << bits) | (word >> (32n - bits))) & WORD;
  const wordAt = (at: number) =>
    BigInt(bytes[at] + bytes[at + 1] * 2 ** 8 + bytes[at + 2] * 2 ** 16 + bytes[at + 3] * 2 ** 24);
  const lanes = [(p1 + p2) & WORD, p2, 0n, -p1 & WORD];
  let at = 0;
  for (; bytes.length - at >= 16; at += 16) {
    for (let lane = 0; lane < 4; lane++)
      lanes[lane] = (rotate((lanes[lane] + wordAt(at + lane * 4) * p2) & WORD, 13n) * p1) & WORD;
  }
  const mixed = rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n);
  let hash = ((bytes.length < 16 ? p5 : mixed) + BigInt(bytes.length)) & WORD;
  for (; bytes.length - at >= 4; at += 4) hash = (rotate((hash + wordAt(at) * p3) & WORD, 17n) * p4) & WORD;
  for (; at < bytes.length; at++) hash = (rotate((hash + BigInt(bytes[at]) * p5) & WORD, 11n) * p1) & WORD;
  hash = ((hash ^ (hash >> 15n)) * p2) & WORD;
  hash = ((hash ^ (hash >> 13n)) * p3) & WORD;
  return Number(hash ^ (hash >> 16n));
}

/** Bytes with their checksum behind them. */
export function sealed(bytes: readonly number[] | Uint8Array): Uint8Array {
  const body = Uint8Array.from(bytes);
  const whole = new Uint8Array(body.length + 4);
  whole.set(body);
  new DataView(whole.buffer).setUint32(body.length, checksumOf(body), true);
  return whole;
}

/** The bytes of a delta. */
export function writeDelta({ versions, inverted = false, ops }: WrittenDelta): Uint8Array {
  const writer = new Writer();
  writer.bytes.push(0x47, 0x44, 1, (versions === undefined ? 0 : 1) + (inverted ? 2 : 0));
  for (const version of versions ?? []) writer.varint(version);
  writer.varint(ops.length);
  for (const op of ops) writer.op(op);
  return sealed(writer.bytes);
}

/** A string in UTF-8, its lone surrogates as three bytes each. */
export function wtf8(text: string): number[] {
  return [...text].flatMap((character) => {
    const code = character.codePointAt(0) as number;
    const isLone = code >= 0xd800 && code <= 0xdfff;
    if (!isLone) return [...new TextEncoder().encode(character)];
    return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  });
}

class Writer {
  readonly bytes: number[] = [];
  private readonly numbers = new Map<string, number>();
  private path: readonly Key[] = [];

  op(op: WrittenOp): void {
    const { path } = op;
    let shared = 0;
    while (shared < path.length && shared < this.path.length && path[shared] === this.path[shared]) shared++;
    this.path = path;
    this.varint(shared * 8 + KINDS.indexOf(op.kind));
    this.varint(path.length - shared);
    for (const key of path.slice(shared)) this.key(key);
    if (op.kind === 'splice') {
      this.varint(op.index);
      this.values(op.removed);
      this.values(op.inserted);
      return;
    }
    if (op.kind !== 'root') this.key(op.key);
    if (op.kind !== 'add') this.value(op.old);
    if (op.kind !== 'remove') this.value(op.next);
    if (op.kind === 'increment') this.double(op.by);
    if (op.kind === 'add' || op.kind === 'remove') {
      if (op.before === undefined) this.varint(0);
      else this.string(op.before, (token) => token + 1);
    }
  }

  varint(value: number | bigint): void {
    let rest = BigInt(value);
    for (; rest >= 0x80n; rest >>= 7n) this.bytes.push(Number(rest & 0x7fn) | 0x80);
    this.bytes.push(Number(rest));
  }

  private key(key: Key): void {
    if (typeof key === 'number') this.varint(key * 2);
    else this.string(key, (token) => token * 2 + 1);
  }

  private string(text: string, place: (token: number) => number): void {
    const number = this.numbers.get(text);
    if (number !== undefined) return this.varint(place(number + 2));
    this.numbers.set(text, this.numbers.size);
    if (UUID.test(text)) {
      this.varint(place(1));
      for (const digits of text.replaceAll('-', '').match(/../g) ?? [])
        this.bytes.push(Number(`0x${digits}`));
      return;
    }
    this.varint(place(0));
    this.blob(wtf8(text));
  }

  private blob(bytes: Iterable<number> & { length: number }): void {
    this.varint(bytes.length);
    for (const byte of bytes) this.bytes.push(byte);
  }

  private double(value: number): void {
    this.bytes.push(...new Uint8Array(Float64Array.of(value).buffer));
  }

  private values(values: readonly unknown[]): void {
    this.varint(values.length);
    for (const value of values) this.value(value);
  }

  private number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0) || Math.abs(value) > 2 ** 53) {
      this.bytes.push(5);
      this.double(value);
    } else if (value >= 0 && value < 128) {
      this.bytes.push(0x40 + value);
    } else {
      this.bytes.push(4);
      const exact = BigInt(value);
      const zigzag = exact < 0n ? -exact * 2n - 1n : exact * 2n;
      this.varint(zigzag);
    }
  }

  private entries(tag: number, entries: readonly (readonly [string, unknown])[]): void {
    this.bytes.push(tag);
    this.varint(entries.length);
    for (const [key, value] of entries) {
      this.string(key, (token) => token);
      this.value(value);
    }
  }

  private text(text: string): void {
    const number = this.numbers.get(text) ?? Number.POSITIVE_INFINITY;
    if (number < 64) {
      this.bytes.push(0xc0 + number);
    } else {
      this.bytes.push(6);
      this.string(text, (token) => token);
    }
  }

  private value(value: unknown): void {
    const constant = [undefined, null, false, true].indexOf(value as never);
    if (constant >= 0) this.bytes.push(constant);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'bigint') {
      this.bytes.push(8);
      this.blob(wtf8(String(value)));
    } else if (value instanceof Date) {
      this.bytes.push(7);
      this.double(value.getTime());
    } else if (value instanceof Uint8Array) {
      this.bytes.push(9);
      this.blob(value);
    } else if (value instanceof MovedItem) {
      this.bytes.push(13);
      this.varint(value.number);
    } else if (Array.isArray(value)) {
      this.bytes.push(10);
      this.values(value);
    } else if (value instanceof Map) this.entries(12, [...value]);
    else this.entries(11, Object.entries(value as object));
  }
}
