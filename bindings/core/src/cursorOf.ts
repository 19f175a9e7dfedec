import { missing } from './cell.ts';
import { allCores } from './core.ts';
import { CursorNode } from './cursor.ts';
import type { Drafting } from './draft.ts';
import type { Key } from './errors.ts';
import { type Followed, type Handle, ownerOf } from './followed.ts';
import { normalizeKey } from './keys.ts';
import { Place } from './place.ts';
import type {
  IngestSource,
  IngestStreamOptions,
  ReconcileOptions,
  RestoreOptions,
  SnapshotAsyncOptions,
  SnapshotOptions,
} from './transferTypes.ts';
import type { Cursor } from './types.ts';
import type { Draft } from './valueTypes.ts';

/** A container that somebody has a cursor of. */
class Container {
  readonly followed: Followed;
  /** Where it was when it was looked for last, and at which of the store's epochs. */
  path: readonly Key[] = [];
  private handle: Handle;
  private isThere = false;
  private epoch = -1;

  constructor(followed: Followed, handle: Handle) {
    this.followed = followed;
    this.handle = handle;
  }

  /** Looks for it; reports whether it is there. */
  find(): boolean {
    const { followed } = this;
    const { core } = followed;
    core.engine.assertReady();
    if (core.batch.isOpen) core.batch.applyAll();
    if (this.epoch === core.moment) return this.isThere;
    this.epoch = core.moment;
    followed.learn();
    this.handle = followed.latest(this.handle);
    const path = followed.pathOf(this.handle);
    this.isThere = path !== undefined;
    if (path !== undefined) this.path = path.map(normalizeKey);
    return this.isThere;
  }
}

/**
 * A cursor of a container, wherever that is, or of a place in it: what is done with
 * it is done at the path where that is at the time.
 */
class FollowingCursor extends CursorNode {
  private readonly container: Container;
  private readonly keys: readonly Key[];
  private readonly kids = new Map<string, FollowingCursor>();
  private there: CursorNode | undefined;
  private thereFor: readonly Key[] | undefined;

  constructor(container: Container, keys: readonly Key[]) {
    // It has a place of its own, for what watches it.
    super(container.followed.core, new Place(undefined, ''), '', new Place(undefined, ''));
    this.container = container;
    this.keys = keys;
  }

  override get path(): readonly Key[] {
    this.container.find();
    return [...this.container.path, ...this.keys];
  }

  override get lastKey(): string {
    return String(this.path.at(-1) ?? '');
  }

  override get depth(): number {
    return this.path.length;
  }

  override get isEntry(): boolean {
    return this.now?.isEntry ?? false;
  }

  override writePath(): void {
    // Looking for the path calls the engine, so nothing may wait to be sent yet.
    const { path } = this;
    const { encoder, engine } = this.core;
    engine.grow(1);
    encoder.number(0);
    for (const key of path) {
      engine.grow(1 + String(key).length);
      encoder.key(key);
    }
  }

  override at(...keys: [((state: never) => unknown) | Key, ...Key[]] | Key[]): CursorNode {
    const path = this.pathTo(keys).map(normalizeKey);
    if (path.length === 0) return this;
    const name = JSON.stringify(path);
    let cursor = this.kids.get(name);
    if (cursor === undefined) {
      cursor = new FollowingCursor(this.container, [...this.keys, ...path]);
      this.kids.set(name, cursor);
    }
    return cursor;
  }

  override assertPlace(name: string, isEntry: boolean): void {
    this.now?.assertPlace(name, isEntry);
  }

  override peek(): unknown {
    this.core.engine.assertReady();
    this.core.batch.settle();
    return this.now?.peek();
  }

  override became(): void {
    // Nothing is kept here.
  }

  override set(value: unknown): void {
    this.must.set(value);
  }

  override update(recipe: (draft: never) => unknown): void {
    this.must.update(recipe);
  }

  override draft(drafting: Drafting): unknown {
    return this.must.draft(drafting);
  }

  override merge(partial: object): void {
    this.must.merge(partial);
  }

  override delete(): void {
    this.must.delete();
  }

  override increment(by?: number): void {
    this.must.increment(by);
  }

  override push(...items: unknown[]): void {
    this.must.push(...items);
  }

  override insert(index: number, ...items: unknown[]): void {
    this.must.insert(index, ...items);
  }

  override remove(index: number, count?: number): void {
    this.must.remove(index, count);
  }

  override move(from: number, to: number): void {
    this.must.move(from, to);
  }

  override reconcile(next: unknown, options?: ReconcileOptions) {
    return this.must.reconcile(next, options);
  }

  override ingest(source: IngestSource, options?: IngestStreamOptions) {
    return this.must.ingest(source, options);
  }

  override snapshot(options?: SnapshotOptions) {
    return this.must.snapshot(options);
  }

  override snapshotAsync(options?: SnapshotAsyncOptions) {
    return this.must.snapshotAsync(options);
  }

  override restore(bytes: Uint8Array, options?: RestoreOptions) {
    return this.must.restore(bytes, options);
  }

  /** The cursor at the path where this is now, if the container is there. */
  private get now(): CursorNode | undefined {
    const { container, core } = this;
    if (!container.find()) return undefined;
    if (this.there === undefined || this.thereFor !== container.path) {
      this.thereFor = container.path;
      this.there = new CursorNode(core, core.holder, '').at(...container.path, ...this.keys);
    }
    return this.there;
  }

  /** The same for who writes. */
  private get must(): CursorNode {
    const { now } = this;
    if (now === undefined) throw missing(this.path);
    return now;
  }
}

/**
 * The cursor of the object, array or `Map` that was read from a store: of that container itself,
 * wherever it is moved to. While the container is in the state it is the same cursor for all of its views, also for
 * those that are old. When it is removed or replaced, reads give `undefined` and writes throw.
 *
 * Where a view belongs is kept from the first call on; a view that was old by then is not known.
 * O(1), the first time O(rows). Using the cursor is O(depth) once after each commit.
 *
 * @throws TypeError for what was not read from a store
 *
 * @example
 * const rows = store.select(s => s.todos.filter(todo => !todo.done));
 * for (const todo of rows.get()) button(() => cursorOf(todo).at('done').set(true));
 */
export function cursorOf<T extends object>(view: T): Cursor<Draft<T>> {
  const owner = typeof view === 'object' && view !== null ? ownerOrSearch(view) : undefined;
  if (owner === undefined) {
    throw new TypeError(
      'cursorOf() takes an object, an array or a Map as it was read from a store by get() or a selector, and not a copy of it.',
    );
  }
  const [followed, handle] = owner;
  followed.core.engine.assertReady();
  const cursor = followed.cursorOf(handle, () => new FollowingCursor(new Container(followed, handle), []));
  return cursor as unknown as Cursor<Draft<T>>;
}

function ownerOrSearch(view: object) {
  const known = ownerOf(view);
  if (known !== undefined) return known;
  // It may have been read before anybody asked.
  for (const core of allCores()) core.follow();
  return ownerOf(view);
}
