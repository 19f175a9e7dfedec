import { captureNow, captureSliced } from './capture.ts';
import { assertIndex, Cell, mismatch, missing } from './cell.ts';
import type { Bytes } from './commitTypes.ts';
import { assertNotForeignReader, COPY, THIS_COPY } from './copy.ts';
import type { Drafting } from './draft.ts';
import { formatPath, type Key } from './errors.ts';
import { ingest } from './ingest.ts';
import { normalizeKey } from './keys.ts';
import { INSPECT, type Inspect, printed } from './printed.ts';
import {
  BY_PATH,
  isArrayTable,
  MAPS_TABLE,
  Operation,
  rowOf,
  SLOT_MISSING,
  Tag,
  tableOf,
} from './protocol.ts';
import { currentReader, type ListenerOptions } from './reactive.ts';
import { runRecipe } from './recipe.ts';
import { recordPath } from './recorder.ts';
import { assertAdoption, assertInBatch } from './transfer.ts';
import type {
  Changes,
  IngestSource,
  IngestStreamOptions,
  ReconcileOptions,
  RestoreOptions,
  SnapshotAsyncOptions,
  SnapshotOptions,
} from './transferTypes.ts';
import type { Listener } from './types.ts';
import { adoptUnder } from './under.ts';
import { describe, entriesOf, kindOfObject, Refusal } from './values.ts';
import { present } from './views.ts';

/** What a value changes where there was nothing. */
const ADDED: Changes = { added: 1, removed: 0, updated: 0, moved: 0 };

/** Names of what arrays, maps and scalars have without its being stored. */
const BUILT_IN: ReadonlySet<string> = new Set(
  [Array, Map, String, Number, Date, Uint8Array, Object.getPrototypeOf(Uint8Array), BigInt, Boolean].flatMap(
    ({ prototype }: { prototype: object }) => Object.getOwnPropertyNames(prototype),
  ),
);

/** What a `Cursor` is, without its types: a cell, and what can be done with it. */
export class CursorNode extends Cell {
  /** The scalar read last, and when. */
  private value: unknown;
  private readAt = -1;

  at(...keys: [((state: never) => unknown) | Key, ...Key[]] | Key[]): CursorNode {
    const path = this.pathTo(keys);
    const last = path.length - 1;
    if (last < 0) return this;
    const { core } = this;
    let home = this.own;
    for (let step = 0; step < last; step++) home = home.kid(path[step], core.remembered);
    const key = normalizeKey(path[last]);
    // A place that is watched has one cursor: who names it while rendering goes on with what it has.
    const own = home.known(key);
    return own?.source?.cursor ?? new CursorNode(core, home, key, own);
  }

  /** The keys that a call of {@link at} names. */
  protected pathTo(keys: [((state: never) => unknown) | Key, ...Key[]] | Key[]): Key[] {
    const [first] = keys;
    const { path, isEntry } =
      typeof first === 'function' ? recordPath(first) : { path: keys as Key[], isEntry: true };
    const key = path[path.length - 1];
    // What values have besides what is in them is rarely a key as well. Keys may come from data: then only a
    // list's length, which nothing can be stored at, is certainly a mistake.
    if (typeof key === 'string' && (isEntry ? key === 'length' : BUILT_IN.has(key)))
      this.at(...path.slice(0, -1)).assertPlace(key, isEntry);
    return path;
  }

  /** Throws when a name is that of something that the value here has without storing it. */
  assertPlace(name: string, isEntry: boolean): void {
    const { core } = this;
    core.engine.assertReady();
    core.batch.applyAll();
    this.read();
    const { high } = this;
    if (high >>> 16 === Tag.Constant) return;
    const isMap = !isEntry && this.own.table === MAPS_TABLE;
    if (high >>> 16 === Tag.Node && !isArrayTable(this.own.table) && !isMap) return;
    throw new TypeError(
      `${formatPath([...this.path, name])} is not stored, so it has no cursor. A selector can read it: select(s => s.${formatPath([...this.path, name])}).`,
    );
  }

  get store(): CursorNode {
    return this.core.store ?? this;
  }

  /** Says that it is no plain object: Vue puts no reactivity on what has a name of its own. */
  get [Symbol.toStringTag](): string {
    return 'Cursor';
  }

  get(): unknown {
    const reader = currentReader();
    if (reader !== undefined) return reader.read(this.core.watching.sourceOf(this));
    assertNotForeignReader();
    return this.peek();
  }

  /** What `JSON.stringify` writes: the value. */
  toJSON(): unknown {
    return this.get();
  }

  get [COPY](): object {
    return THIS_COPY;
  }

  /** What a console calls it. */
  protected get label(): string {
    return `Cursor of ${formatPath(this.path)}:`;
  }

  [INSPECT](depth: number | null, options: object, inspect: Inspect | undefined): string {
    return printed(this.label, () => this.peek(), depth, options, inspect);
  }

  /** The value, without anyone depending on it. */
  peek(): unknown {
    const { core } = this;
    core.engine.assertReady();
    core.batch.settle();
    if (this.readAt === core.moment) return this.value;
    const seen = this.knownOwn?.viewAt(core.moment) ?? 0;
    if (seen !== 0) return core.views.byNumber(seen);
    const view = this.read();
    if (this.high >>> 16 === Tag.Node) {
      const { low, high } = this;
      const number = core.views.numberOf(tableOf(low, high), rowOf(low, high), view);
      // Kept by number: what nobody else holds can go when it changes.
      this.own.keepView(number, core.moment);
      return core.views.byNumber(number);
    }
    // The same word is the same value, until its id can be another string's.
    if (this.collections !== core.collections) {
      this.value = present(core.views.scalar(this.low, this.high));
      this.collections = core.collections;
    }
    this.readAt = core.moment;
    return this.value;
  }

  /** Takes note of the number that has changed, if it is the one here. */
  became(low: number, high: number): void {
    // What is around a number has changed as well, but holds no number itself.
    if (this.high >>> 16 >= Tag.Constant || this.readAt < 0) return;
    this.low = low | 0;
    this.high = high | 0;
    this.value = this.core.views.scalar(low, high);
    this.collections = this.core.collections;
    this.readAt = this.core.moment;
  }

  subscribe(listener: Listener<unknown>, options?: ListenerOptions): () => void {
    this.core.engine.assertReady();
    return this.core.watching.sourceOf(this).subscribe(listener, options);
  }

  set(value: unknown): void {
    const { batch } = this.core;
    if (batch.isOpen) return batch.set(this.home, this.key, this.slotIfKnown(), value);
    if (typeof value === 'number' && this.tryNumber(Operation.Set, value)) return;
    const { encoder } = this.core;
    this.write(() => {
      const adds = this.slot === SLOT_MISSING;
      if (adds) encoder.ensureNamed(this.key);
      this.command(adds ? Operation.SetKey : Operation.Set, this.slot);
      if (adds) encoder.name(this.key);
      encoder.write(value, this.depth, () => this.path);
    });
  }

  update(recipe: (draft: never) => unknown): void {
    if (typeof recipe !== 'function') throw new TypeError('update() takes a function that changes a draft.');
    const { core } = this;
    core.batch.run(() => runRecipe(core, this, recipe), 'update()');
  }

  /** The value here for a recipe: a draft of it, or a scalar. */
  draft(drafting: Drafting): unknown {
    const { core } = this;
    core.batch.applyAll();
    this.read();
    if (this.high >>> 16 !== Tag.Node) return present(core.views.scalar(this.low, this.high));
    const { table, row, generation } = this.own;
    return drafting.open(table, row, generation, this, undefined).standIn;
  }

  merge(partial: object): void {
    if (typeof partial !== 'object' || partial === null || Array.isArray(partial)) {
      throw new TypeError('merge() takes an object of the keys to set.');
    }
    const entries =
      kindOfObject(partial) === 'map'
        ? entriesOf(partial as ReadonlyMap<unknown, unknown>)
        : Object.entries(partial);
    const { batch } = this.core;
    if (batch.isOpen) {
      for (const [key, value] of entries) batch.setKey(this.own, key, value);
      // Without a key there is no command that the engine could refuse.
      if (entries.length > 0) return;
      batch.atOnce(
        () => this.assertInside('an object or a Map'),
        () => missing(this.path),
      );
      return;
    }
    this.writeInside('an object or a Map', () => {
      for (const [key, value] of entries) {
        if (typeof key !== 'string')
          throw new Refusal(`a key must be a string, and ${describe(key)} is not.`);
        this.core.encoder.ensureNamed(key);
        this.inside(Operation.SetKey, 0);
        this.core.encoder.name(key);
        this.core.encoder.write(value, this.depth + 1, () => [...this.path, normalizeKey(key)]);
      }
    });
  }

  delete(): void {
    if (this.isRoot) throw mismatch(this.path, 'a key or an item: the root cannot be deleted');
    const { batch } = this.core;
    if (batch.isOpen) return batch.delete(this.home, this.key, this.slotIfKnown());
    this.write(() => {
      if (this.slot === SLOT_MISSING) throw missing(this.path);
      this.command(Operation.Delete, this.slot);
    });
  }

  increment(by = 1): void {
    if (typeof by !== 'number') throw new TypeError('increment() takes a number.');
    const { batch } = this.core;
    if (batch.isOpen) return batch.increment(this.home, this.key, this.slotIfKnown(), by);
    if (this.tryNumber(Operation.Increment, by)) return;
    this.write(() => {
      if (this.slot === SLOT_MISSING) throw missing(this.path);
      this.command(Operation.Increment, this.slot);
      this.core.encoder.number(by);
    });
  }

  push(...items: unknown[]): void {
    this.insertAt(SLOT_MISSING, items);
  }

  insert(index: number, ...items: unknown[]): void {
    assertIndex(index, this);
    this.insertAt(index, items);
  }

  remove(index: number, count = 1): void {
    assertIndex(index, this);
    if (!Number.isInteger(count) || count < 0)
      throw new TypeError('remove() takes how many items as a whole number.');
    const most = Math.min(count, SLOT_MISSING);
    const { batch } = this.core;
    if (batch.isOpen) return batch.onList(Operation.Remove, this.own, index, most);
    this.writeInside('an array', () => this.inside(Operation.Remove, index, most));
  }

  move(from: number, to: number): void {
    assertIndex(from, this);
    assertIndex(to, this);
    const { batch } = this.core;
    if (batch.isOpen) return batch.onList(Operation.Move, this.own, from, to);
    this.writeInside('an array', () => this.inside(Operation.Move, from, to));
  }

  reconcile(next: unknown, options: ReconcileOptions = {}): Changes {
    const { core } = this;
    const { batch, encoder, transfer } = core;
    const { key, origin } = options;
    assertAdoption(options);
    if (batch.isOpen) assertInBatch(batch.author, options);
    else if (transfer.goesUnder(options))
      return adoptUnder(this, options, (place, how) => place.reconcile(next, how));
    let adds = false;
    let changes = ADDED;
    const commands = () => {
      adds = this.slot === SLOT_MISSING;
      if (adds) encoder.ensureNamed(this.key);
      const operation = (adds ? Operation.SetKey : Operation.Reconcile) | (batch.isOpen ? BY_PATH : 0);
      const { table, row, generation } = this.home;
      core.command(
        operation,
        table,
        row,
        generation,
        adds ? 0 : this.slot,
        adds || key === undefined ? 0 : 1,
      );
      if (adds) encoder.name(this.key);
      else if (key !== undefined) encoder.name(key);
      encoder.write(next, this.depth, () => this.path);
    };
    if (batch.isOpen) {
      batch.applyAll();
      this.find();
      if (this.home.stamp < 0) throw missing(this.path);
      batch.onDraft(this.home, this.key, commands);
      batch.applyAll();
      core.shifts++;
      changes = transfer.tally();
    } else {
      const note = () => {
        changes = transfer.tally();
      };
      this.write(commands, note, origin);
    }
    return adds ? ADDED : changes;
  }

  ingest(source: IngestSource, options?: IngestStreamOptions): Changes | Promise<Changes> {
    return ingest(this.core, this, source, options);
  }

  snapshot(options?: SnapshotOptions): Bytes {
    return captureNow(this.core, this, options);
  }

  snapshotAsync(options?: SnapshotAsyncOptions): Promise<Bytes> {
    return captureSliced(this.core, this, options);
  }

  restore(bytes: Uint8Array, options: RestoreOptions = {}): Changes {
    return this.core.transfer.restore(this, bytes, options);
  }

  private insertAt(index: number, items: readonly unknown[]): void {
    const { batch } = this.core;
    if (batch.isOpen) return batch.insert(this.own, index, items);
    this.writeInside('an array', () => {
      this.inside(Operation.Insert, index, items.length);
      for (let item = 0; item < items.length; item++) {
        this.core.encoder.write(items[item], this.depth + 1, () => [
          ...this.path,
          this.indexOf(index) + item,
        ]);
      }
    });
  }

  /** The index that an insertion means. */
  private indexOf(index: number): number {
    return index === SLOT_MISSING ? (this.peek() as readonly unknown[]).length : index;
  }
}
