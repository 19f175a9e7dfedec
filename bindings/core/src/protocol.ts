/**
 * What both sides of the boundary know. The twins of this file are `command.rs`,
 * `value.rs` and `dependency.rs`, and for streams of views `view.rs`.
 */

import type { BytesByPart } from './types.ts';

/** Operations of commands. */
export enum Operation {
  Set = 1,
  SetKey = 2,
  Delete = 3,
  Increment = 4,
  Insert = 5,
  Remove = 6,
  Move = 7,
  /** Follows keys to where the next command is to happen. */
  Walk = 8,
  /** Puts the items of an array in the order of the indexes that follow. */
  Arrange = 9,
  /** Sets a key or, when the container turns out to be an array, an index. */
  Put = 10,
  /** Sets a key or an index, and takes out what is there even if it equals what comes. */
  Exchange = 11,
  /** Makes what is there equal to what comes; the key of items may come first. */
  Reconcile = 12,
}

/** Beside an operation: its container was found by path and must be part of the state still. */
export const BY_PATH = 1 << 8;

/** Instead of a table: where the walk before the command led. */
export const WALKED = 0xffff;

/** Which of the two is meant then. */
export enum Walked {
  Cell = 0,
  Container = 1,
}

/** What a commit did to where containers are. */
export enum Moves {
  Indexes = 1,
  Containers = 2,
}

/** What a piece of a batch ends with. */
export enum Then {
  Nothing = 0,
  /** Views of what changed are put aside, so that others can be built. */
  Park = 1,
  /** A batch in the batch begins. */
  Save = 2,
  /** It ends. */
  Release = 3,
}

/** What a watcher can depend on. */
export enum DependencyKind {
  /** Slots of a container, from one to another. */
  Cells = 0,
  /** Which keys or how many items it has. */
  Keys = 1,
  /** Everything in it. */
  Inside = 2,
  /** A key of all containers in it, and which those are. */
  Field = 3,
  /** Which items it has, and everything in those of them that follow. */
  Among = 4,
}

/** The upper 16 bits of a word that is not a number. */
export enum Tag {
  Constant = 0xfff9,
  String = 0xfffa,
  Blob = 0xfffb,
  Node = 0xfffc,
}

/** Tags that only written words have. */
export enum WrittenTag {
  /** Bytes follow. */
  Text = 0xfffd,
  /** Parts of a container follow. */
  Open = 0xfffe,
  /** In a path that the history leaves out: any key. */
  Any = 0xffff,
}

/** Tags that only words of a stream of views have. */
export enum StreamTag {
  /** A view that exists. */
  Known = 0xfffd,
  /** Parts of a container follow. */
  Open = 0xfffe,
}

/** The low half of a constant's word. */
export enum Constant {
  Undefined = 0,
  Null = 1,
  False = 2,
  True = 3,
  Absent = 4,
}

/** What the bytes behind a written text tag are. */
export enum TextKind {
  Plain = 0,
  /** Text whose id the writer wants to know. */
  Reported = 1,
  Date = 2,
  BigInt = 3,
  Bytes = 4,
}

/** What a word with the blob tag refers to. */
export enum BlobKind {
  Date = 0,
  BigInt = 1,
  Bytes = 2,
}

/** What the parts behind a written open tag are. */
export enum OpenKind {
  Array = 0,
  Entries = 1,
  Map = 2,
  Keyed = 3,
}

/** What the parts behind a read open tag are. */
export enum StreamKind {
  Array = 0,
  Object = 1,
  Entries = 2,
  Map = 3,
}

/** What bytes that are parsed are. */
export enum Format {
  Json = 0,
  JsonLines = 1,
  MessagePack = 2,
}

/** How a value that has arrived becomes part of the state. */
export enum Adopt {
  /** Items of arrays are told apart by a key. */
  ByKey = 1,
  /** The change is part of a batch. */
  InBatch = 2,
  /** The change came from elsewhere. */
  Foreign = 4,
}

/** What a commit answers. */
export enum Committed {
  Unchanged = 0,
  Changed = 1,
  Reported = 2,
  /** One number was replaced by another, which is among the results. */
  Number = 3,
}

/** The first answer that is an error; its code is what it is above this. */
export const ERRORS = 0xffffff00;

export enum ErrorNumber {
  PathNotFound = 1,
  TypeMismatch = 2,
  Stale = 3,
  LimitExceeded = 4,
  OutOfMemory = 5,
  CorruptData = 6,
  Dead = 7,
  Conflict = 8,
  UnsupportedVersion = 9,
  InvalidCall = 10,
  TooDeep = 11,
}

/** The answer about a handle that names nothing any more. */
export const STALE = ERRORS + ErrorNumber.Stale;

/** Whether an answer says that there was no room. */
export function isFull(answer: number): boolean {
  return answer === ERRORS + ErrorNumber.LimitExceeded || answer === ERRORS + ErrorNumber.OutOfMemory;
}

/** Whether collecting garbage is worth its time: in the results of commits and rollbacks. */
export enum Collecting {
  Idle = 0,
  Pays = 1,
  Urgent = 2,
}

/** Which of the results that is. */
export const COLLECTING = 12;

/** The slot of a key that does not exist; in an insertion, the end. */
export const SLOT_MISSING = 0xffffffff;

/** In a reported watcher: its path leads elsewhere, file it anew. */
export const REFILE = 0x80000000;

/** The cell that holds the root value. */
export const HOLDER_TABLE = 3;

/** The table in the halves of a node's word. */
export function tableOf(low: number, high: number): number {
  return (high & 0xfff8) | (low & 7);
}

/** The row in the halves of a node's word. */
export function rowOf(low: number, high: number): number {
  return (((high & 7) << 29) | (low >>> 3)) >>> 0;
}

const LISTS_TABLE = 0;
/** The table of `Map`s. */
export const MAPS_TABLE = 2;
const TUPLES_LAST = 11;

/** Whether a table's rows are arrays. */
export function isArrayTable(table: number): boolean {
  return table === LISTS_TABLE || (table >= HOLDER_TABLE && table <= TUPLES_LAST);
}

/** Whether a table's rows are objects of one shape. */
export function isShapeTable(table: number): boolean {
  return table > TUPLES_LAST;
}

/** Whether a table's containers find their slots by hash. */
export function isDictionaryTable(table: number): boolean {
  return table > LISTS_TABLE && table < HOLDER_TABLE;
}

/** Array indexes are below this. */
export const INDEX_END = 0xffffffff;

/** Objects with more keys are sent with a key before each value. */
export const LISTED_KEYS_MAX = 64;

/** What the engine counts itself. */
export interface EngineStats {
  records: number;
  lists: number;
  dictionaries: number;
  shapes: number;
  strings: number;
  bytes: Omit<BytesByPart, 'total'>;
  commands: number;
  pagesTouched: number;
  viewsBuilt: number;
  viewsLive: number;
  watchers: number;
}

/** What the engine's errors are called outside, by their numbers. */
export const CODES = {
  [ErrorNumber.PathNotFound]: 'PATH_NOT_FOUND',
  [ErrorNumber.TypeMismatch]: 'TYPE_MISMATCH',
  [ErrorNumber.LimitExceeded]: 'LIMIT_EXCEEDED',
  [ErrorNumber.OutOfMemory]: 'OUT_OF_MEMORY',
  [ErrorNumber.CorruptData]: 'CORRUPT_DATA',
  [ErrorNumber.Dead]: 'STORE_DEAD',
  [ErrorNumber.Stale]: 'PATH_NOT_FOUND',
  [ErrorNumber.Conflict]: 'CONFLICT',
  [ErrorNumber.UnsupportedVersion]: 'UNSUPPORTED_VERSION',
  [ErrorNumber.InvalidCall]: 'INVALID_CALL',
  [ErrorNumber.TooDeep]: 'LIMIT_EXCEEDED',
} as const;

/** Thrown when the engine refuses a piece of a long stream of commands. */
export class Refused {
  readonly answer: number;

  constructor(answer: number) {
    this.answer = answer;
  }
}
