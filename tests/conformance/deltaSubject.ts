/** Commits, history and optimistic updates as the suites see them; the rest is in `subject.ts`. */
import type { Key, Readable, Store, StoreOptions, Subject } from './subject.ts';

export interface Commit {
  readonly version: number;
  readonly origin: string | undefined;
  readonly delta: Uint8Array;
  patches(): readonly unknown[];
}

export interface HistoryState {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly position: number;
  readonly length: number;
  readonly revision: number;
}

export interface HistoryStep {
  readonly label: string | undefined;
  readonly at: number;
  readonly bytes: number;
  readonly changes: number;
}

export interface History extends Readable {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly position: number;
  readonly bytes: number;
  readonly steps: readonly HistoryStep[];
  get(): HistoryState;
  undo(): boolean;
  redo(): boolean;
  jumpTo(position: number): void;
  group<R>(work: () => R): R;
  group(label: string, options?: { within?: number }): { end(): void };
  clear(): void;
}

export interface Conflict {
  readonly path: readonly Key[];
  readonly code: string;
  readonly base: unknown;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface Optimistic {
  readonly state: 'pending' | 'committed' | 'rolled back';
  commit(): void;
  rollback(): void;
}

export interface RecordedStore extends Store {
  readonly history: History;
  onCommit(listener: (commit: Commit) => void): () => void;
  deltaSince(version: number): Uint8Array;
  apply(delta: Uint8Array, options?: { origin?: string }): void;
  optimistic(work: () => void, options?: { onConflict?: (conflict: Conflict) => void }): Optimistic;
}

export interface RecordedOptions extends StoreOptions {
  history?:
    | boolean
    | {
        bytes?: number;
        steps?: number;
        coalesce?: number;
        exclude?: readonly (readonly Key[])[];
      };
  log?: boolean | { bytes?: number };
}

/** What the package exports, as far as these suites use it. */
export interface DeltaSubject extends Subject {
  createStore(initial: unknown, options?: RecordedOptions): RecordedStore;
  compose(...deltas: Uint8Array[]): Uint8Array;
  invert(delta: Uint8Array): Uint8Array;
  toJSONPatch(delta: Uint8Array): readonly unknown[];
}
