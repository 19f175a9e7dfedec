/** Whole values that come and go, as the suites see them; the rest is in `deltaSubject.ts`. */
import type { DeltaSubject, RecordedOptions, RecordedStore } from './deltaSubject.ts';
import type { Cursor, Key } from './subject.ts';

export interface Changes {
  readonly added: number;
  readonly removed: number;
  readonly updated: number;
  readonly moved: number;
}

export type Compression = 'none' | 'lz4' | 'auto';
export type IngestFormat = 'json' | 'ndjson' | 'msgpack';

interface Adoption {
  key?: string | undefined;
  origin?: string | undefined;
  under?: boolean | undefined;
}

export interface WholeValue {
  reconcile(next: unknown, options?: Adoption): Changes;
  ingest(source: string | Uint8Array, options?: Adoption & { format?: IngestFormat }): Changes;
  snapshot(options?: { compression?: Compression; confirmed?: boolean }): Uint8Array;
  restore(bytes: Uint8Array, options?: Adoption): Changes;
}

export interface TransferStore extends RecordedStore, WholeValue {
  at(...keys: Key[]): Cursor & WholeValue;
  at(place: (state: never) => unknown): Cursor & WholeValue;
}

export interface SnapshotInfo {
  readonly format: number;
  readonly version: number;
  readonly containers: number;
  readonly strings: number;
  readonly plainBytes: number;
  readonly bytes: number;
  readonly isCompressed: boolean;
}

export type State = Uint8Array | TransferStore;

/** What the package exports, as far as these suites use it. */
export interface TransferSubject extends DeltaSubject {
  createStore(initial: unknown, options?: RecordedOptions & { schema?: { version: number } }): TransferStore;
  openStore(
    snapshot: Uint8Array,
    options?: RecordedOptions & { schema?: { version: number } },
  ): TransferStore;
  inspect(snapshot: Uint8Array): SnapshotInfo;
  diff(a: State, b: State, options?: { key?: string | undefined }): Uint8Array;
  equals(a: State, b: State): boolean;
}
