import type { Key } from './errors.ts';
import type { JsonPatch, JsonPatchOptions } from './jsonPatch.ts';
import type { Readable } from './types.ts';

/** Bytes in a buffer of their own: what sockets, requests and blobs take. */
export type Bytes = ReturnType<Uint8Array['slice']>;

/** What one commit changed. */
export interface Commit {
  /** The store's version that it led to. */
  readonly version: number;
  /**
   * Whose it is: what {@link ApplyOptions.origin} said, `'history'` for undo and redo,
   * `undefined` for the store's own writes.
   */
  readonly origin: string | undefined;
  /**
   * The change as bytes, both directions, which any replica at the version before
   * can {@link Store.apply}. Made when it is read first; all listeners get the same bytes, so
   * copy them before you give them away. Their format is documented in `docs/delta-format.md`.
   */
  readonly delta: Bytes;
  /** The same as a JSON Patch, see {@link toJSONPatch}. */
  patches(options?: JsonPatchOptions): JsonPatch;
}

/** How a delta is applied. */
export interface ApplyOptions {
  /**
   * Who made the change, for {@link Commit.origin}: so that listeners can tell
   * their own echoes. What has an origin is from elsewhere, and undo leaves it alone.
   */
  origin?: string;
}

/** What the log of the last commits may hold. */
export interface LogOptions {
  /** In bytes; the oldest commits go first. Default 1 MiB. */
  bytes?: number;
}

/** What can be undone, and how much of it is kept. */
export interface HistoryOptions {
  /**
   * All steps together, in bytes; the oldest go first. Older steps are compressed (LZ4).
   * Default 16 MiB.
   */
  bytes?: number;
  /** How many steps. Default: as many as `bytes` holds. */
  steps?: number;
  /**
   * Commits that change the same single field within so many milliseconds of each
   * other, such as typing, are one step. Default 0: each commit is its own.
   */
  coalesce?: number;
  /**
   * Places whose changes are not undone, each by its keys from the root; `'*'` is
   * any key. For what is not work: a selection, what is hovered.
   *
   * @example
   * createStore(initial, { history: { exclude: [['selection'], ['rows', '*', 'isOpen']] } });
   */
  exclude?: readonly (readonly Key[])[];
}

/** A step that can be undone or redone. */
export interface HistoryStep {
  /** What it was called in {@link History.group}. */
  readonly label: string | undefined;
  /** When it was begun, as `Date.now()` says it. */
  readonly at: number;
  /** How many changes were made in it. */
  readonly changes: number;
  /** How long its record is, in bytes, before it is compressed. */
  readonly bytes: number;
}

/**
 * Where a history stands. While a group is open or commits are coalesced, their step counts,
 * even if in the end it comes to nothing; listing the {@link History.steps} or undoing finds that out.
 */
export interface HistoryState {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** How many steps are done. */
  readonly position: number;
  /** How many there are, undone ones included. */
  readonly length: number;
  /** Another number whenever there are other steps. */
  readonly revision: number;
}

/** Commits that become one step, until it ends. */
export interface HistoryGroup extends Disposable {
  /** The next commit begins a step of its own. Ending twice is fine. */
  end(): void;
}

/**
 * What a store's user can take back. On with {@link StoreOptions.history}; else it is
 * always empty, and {@link History.undo} throws.
 *
 * A step is a commit, with what it changed in both directions: undoing costs
 * what changed, whatever the size of the state. Undo and redo are commits
 * themselves. A commit after an undo drops the steps that were undone.
 */
export interface History extends Readable<HistoryState> {
  /**
   * Whether {@link History.undo} would change something. O(1), but where others have changed the state
   * since: then it is tried, once per commit.
   */
  readonly canUndo: boolean;
  /** Whether {@link History.redo} would change something. */
  readonly canRedo: boolean;
  /** How many steps are done. */
  readonly position: number;
  /** All steps for a list, oldest first, undone ones included. O(steps). */
  readonly steps: readonly HistoryStep[];
  /**
   * What the steps occupy, in bytes. Undoing and redoing drops no step, so that it may be more than
   * {@link HistoryOptions.bytes} until the next commit.
   */
  readonly bytes: number;
  /**
   * Takes the last step back, as one commit. What was changed from elsewhere since
   * (with an {@link ApplyOptions.origin}, or in a batch with `undo: false`) stays: where it changed the same,
   * it wins, and a step of which it has left nothing is passed over. What was added to a number is
   * subtracted, whatever others have made of it. O(what the step changed).
   *
   * @returns whether something has changed
   * @throws GaesupError `NO_HISTORY`; `INVALID_CALL` within a batch
   */
  undo(): boolean;
  /**
   * Does the last step that was undone again.
   *
   * @returns whether something has changed
   * @throws GaesupError `NO_HISTORY`; `INVALID_CALL` within a batch
   */
  redo(): boolean;
  /**
   * Undoes or redoes until so many steps are done, as one commit.
   *
   * @throws TypeError when there are not so many; GaesupError `NO_HISTORY`, `INVALID_CALL` within a batch
   */
  jumpTo(position: number): void;
  /**
   * What is committed while `work` runs becomes one step. Unlike in a batch, each
   * commit is one, and told; and what is done stays when `work` throws.
   *
   * @throws GaesupError `INVALID_CALL` for an async function; what `work` throws
   */
  group<R>(work: () => R): R;
  /**
   * Begins a session: what is committed from now on becomes one step with this label,
   * until `end()`, undo, redo, another group, or until nothing was committed for
   * `within` milliseconds. The same label again continues it.
   *
   * @example
   * input.oninput = () => {
   *   store.history.group('rename', { within: 500 });
   *   store.at('title').set(input.value);
   * };
   */
  group(label: string, options?: { readonly within?: number }): HistoryGroup;
  /** Forgets all steps. */
  clear(): void;
}

/** Something an optimistic update did that no longer fits what came from elsewhere. */
export interface Conflict {
  /** The place it is about. */
  readonly path: readonly Key[];
  /** `PATH_NOT_FOUND` when the place is gone, `TYPE_MISMATCH` when it holds another kind of value. */
  readonly code: 'PATH_NOT_FOUND' | 'TYPE_MISMATCH';
  /**
   * Whose it was: the update's own, or a later write's that built on it. The update may be at its end
   * by then: what the listener writes is a commit of its own.
   */
  readonly of: 'update' | 'write';
  /** What was there when the update was made; of items of an array, those that it took out. */
  readonly base: unknown;
  /** What the update put there; of items of an array, those that it put in. */
  readonly ours: unknown;
  /** What is there now. */
  readonly theirs: unknown;
}

/** How an optimistic update deals with what comes from elsewhere. */
export interface OptimisticOptions {
  /**
   * Called for each part of the update that no longer fits and was dropped, and for own writes
   * since that built on it. While the update waits, what this writes becomes part of it; with `'rollback'` as the answer
   * all of it is taken back. Without it the part is just dropped.
   */
  onConflict?: (conflict: Conflict) => unknown;
}

/** Whose a batch is. */
export interface BatchOptions {
  /**
   * Who made the change, for {@link Commit.origin}. Batches, `ingest` and `restore` within the batch
   * are its part: they have the same origin or none.
   */
  readonly origin?: string;
  /**
   * Whether {@link History.undo} can undo it. Default: if it has no {@link BatchOptions.origin}. What
   * cannot be undone is like what comes from elsewhere: undo leaves it alone.
   */
  readonly undo?: boolean;
}

/** An update that is visible and waits to be confirmed. */
export interface Optimistic {
  readonly state: 'pending' | 'committed' | 'rolled back';
  /**
   * What it does, as it is at the moment, for who has to agree: a delta that leads on from the store's
   * version, or from what earlier updates that wait make of it. Where nothing is left of it, the delta
   * leads from a version to the same one, and `commit()` makes none either.
   *
   * @throws GaesupError `INVALID_CALL` when it does not wait any more, or when it has resolved conflicts on top of
   * later updates: these parts are commits of their own then
   */
  readonly delta: Bytes;
  /**
   * Makes it a commit: a version, told to {@link Store.onCommit}, a step to undo. When it builds on an
   * earlier update that still waits, that happens once that does no longer.
   *
   * @throws GaesupError `INVALID_CALL` when it does not wait any more, or within a batch
   */
  commit(): void;
  /**
   * Takes it back, and leaves what came after it.
   *
   * @throws GaesupError `INVALID_CALL` when it does not wait any more, or within a batch
   */
  rollback(): void;
}
