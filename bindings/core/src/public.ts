export { GaesupError, type GaesupErrorCode, type Key } from './errors.ts';
export type {
  BytesByPart,
  Child,
  Cursor,
  ForArray,
  ForNumber,
  Immutable,
  Item,
  KeyOf,
  Listener,
  Merged,
  Readable,
  Stats,
  Store,
  StoreOptions,
  SubscribeOptions,
} from './types.ts';
