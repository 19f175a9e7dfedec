import type { Bytes } from './commitTypes.ts';
import { CHECKSUM_BYTES, DEPTH_MAX, ValueReader, ValueTag } from './deltaValues.ts';
import { GaesupError, type Key } from './errors.ts';
import { INDEX_END } from './protocol.ts';
import { xxh32 } from './xxh32.ts';

/** `GD`, with which every delta begins. */
const MAGIC: readonly number[] = [0x47, 0x44];
const FORMAT_VERSION = 1;

export enum DeltaFlag {
  /** It leads from one version of a store to another. */
  Versioned = 1,
  /** Its operations are to be read from the last to the first, each taken back. */
  Inverted = 2,
}
const FLAGS_ALL = DeltaFlag.Versioned | DeltaFlag.Inverted;

/** What an operation does to the container at its path. */
export enum Kind {
  Replace = 0,
  Add = 1,
  Remove = 2,
  Splice = 3,
  Increment = 4,
  Root = 5,
}

/** The least bytes of an operation: its kind, its path and two values. */
const OPERATION_BYTES_MIN = 4;
/** What a kind takes of the number that it shares with a length of path. */
const KINDS = 8;

/** A step of a path and those before it, which paths have in common. */
export interface Trail {
  readonly around: Trail | undefined;
  /** A number for an array's index, a string for any other key. */
  readonly key: Key;
}

/** In the place of an item that a splice moves: where it was taken and where it is put have the same number. */
export class Moved {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** A cell gets another value; `old` or `next` is nothing where the key was, or is, not there. */
export interface SetOp {
  readonly kind: Kind.Replace | Kind.Add | Kind.Remove | Kind.Increment | Kind.Root;
  /** The container around the cell; of the root, nothing. */
  readonly path: Trail | undefined;
  /** Of the root, nothing. */
  readonly key: Key | undefined;
  readonly old: unknown;
  readonly next: unknown;
  /** The key right behind one that is added or removed; of the last one, nothing. */
  readonly before: string | undefined;
  /** What an increment adds. */
  readonly by: number | undefined;
}

/** Items of an array are taken out at an index, and others put there. */
export interface SpliceOp {
  readonly kind: Kind.Splice;
  readonly path: Trail | undefined;
  readonly index: number;
  readonly removed: readonly unknown[];
  readonly inserted: readonly unknown[];
}

export type DeltaOp = SetOp | SpliceOp;

/** A delta taken apart. Each operation is about the state that those before it leave. */
export interface Delta {
  /** The versions it leads from and to, if it says. */
  readonly base: number | undefined;
  readonly next: number | undefined;
  readonly ops: readonly DeltaOp[];
}

/**
 * Takes a delta apart; one that is inverted is given as what it does. Nothing of the bytes is
 * trusted. O(bytes) in time, and in memory at most about 128 bytes for each of them.
 *
 * @throws GaesupError `CORRUPT_DATA` with the offset, `UNSUPPORTED_VERSION`
 */
export function readDelta(bytes: Uint8Array): Delta {
  const reader = new DeltaReader(bytes);
  const { base, next, flags } = reader;
  const ops = reader.ops();
  if (flags & DeltaFlag.Inverted) ops.reverse();
  return { base, next, ops };
}

function putVarint(into: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) into.push((rest % 0x80) | 0x80);
  into.push(rest);
}

/** The delta of a record: how many operations there are, and these. */
export function sealDelta(
  record: Uint8Array,
  versions: readonly [base: number, next: number] | undefined,
  isInverted = false,
): Bytes {
  const flags = (versions === undefined ? 0 : DeltaFlag.Versioned) | (isInverted ? DeltaFlag.Inverted : 0);
  const head = [...MAGIC, FORMAT_VERSION, flags];
  for (const version of versions ?? []) putVarint(head, version);
  const end = head.length + record.length;
  const delta = new Uint8Array(end + CHECKSUM_BYTES);
  delta.set(head);
  delta.set(record, head.length);
  new DataView(delta.buffer).setUint32(end, xxh32(delta, end), true);
  return delta;
}

/**
 * Reads a delta from its beginning on. When it is made it has read the header and compared the
 * checksum; the record, which {@link DeltaReader.ops} reads, is what stands from `at` to `end`.
 */
export class DeltaReader extends ValueReader {
  readonly flags: number;
  readonly base: number | undefined;
  readonly next: number | undefined;
  /** The path of the operation before, by length. */
  private readonly trails: Trail[] = [];
  /** On which sides the moved items of an array have been seen, by number. */
  private readonly moved: number[] = [];
  /** Where the items end that the splice before it in the same array has put there. */
  private spliced = 0;

  constructor(bytes: Uint8Array) {
    if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') {
      throw new TypeError('A delta is a Uint8Array.');
    }
    super(bytes);
    for (const letter of MAGIC) this.check(this.byte() === letter);
    const version = this.byte();
    if (version !== FORMAT_VERSION) {
      throw new GaesupError(
        'UNSUPPORTED_VERSION',
        `The delta is of format ${version}, and this is ${FORMAT_VERSION}.`,
      );
    }
    this.flags = this.byte();
    this.check(this.flags <= FLAGS_ALL);
    this.check(xxh32(bytes, this.end) === this.view.getUint32(this.end, true), this.end);
    const isVersioned = (this.flags & DeltaFlag.Versioned) !== 0;
    this.base = isVersioned ? this.varint() : undefined;
    this.next = isVersioned ? this.varint() : undefined;
  }

  /** The operations, in the order in which they are written. */
  ops(): DeltaOp[] {
    const ops: DeltaOp[] = [];
    let before: DeltaOp | undefined;
    for (let left = this.count(OPERATION_BYTES_MIN); left > 0; left--) {
      const head = this.varint();
      const kind: Kind = head % KINDS;
      const path = this.path(Math.floor(head / KINDS));
      if (kind === Kind.Splice) {
        const goesOn = before?.kind === Kind.Splice && before.path === path;
        if (!goesOn) this.endMoves();
        before = this.splice(path);
      } else {
        this.endMoves();
        before = this.set(kind, path);
      }
      ops.push(before);
    }
    this.endMoves();
    this.check(this.at === this.end);
    return ops;
  }

  /** The path that has so many keys in common with the one before. */
  private path(shared: number): Trail | undefined {
    const { trails } = this;
    const added = this.count(1);
    this.check(shared <= trails.length && shared + added <= DEPTH_MAX);
    let path = trails[shared - 1] as Trail | undefined;
    for (let length = shared; length < shared + added; length++) {
      const key = this.key();
      // The same path is the same object, also where it is written anew.
      const known = trails[length] as Trail | undefined;
      path = known?.around === path && known?.key === key ? known : { around: path, key };
      trails[length] = path as Trail;
    }
    trails.length = shared + added;
    return path;
  }

  private splice(path: Trail | undefined): SpliceOp {
    const index = this.varint();
    this.check(index >= this.spliced && index < INDEX_END);
    const [from, to] = [this.items(1), this.items(2)];
    this.spliced = index + to.length;
    const [removed, inserted] = this.swapped(from, to);
    return { kind: Kind.Splice, path, index, removed, inserted };
  }

  private set(written: Kind, path: Trail | undefined): SetOp {
    const isRoot = written === Kind.Root;
    this.check(written <= Kind.Root && (!isRoot || path === undefined));
    const key = isRoot ? undefined : this.key();
    const [adds, removes] = [written === Kind.Add, written === Kind.Remove];
    this.check(!(adds || removes) || typeof key === 'string');
    const [old, next] = this.swapped(adds ? undefined : this.value(0), removes ? undefined : this.value(0));
    const token = adds || removes ? this.varint() : 0;
    const before = token === 0 ? undefined : this.text(token - 1);
    let by: number | undefined;
    if (written === Kind.Increment) {
      this.check(typeof old === 'number' && typeof next === 'number');
      by = this.double() * (this.isInverted ? -1 : 1);
    }
    let kind = written as SetOp['kind'];
    if (this.isInverted && (adds || removes)) kind = adds ? Kind.Remove : Kind.Add;
    return { kind, path, key, old, next, before, by };
  }

  /** Whether what is written is to be taken back. */
  get isInverted(): boolean {
    return (this.flags & DeltaFlag.Inverted) !== 0;
  }

  /** What was and what will be, of which the first is written first. */
  private swapped<T>(old: T, next: T): [T, T] {
    return this.isInverted ? [next, old] : [old, next];
  }

  private items(side: number): unknown[] {
    const items: unknown[] = [];
    for (let left = this.count(1); left > 0; left--) {
      if (this.bytes[this.at] !== ValueTag.Moved) {
        items.push(this.value(0));
        continue;
      }
      this.at++;
      items.push(new Moved(this.seeMoved(side)));
    }
    return items;
  }

  /** Notes a moved item on one side; their numbers count up as they appear. */
  private seeMoved(side: number): number {
    const { moved } = this;
    const number = this.varint();
    if (number === moved.length) moved.push(0);
    this.check(number < moved.length && (moved[number] & side) === 0);
    moved[number] |= side;
    return number;
  }

  /** What is taken out to be moved has to be put back into the same array. */
  private endMoves(): void {
    this.check(this.moved.every((sides) => sides === 3));
    this.moved.length = 0;
    this.spliced = 0;
  }

  private key(): Key {
    const code = this.varint();
    const rest = Math.floor(code / 2);
    if (code % 2 === 1) return this.text(rest);
    this.check(rest < INDEX_END);
    return rest;
  }
}
