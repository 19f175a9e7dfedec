import type { Bytes } from './commitTypes.ts';
import type { Immutable } from './valueTypes.ts';

/** How much it took to make a value equal to another. */
export interface Changes {
  /** Keys, entries and items that came. A key that had to go behind others went and came. */
  readonly added: number;
  /** Those that went. */
  readonly removed: number;
  /** Those whose value was replaced. What changed inside a value is counted there. */
  readonly updated: number;
  /** Items of arrays that stayed, but stand elsewhere among the others. */
  readonly moved: number;
}

/** How the items of arrays are told apart. */
export interface ReconcileOptions {
  /**
   * The key by which objects in arrays are the same one, whatever else in them has changed: `'id'`.
   * It goes for all arrays in the value. Without it, and for items without it, equal ones are the
   * same, and what is left between two of those is paired in order.
   */
  key?: string;
  /**
   * Who it is from, for {@link Commit.origin}. What has an origin is from elsewhere, and undo
   * leaves it alone.
   * In a batch it has to be the {@link BatchOptions.origin} of that (`INVALID_CALL`).
   */
  origin?: string;
  /**
   * Whether it goes under what waits optimistically, as `apply` does: it becomes what is confirmed, at
   * once, and what waits is done again on top of it. Rolling that back leaves the data. Default: whether there is
   * an `origin`. That is best for whatever a server says, who knows nothing of what waits and would else
   * take it off the screen until its own answer comes. `false` is for a user's own doing, such as opening
   * a file: then the value is what is seen, and waits behind what it was built on.
   * A record that the data has in the very place of another goes with that one if it was removed
   * optimistically, until that is settled. One that was added optimistically and that the data has as
   * well is there twice until that is rolled back: do so rather than commit once the data has it.
   * In a batch `true` is refused (`INVALID_CALL`). While something waits it is O(size of the whole state).
   */
  under?: boolean;
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
   * Lines become an array, blank ones aside.
   */
  format?: IngestFormat;
}

/** How data that arrives bit by bit is taken in. */
export interface IngestStreamOptions extends IngestOptions {
  /** Ends it before all has arrived; then nothing has changed. */
  signal?: AbortSignal;
  /**
   * Called with the bytes that have arrived, and how many there will be if that is known: of a blob,
   * and of a response that says so and was not compressed on its way.
   */
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
  /**
   * Whether what waits optimistically is left out: the state is then that of {@link Store.version}, as a
   * replica has it. For what is kept or sent. Default: `false`, which gives what is seen.
   */
  confirmed?: boolean;
}

/** How a snapshot is written bit by bit. */
export interface SnapshotAsyncOptions extends SnapshotOptions {
  /** Called with how much is done, from 0 to 1. */
  onProgress?: (done: number) => void;
  /** Gives it up. */
  signal?: AbortSignal;
}

/** What can be compared: a store or cursor, which is what it shows now, or a snapshot: a confirmed one, if need be. */
export type Comparable = Uint8Array | Pick<WholeValue<unknown>, 'snapshot'>;

/** What a snapshot says of itself. */
export interface SnapshotInfo {
  /** The version of the format. */
  readonly format: number;
  /** What {@link SchemaOptions.version} was where it was made; 0 if there was none. */
  readonly version: number;
  /** Objects, arrays and maps. */
  readonly containers: number;
  /** Distinct strings, keys included. */
  readonly strings: number;
  /** Bytes before compression, without what is said of them. */
  readonly plainBytes: number;
  /** Bytes of the whole, which may be more than there are. */
  readonly bytes: number;
  readonly isCompressed: boolean;
}

/** What an application says of the form of its state, so that it can open older snapshots. */
export interface SchemaOptions {
  /** The version of that form, a whole number below 2^32; it is written into snapshots. Without a schema it is 0. */
  version: number;
  /**
   * Turns a state of an older version into one of this. It is given plain objects, which it may not
   * change, and answers at once; what it throws is thrown on.
   *
   * @example
   * const store = openStore<State>(bytes, {
   *   schema: {
   *     version: 2,
   *     migrate: (state, from) => (from < 2 ? { todos: (state as OldState).items } : state),
   *   },
   * });
   */
  migrate?: (state: unknown, from: number) => unknown;
}

/** How a snapshot becomes the state. */
export type RestoreOptions = ReconcileOptions;

/** What can be done with the whole value at a place. */
export interface WholeValue<T> {
  /**
   * Makes the value here equal to `next`, touching only what differs: what is equal keeps its
   * identity, and nobody who watches it is called. One commit, or part of the batch, or none if
   * nothing differs. A missing last key is added. O(size of both); O(n log n) for arrays of n items
   * that no `key` tells apart.
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
   * JSON is what `JSON.parse` takes, and means the same, as deep as {@link StoreOptions.limits} allow; a
   * byte order mark is passed over. Of MessagePack, integers beyond 2^53 are bigints, binary data
   * `Uint8Array`s and timestamps `Date`s; other extensions and keys that are no strings are refused.
   *
   * What is there at once is taken in at once. A response or stream is read to its end first; then
   * all of it is one commit, of the state as it is by then.
   *
   * @throws GaesupError `CORRUPT_DATA` with the offset in bytes, and as {@link Cursor.set}; TypeError for a
   * response that is not `ok`; what `signal` says. Nothing has changed then
   *
   * @example
   * await store.at('rows').ingest(await fetch('/rows'), { key: 'id' });
   */
  ingest(source: string | ArrayBuffer | ArrayBufferView, options?: IngestOptions): Changes;
  ingest(
    source: Blob | Response | ReadableStream<Uint8Array>,
    options?: IngestStreamOptions,
  ): Promise<Changes>;
  ingest(source: IngestSource, options?: IngestStreamOptions): Changes | Promise<Changes>;

  /**
   * The value here as bytes that {@link openStore} and {@link WholeValue.restore} take. Equal values
   * give equal bytes. Their format is documented in `docs/snapshot-format.md`. What waits
   * optimistically is in it, unless `confirmed` says otherwise. O(size).
   *
   * @throws GaesupError `PATH_NOT_FOUND`; `INVALID_CALL` in a batch
   *
   * @example
   * await writeFile('state.gaesup', store.snapshot());
   */
  snapshot(options?: SnapshotOptions): Bytes;

  /**
   * The same in slices of a few milliseconds, between which others get their turn. It holds
   * the value of the moment it was called, whatever is written, or disposed, meanwhile. Pages are
   * copied in slices too, and by a write that comes before them; several at once, or disposing the store,
   * complete a copy that is being made.
   *
   * @throws as {@link WholeValue.snapshot}; what `signal` says
   */
  snapshotAsync(options?: SnapshotAsyncOptions): Promise<Bytes>;

  /**
   * Makes the value here what a snapshot holds, as {@link WholeValue.reconcile} does: only real
   * differences are told. A snapshot of an older version of the application's state is migrated first
   * where the whole state is restored, see {@link StoreOptions.schema}; elsewhere it is refused.
   *
   * @throws GaesupError `CORRUPT_DATA` with the offset, `UNSUPPORTED_VERSION`, `PATH_NOT_FOUND`,
   * `LIMIT_EXCEEDED`, `OUT_OF_MEMORY`; what `migrate` throws. Nothing has changed then
   */
  restore(bytes: Uint8Array, options?: RestoreOptions): Changes;
}
