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
export { current, original } from './draft.ts';
export { GaesupError, type GaesupErrorCode, type Key } from './errors.ts';
export { invert } from './invert.ts';
export { type JsonPatch, type JsonPatchOperation, toJSONPatch } from './jsonPatch.ts';
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
  Child,
  Cursor,
  Draft,
  ForArray,
  ForNumber,
  Immutable,
  Item,
  KeyOf,
  Listener,
  Merged,
  Readable,
  Schedule,
  SelectOptions,
  Stats,
  Store,
  StoreOptions,
  SubscribeOptions,
} from './types.ts';
