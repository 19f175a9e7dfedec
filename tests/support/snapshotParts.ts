/** Snapshots taken apart and put together again, with lengths and checksums that are right, see `docs/snapshot-format.md`. */
import { decode, encode } from '@msgpack/msgpack';
import { createXXHash3 } from 'hash-wasm';

const PREFIX_BYTES = 20;
const CHECKSUM_BYTES = 8;
const BIN_HEADER_BYTES = 5;

/** Stream, codec, bytes before compression, bytes as stored, checksum of these. */
export type Entry = [stream: number, codec: number, plainBytes: number, bytes: number, checksum: Uint8Array];

/** What a snapshot says in front. */
export interface Head {
  schema: number;
  strings: number;
  blobs: number;
  forms: number[][];
  levels: [form: number, rows: number][][];
  sections: Entry[];
}

/** A snapshot in its parts. */
export interface Parts {
  prefix: Uint8Array;
  head: Head;
  sections: Uint8Array[];
}

const hasher = await createXXHash3();

/** XXH3 of 64 bits, the highest byte first. */
export function checksum(bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary');
}

function bin(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(BIN_HEADER_BYTES + bytes.length);
  whole[0] = 0xc6;
  new DataView(whole.buffer).setUint32(1, bytes.length);
  whole.set(bytes, BIN_HEADER_BYTES);
  return whole;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Takes a sound snapshot apart. */
export function taken(snapshot: Uint8Array): Parts {
  const [, , , head, sections] = decode(snapshot) as [string, number, Uint8Array, Uint8Array, Uint8Array[]];
  return { prefix: snapshot.slice(0, PREFIX_BYTES), head: decode(head) as unknown as Head, sections };
}

/** A copy of which anything may be changed. */
export function copied({ prefix, head, sections }: Parts): Parts {
  return structuredClone({ prefix, head, sections });
}

/** Makes a head say of its sections what they are: how long, and their checksums. */
export function seal({ head, sections }: Parts): void {
  for (const [at, bytes] of sections.entries()) {
    const entry = head.sections[at];
    if (entry === undefined) continue;
    entry[3] = bytes.length;
    // What is stored as it is has the same length in both.
    if (entry[1] === 0) entry[2] = bytes.length;
    entry[4] = checksum(bytes);
  }
}

/** The bytes of a snapshot of these parts; only the head's checksum is seen to. */
export function written({ prefix, head, sections }: Parts): Uint8Array {
  const packed = encode(head);
  const count = new Uint8Array(BIN_HEADER_BYTES);
  count[0] = 0xdd;
  new DataView(count.buffer).setUint32(1, sections.length);
  return joined([
    prefix,
    checksum(packed).subarray(0, CHECKSUM_BYTES),
    bin(packed),
    count,
    ...sections.map(bin),
  ]);
}
