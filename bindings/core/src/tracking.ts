import type { Core } from './core.ts';
import { GaesupError, type Key } from './errors.ts';
import { DependencyKind, HOLDER_TABLE, rowOf, Tag, tableOf } from './protocol.ts';
import { Tracked } from './tracked.ts';
import { Unwrapping } from './unwrap.ts';
import { present } from './views.ts';

/** Three numbers or keys each: kind and table, row, and what in it. */
export type Dependencies = readonly (number | string)[];

/** Whether two are the same, as they were noted. */
export function isSame(a: Dependencies, b: Dependencies): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** One run of a selector: what of the state it gets to see, and has seen. */
export class Run {
  readonly core: Core;
  /** Values that came from elsewhere as they are. */
  finished: Set<unknown> | undefined;
  /** Whether the result of another run, of anything, cannot equal this one's. */
  isUnlike = false;
  /** Containers of which something was noted. */
  private readonly noted: Tracked[] = [];
  private root: Tracked | undefined;
  private ended = false;
  private rootRead = false;
  /** The keys read, while each was read from what the one before led to. */
  private keys: Key[] | undefined = [];
  private tip: Tracked | undefined;
  /** What the value read last stands for. */
  private latest: Tracked | undefined;

  constructor(core: Core) {
    this.core = core;
  }

  /** The state as the selector sees it. */
  state(): unknown {
    const { core } = this;
    this.rootRead = true;
    core.engine.look(HOLDER_TABLE, 0, 0);
    const value = this.value(undefined, 0);
    this.root = this.latest;
    this.tip = this.latest;
    return value;
  }

  /** The keys of the path that the selector followed, if that is all that it did. */
  path(): Key[] | undefined {
    return this.keys;
  }

  /** Ends the run with its result, in which stand-ins become the values they stand for; one that is kept may be frozen. */
  finish(result: unknown, freezes: boolean): unknown {
    const unwrapping = new Unwrapping(this, freezes);
    const value = unwrapping.value(result);
    this.isUnlike = unwrapping.isUnlike;
    this.end();
    return value;
  }

  /** What was seen can be read no more. */
  end(): void {
    this.ended = true;
  }

  /** What a change of which makes the result another. */
  dependencies(): Dependencies {
    const dependencies: (number | string)[] = [];
    if (this.rootRead) dependencies.push(DependencyKind.Cell * 0x10000 + HOLDER_TABLE, 0, 0);
    for (const tracked of this.noted) tracked.addDependencies(dependencies);
    return dependencies;
  }

  assertRunning(): void {
    if (!this.ended) return;
    throw new GaesupError(
      'INVALID_CALL',
      'What a selector is given can only be read while it runs: return what is needed later.',
    );
  }

  /** Notes that something was noted of a container. */
  note(tracked: Tracked): void {
    this.noted.push(tracked);
  }

  /** The value in the engine's results, which is in a slot of a container, as the selector sees it. */
  value(around: Tracked | undefined, slot: number): unknown {
    const { u32, output } = this.core.engine;
    return this.valueOf(u32[output], u32[output + 1], around, slot);
  }

  /** The value of a word, as the selector sees it. */
  valueOf(low: number, high: number, around: Tracked | undefined, slot: number): unknown {
    if (high >>> 16 !== Tag.Node) {
      this.latest = undefined;
      return present(this.core.views.scalar(low, high));
    }
    const known = around === undefined ? this.root : around.kids?.[slot];
    this.latest = known ?? new Tracked(this, tableOf(low, high), rowOf(low, high), around);
    if (known === undefined) around?.adopt(this.latest, slot);
    return this.latest.standIn;
  }

  /** Notes that a key was read and where that led; or, without one, that something else was asked. */
  step(from: Tracked, key?: Key): void {
    if (this.keys === undefined) return;
    if (key === undefined || from !== this.tip) {
      this.keys = undefined;
      return;
    }
    this.keys.push(key);
    this.tip = this.latest;
  }
}
