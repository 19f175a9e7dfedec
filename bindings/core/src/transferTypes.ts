import type { Bytes } from './commitTypes.ts';
import type { Immutable } from './types.ts';

/** What a state was turned into, or made equal to something, changed. */
export interface Changes {
  /** Keys, entries and items that came. */
  readonly added: number;
  /** Those that went. */
  readonly removed: number;
  /** Those whose value was replaced. What changed inside a value is counted there. */
  readonly updated: number;
  /** Items of arrays that stand elsewhere among the others. */
  readonly moved: number;
}

/** How the items of arrays are told apart. */
export interface ReconcileOptions {
  /**
   * The key by which objects in arrays are the same one, whatever else in them has changed: `'id'`.
   * It goes for all arrays in the value. Without it equal items are the same, and what is
   * left between two of those is paired in order.
   */
  key?: string;
}

/** What bytes of data are: one JSON value, JSON values line by line, or MessagePack. */
export type IngestFormat = 'json' | 'ndjson' | 'msgpack';

/** Where data comes from. */
export type IngestSource =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | Response
  | ReadableStream<Uint8Array>;

/** How data is taken in. */
export interface IngestOptions extends ReconcileOptions {
  /**
   * What it is. Default: what the content type of a response or blob says, else JSON.
   * Lines become an array.
   */
  format?: IngestFormat;
  /**
   * Who it is from, for {@link Commit.origin}. What has an origin is from elsewhere, and undo
   * leaves it alone.
   */
  origin?: string;
}

/** How data that arrives bit by bit is taken in. */
export interface IngestStreamOptions extends IngestOptions {
  /** Ends it before all has arrived; then nothing has changed. */
  signal?: AbortSignal;
  /** Called with the bytes that have arrived, and how many there will be if that is known. */
  onProgress?: (received: number, total: number | undefined) => void;
}

/** How a snapshot is written. */
export interface SnapshotOptions {
  /**
   * - `'none'`: nothing is compressed, which is quickest
   * - `'lz4'`: all that gets shorter by it
   * - `'auto'`, the default: all that gets shorter by an eighth
   */
  compression?: 'none' | 'lz4' | 'auto';
}

/** How a snapshot is written bit by bit. */
export interface SnapshotAsyncOptions extends SnapshotOptions {
  /** Called with how much is done, from 0 to 1. */
  onProgress?: (done: number) => void;
  /** Gives it up. */
  signal?: AbortSignal;
}

/** What a snapshot says of itself. */
export interface SnapshotInfo {
  /** The version of the format. */
  readonly format: number;
  /** What {@link SchemaOptions.version} was when it was made; 0 if there was none. */
  readonly version: number;
  /** Objects, arrays and maps. */
  readonly containers: number;
  /** Distinct strings, keys included. */
  readonly strings: number;
  /** Bytes before compression. */
  readonly plainBytes: number;
  /** Bytes of the whole. */
  readonly bytes: number;
  readonly isCompressed: boolean;
}

/** What an application says of the form of its state, so that it can open older snapshots. */
export interface SchemaOptions {
  /** The version of that form, a whole number; it is written into snapshots. */
  version: number;
  /**
   * Turns a state of an older version into one of this.
   *
   * @example
   * const store = openStore<State>(bytes, {
   *   schema: {
   *     version: 2,
   *     migrate: (state, from) => (from < 2 ? { ...state, todos: state.items } : state),
   *   },
   * });
   */
  migrate?: (state: unknown, from: number) => unknown;
}

/** How a snapshot becomes the state. */
export interface RestoreOptions extends ReconcileOptions {
  /** As {@link IngestOptions.origin}. */
  origin?: string;
}

/** What can be done with the whole value at a place. */
export interface WholeValue<T> {
  /**
   * Makes the value here equal to `next`, touching only what differs: what is equal keeps its
   * identity, and nobody who watches it is called. One commit, or part of the batch. O(size of
   * `next`).
   *
   * @throws GaesupError as {@link Cursor.set}
   *
   * @example
   * store.at('rows').reconcile(await response.json(), { key: 'id' });
   */
  reconcile(next: T | Immutable<T>, options?: ReconcileOptions): Changes;

  /**
   * The same with bytes: JSON, lines of JSON, or MessagePack. They are parsed in the engine; no
   * object is built. Of an array that was taken in here before, records whose bytes are the same
   * are not even parsed. O(bytes).
   *
   * JSON is what `JSON.parse` takes, and means the same.
   *
   * @throws GaesupError `CORRUPT_DATA` with the offset, and as {@link Cursor.set}; nothing has
   * changed then
   *
   * @example
   * await store.at('rows').ingest(await fetch('/rows'), { key: 'id' });
   */
  ingest(source: string | ArrayBuffer | ArrayBufferView, options?: IngestOptions): Changes;
  ingest(
    source: Blob | Response | ReadableStream<Uint8Array>,
    options?: IngestStreamOptions,
  ): Promise<Changes>;

  /**
   * The value here as bytes that {@link openStore} and {@link WholeValue.restore} take. Equal values
   * give equal bytes. Their format is documented in `docs/snapshot-format.md`. O(size).
   *
   * @throws GaesupError `PATH_NOT_FOUND`; `CONFLICT` in a batch
   *
   * @example
   * await writeFile('state.gaesup', store.snapshot());
   */
  snapshot(options?: SnapshotOptions): Bytes;

  /**
   * The same in slices of a few milliseconds, between which others get their turn. It holds
   * the value of the moment it was called. That moment is as long as it takes to copy the store's
   * memory, about a millisecond for 5 MB.
   *
   * @throws as {@link WholeValue.snapshot}; what `signal` says
   */
  snapshotAsync(options?: SnapshotAsyncOptions): Promise<Bytes>;

  /**
   * Makes the value here what a snapshot holds, as {@link WholeValue.reconcile} does: only real
   * differences are told. A snapshot of another version of the application's state is migrated first
   * where the whole state is restored, see {@link StoreOptions.schema}.
   *
   * @throws GaesupError `CORRUPT_DATA` with the offset, `UNSUPPORTED_VERSION`, `LIMIT_EXCEEDED`;
   * nothing has changed then
   */
  restore(bytes: Uint8Array, options?: RestoreOptions): Changes;
}
