export { current, original } from './draft.ts';
export { GaesupError, type GaesupErrorCode, type Key } from './errors.ts';
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
