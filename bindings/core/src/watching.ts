import type { Core } from './core.ts';
import type { CursorNode } from './cursor.ts';
import type { Key } from './errors.ts';
import { REFILE } from './protocol.ts';
import { type Doubtful, doubt, nextChange, Source, trust } from './reactive.ts';
import { type Dependencies, isSame } from './tracking.ts';

/** Someone the engine has on file under a number. */
export interface Watch extends Doubtful {
  /**
   * Something it depends on has changed.
   *
   * @param moved whether its path leads elsewhere now
   */
  fired(moved: boolean): void;
  /** One number has changed, and what this follows leads to that or around it. */
  became(low: number, high: number): void;
}

/** Who is on file with the engine. */
export class Watching {
  private readonly core: Core;
  private readonly watches: (Watch | undefined)[] = [];
  private readonly vacant: number[] = [];
  /** Sources that someone uses. */
  readonly inUse = new Set<Source>();

  constructor(core: Core) {
    this.core = core;
  }

  /** The source of a cursor's values: one for all cursors of a place, while someone uses it. */
  sourceOf(cursor: CursorNode): PlaceSource {
    return cursor.own.source ?? new PlaceSource(this.core, cursor);
  }

  /** A number for a watch. */
  open(watch: Watch): number {
    const id = this.vacant.pop() ?? this.watches.length;
    this.watches[id] = watch;
    return id;
  }

  /** Takes a watch off file. */
  close(id: number, isFiled = true): void {
    const watch = this.watches[id];
    if (watch === undefined) return;
    trust(watch);
    this.watches[id] = undefined;
    this.vacant.push(id);
    if (isFiled) this.core.engine.unwatch(id);
  }

  /** Has each of two watches stand for what the other is filed under. */
  exchange(a: number, b: number): void {
    const { watches } = this;
    [watches[a], watches[b]] = [watches[b], watches[a]];
  }

  /** Files a watch under what it depends on, unless it is already; answers what that is now. */
  file(watch: Watch, id: number, before: Dependencies, dependencies: Dependencies): Dependencies {
    const { engine } = this.core;
    const { length } = dependencies;
    if (isSame(dependencies, before)) return before;
    const from = engine.mark();
    for (let at = 0; at < length; at += 3) {
      const what = dependencies[at + 2];
      engine.grow(3 + (typeof what === 'string' ? what.length : 0));
      engine.pair(dependencies[at] as number, dependencies[at + 1] as number);
      engine.pair(typeof what === 'number' ? what : 0, 0);
      if (typeof what === 'string') this.core.texts.writeSought(what);
    }
    if (length === 0) engine.unwatch(id);
    else engine.watchDependencies(id, from);
    doubt(watch);
    return dependencies;
  }

  /** Tells the watches that the engine reports; of a single number also what it is now. */
  fired(at: number, count: number, isNumber: boolean): void {
    nextChange();
    // Nothing that these do calls the engine, so the report stays where it is.
    const { u32, output } = this.core.engine;
    for (let index = at; index < at + count; index++) {
      const word = u32[index];
      const watch = this.watches[word & ~REFILE];
      if (watch === undefined) continue;
      if (isNumber && word < REFILE) watch.became(u32[output + 10], u32[output + 11]);
      else watch.fired(word >= REFILE);
    }
  }

  /** Ends everything. */
  clear(): void {
    for (const source of this.inUse) source.dismiss();
    this.inUse.clear();
    this.watches.length = 0;
    this.vacant.length = 0;
  }
}

/** What is at a place in the state, whoever asks. */
export class PlaceSource extends Source implements Watch {
  private readonly core: Core;
  readonly cursor: CursorNode;
  private id = -1;
  /** The path leads elsewhere than when it was filed. */
  private moved = false;

  constructor(core: Core, cursor: CursorNode) {
    super();
    this.core = core;
    this.cursor = cursor;
  }

  get path(): readonly Key[] {
    return this.cursor.path;
  }

  /** Whether it is the entry of a `Map`, which is no property of it. */
  get isEntry(): boolean {
    return this.cursor.isEntry;
  }

  value(): unknown {
    this.keepUp();
    return this.cursor.peek();
  }

  override shared(): PlaceSource {
    return this.core.watching.sourceOf(this.cursor);
  }

  /** The listener may ask a cursor of this place, which goes past this. */
  override keepUp(): void {
    if (this.moved) this.file();
  }

  fired(moved: boolean): void {
    this.moved ||= moved;
    this.changed();
  }

  recheck(): void {
    this.fired(true);
  }

  became(low: number, high: number): void {
    if (!this.moved) this.cursor.became(low, high);
    this.changed();
  }

  protected start(): void {
    const { watching } = this.core;
    watching.inUse.add(this);
    this.cursor.own.source = this;
    this.id = watching.open(this);
    this.file();
  }

  protected stop(): void {
    const { watching } = this.core;
    watching.inUse.delete(this);
    watching.close(this.id);
    this.cursor.own.source = undefined;
    this.id = -1;
    this.moved = false;
  }

  private file(): void {
    const { engine, batch } = this.core;
    batch.settle();
    this.moved = false;
    const from = engine.mark();
    this.cursor.writePath();
    engine.watch(this.id, from);
    doubt(this);
  }
}
