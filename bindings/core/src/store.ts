import type { ApplyOptions, BatchOptions, Bytes, Commit, OptimisticOptions } from './commitTypes.ts';
import { Core } from './core.ts';
import { CursorNode } from './cursor.ts';
import { freezesBy } from './freezing.ts';
import type { HistoryNode } from './history.ts';
import type { OptimisticNode } from './optimistic.ts';
import { migrationFrom, schemaVersion } from './schema.ts';
import type { Selection, Selector } from './selection.ts';
import type { StoreOptions } from './storeOptions.ts';
import { Timeline } from './timeline.ts';
import type { Changes, RestoreOptions, SchemaOptions } from './transferTypes.ts';
import type { SelectOptions, Stats, Store } from './types.ts';

const DEPTH_DEFAULT = 128;
const DEPTH_LIMIT = 1_000;
/** A store may begin at it, and still counts every commit that it can ever have. */
const VERSION_MAX = 2 ** 52;

/** What a store begins with. */
type Initial = { readonly value: unknown } | { readonly snapshot: Uint8Array };

/** The cursor at the root, which owns what all cursors share. */
class StoreNode extends CursorNode {
  readonly name: string;
  private readonly module: WebAssembly.Module;
  private readonly schema: SchemaOptions;
  private readonly limits: NonNullable<StoreOptions['limits']>;
  private readonly timeline: Timeline;
  private readonly firstVersion: number;

  constructor(module: WebAssembly.Module, initial: Initial, options: StoreOptions) {
    const { name = 'store', limits = {}, version = 0, schema = { version: 0 } } = options;
    const { bytes = Number.POSITIVE_INFINITY, depth = DEPTH_DEFAULT } = limits;
    if (typeof bytes !== 'number' || !(bytes > 0))
      throw new TypeError('limits.bytes must be a positive number.');
    if (!Number.isInteger(depth) || depth < 0 || depth > DEPTH_LIMIT) {
      throw new TypeError(`limits.depth must be a whole number up to ${DEPTH_LIMIT}.`);
    }
    if (!Number.isInteger(version) || version < 0 || version > VERSION_MAX) {
      throw new TypeError('version must be a whole number up to 2 ** 52.');
    }
    if (typeof name !== 'string') throw new TypeError('name must be a string.');
    const current = schemaVersion(schema);
    const core = new Core(module, bytes, depth, freezesBy(options.freeze));
    super(core, core.holder, '');
    this.name = name;
    this.module = module;
    this.schema = schema;
    this.limits = limits;
    this.firstVersion = version;
    core.transfer.schema = current;
    try {
      if ('snapshot' in initial) this.open(initial.snapshot);
      else this.set(initial.value);
    } catch (error) {
      this.core.dispose();
      throw error;
    }
    // What it was made with is where it begins: nothing was committed here yet.
    core.version = version;
    try {
      this.timeline = new Timeline(core, options);
    } catch (error) {
      core.dispose();
      throw error;
    }
    core.timeline = this.timeline;
    core.store = this;
  }

  /** Makes a snapshot the first state, migrated if it is older than the schema. */
  private open(snapshot: Uint8Array): void {
    const { transfer } = this.core;
    const migrate = migrationFrom(this.schema, transfer.inspect(snapshot).version);
    transfer.load(this, snapshot, {});
    if (migrate !== undefined) this.set(migrate(this.get()));
  }

  override restore(bytes: Uint8Array, options: RestoreOptions = {}): Changes {
    const { transfer } = this.core;
    const migrate = migrationFrom(this.schema, transfer.inspect(bytes).version);
    if (migrate === undefined) return transfer.load(this, bytes, options);
    const { schema } = this;
    // What it becomes has to fit here, however deep it was.
    const limits = { ...this.limits, depth: DEPTH_LIMIT };
    const migrated = new StoreNode(this.module, { snapshot: bytes }, { schema, limits });
    try {
      return transfer.load(this, migrated.snapshot({ compression: 'none' }), options);
    } finally {
      migrated.dispose();
    }
  }

  protected override get label(): string {
    return `Store ${JSON.stringify(this.name)}:`;
  }

  get history(): HistoryNode {
    return this.timeline.history;
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    return this.timeline.onCommit(listener);
  }

  deltaSince(version: number): Bytes {
    return this.timeline.deltaSince(version);
  }

  apply(delta: Uint8Array, options?: ApplyOptions): void {
    this.timeline.apply(delta, options);
  }

  optimistic(work: () => void, options?: OptimisticOptions): OptimisticNode {
    return this.timeline.optimistic(work, options);
  }

  override get(selector?: Selector): unknown {
    return selector === undefined ? super.get() : this.core.selections.get(selector);
  }

  select(selector: Selector, options: SelectOptions = {}): Selection {
    return this.core.selections.of(selector, options.equals);
  }

  batch<R>(work: () => R, options?: BatchOptions): R {
    return this.core.batch.run(work, 'batch()', options);
  }

  get version(): number {
    return this.core.version;
  }

  stats(): Stats {
    const { engine, version } = this.core;
    const { viewsBuilt, viewsLive, bytes, ...counts } = engine.stats();
    return {
      version,
      ...counts,
      commits: version - this.firstVersion,
      selectorRuns: this.core.selectorRuns,
      bytes: { ...bytes, total: engine.totalBytes },
      crossings: { calls: engine.calls, bytesIn: engine.bytesIn, bytesOut: engine.bytesOut },
      views: { built: viewsBuilt, live: viewsLive },
    };
  }

  dispose(): void {
    this.core.dispose();
  }

  [Symbol.dispose](): void {
    this.core.dispose();
  }
}

/**
 * Makes a store from a compiled engine. Here the untyped node becomes what
 * its users see: which keys lead to which types is only known to the compiler.
 */
export function makeStore<S>(module: WebAssembly.Module, initial: Initial, options: StoreOptions): Store<S> {
  return new StoreNode(module, initial, options) as unknown as Store<S>;
}
