import type { Tracked } from './tracked.ts';
import { TRACKED } from './trackedMap.ts';
import type { Run } from './tracking.ts';

/** What a value stands for, if it is a stand-in. */
function trackedOf(value: object): Tracked | undefined {
  return (value as { [TRACKED]?: Tracked })[TRACKED];
}

/** Finds stand-ins in the result of a run. */
export class Unwrapping {
  private readonly run: Run;
  private done: Map<object, unknown> | undefined;

  constructor(run: Run) {
    this.run = run;
  }

  value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const tracked = trackedOf(value);
    if (tracked?.run === this.run) return this.view(tracked);
    if (this.run.finished?.has(value)) return value;
    this.done ??= new Map();
    const done = this.done.get(value);
    if (done !== undefined) return done;
    this.done.set(value, value);
    if (Array.isArray(value)) return this.array(value);
    if (value instanceof Map) return this.map(value);
    if (value instanceof Set) return this.set(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null ? this.object(value) : value;
  }

  private view(tracked: Tracked): unknown {
    const { views, engine } = this.run.core;
    const { table, row } = tracked;
    tracked.noteAll();
    return views.byNumber(views.numberOf(table, row, engine.viewOf(table, row)));
  }

  private array(value: unknown[]): unknown[] {
    let into = value;
    for (let index = 0; index < value.length; index++) {
      const item = this.value(value[index]);
      if (Object.is(item, value[index])) continue;
      // The selector's own result may be changed, but not what it has made sure of.
      if (into === value && Object.isFrozen(value)) into = this.copied(value, [...value]);
      into[index] = item;
    }
    return into;
  }

  private object(value: object): object {
    let into = value as Record<string, unknown>;
    for (const key of Object.keys(value)) {
      const { [key]: part } = value as Record<string, unknown>;
      const item = this.value(part);
      if (Object.is(item, part)) continue;
      if (into === value && Object.isFrozen(value))
        into = this.copied(value, { ...value }) as Record<string, unknown>;
      into[key] = item;
    }
    return into;
  }

  private map(value: Map<unknown, unknown>): Map<unknown, unknown> {
    const entries = [...value];
    if (entries.every(([key, item]) => Object.is(this.value(key), key) && Object.is(this.value(item), item)))
      return value;
    value.clear();
    for (const [key, item] of entries) value.set(this.value(key), this.value(item));
    return value;
  }

  private set(value: Set<unknown>): Set<unknown> {
    const items = [...value];
    if (items.every((item) => Object.is(this.value(item), item))) return value;
    value.clear();
    for (const item of items) value.add(this.value(item));
    return value;
  }

  private copied<T extends object>(value: object, copy: T): T {
    this.done?.set(value, copy);
    return copy;
  }
}
