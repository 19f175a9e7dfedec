export { applyJSONPatch } from './applyJSONPatch.ts';
export { fromBase64, toBase64 } from './base64.ts';
export type {
  ApplyOptions,
  BatchOptions,
  Bytes,
  Commit,
  Conflict,
  History,
  HistoryGroup,
  HistoryOptions,
  HistoryState,
  HistoryStep,
  LogOptions,
  Optimistic,
  OptimisticOptions,
} from './commitTypes.ts';
export { cursorOf } from './cursorOf.ts';
export { GaesupError, type GaesupErrorCode, type Key } from './errors.ts';
export { invert } from './invert.ts';
export { type JsonPatch, type JsonPatchOperation, type JsonPatchOptions, toJSONPatch } from './jsonPatch.ts';
export type {
  AtPath,
  CheckedPath,
  Child,
  Deletable,
  KeyOf,
  Limit,
  Limited,
  LimitOf,
  OwnKey,
  PathValue,
  PathView,
  Settable,
} from './pathTypes.ts';
export { current, original } from './recipe.ts';
export type { StoreOptions } from './storeOptions.ts';
export type {
  Changes,
  Comparable,
  IngestFormat,
  IngestOptions,
  IngestSource,
  IngestStreamOptions,
  ReconcileOptions,
  RestoreOptions,
  SchemaOptions,
  SnapshotAsyncOptions,
  SnapshotInfo,
  SnapshotOptions,
  WholeValue,
} from './transferTypes.ts';
export type {
  BytesByPart,
  Cursor,
  LazyOptions,
  Listener,
  Readable,
  Schedule,
  SelectOptions,
  Stats,
  Store,
  SubscribeOptions,
} from './types.ts';
export type { Draft, DraftArray, DraftMap, Immutable, Initial, Storable, Writable } from './valueTypes.ts';
export type { ForArray, ForNumber, Item, Merged } from './writeTypes.ts';
