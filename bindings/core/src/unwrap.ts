import { freeze } from './freezing.ts';
import { isRecord } from './shallow.ts';
import type { Tracked } from './tracked.ts';
import { TRACKED } from './trackedMap.ts';
import type { Run } from './tracking.ts';

/** What a value stands for, if it is a stand-in. */
function trackedOf(value: object): Tracked | undefined {
  return (value as { [TRACKED]?: Tracked })[TRACKED];
}

function partsOf(whole: object): Iterable<unknown> {
  return whole instanceof Map || whole instanceof Set ? whole.values() : Object.values(whole);
}

/** Whether a value is made of parts: instances of classes have rules of their own. */
function isWhole(value: object): boolean {
  return Array.isArray(value) || value instanceof Map || value instanceof Set || isRecord(value);
}

/** Whether a property can be assigned: it is no getter, and nobody has made sure of it. */
function isWritable(value: object, key: string): boolean {
  return Object.getOwnPropertyDescriptor(value, key)?.writable === true;
}

/** Finds stand-ins in the result of a run. */
export class Unwrapping {
  private readonly run: Run;
  /** Whether what the selector made is frozen: it is kept, and other readers get it as well. */
  private readonly freezes: boolean;
  private done: Map<object, unknown> | undefined;
  /** Whether another result can equal this one only if it is the same: it is, or has in it, what this run has made. */
  isUnlike = false;
  /** Values that need no looking into. */
  private parts: Set<unknown> | undefined;

  constructor(run: Run, freezes: boolean) {
    this.run = run;
    this.freezes = freezes;
  }

  value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const tracked = trackedOf(value);
    if (tracked?.run === this.run) return this.view(tracked);
    if (this.isFinished(value)) return value;
    // Parts are compared by identity, and so is what is of no kind that is compared by parts.
    if (this.done !== undefined || !isWhole(value)) this.isUnlike = true;
    this.done ??= new Map();
    const done = this.done.get(value);
    if (done !== undefined) return done;
    this.done.set(value, value);
    const whole = this.whole(value);
    return this.freezes && (isWhole(whole) || whole instanceof Date) ? freeze(whole) : whole;
  }

  /** The same with what the stand-ins in it stand for. */
  private whole(value: object): object {
    if (Array.isArray(value)) return this.array(value);
    if (value instanceof Map) return this.map(value);
    if (value instanceof Set) return this.set(value);
    return isRecord(value) ? this.object(value) : value;
  }

  /** Whether a value, or what it is a part of, came from another selection or a cursor as it is. */
  private isFinished(value: object): boolean {
    const { finished } = this.run;
    if (finished === undefined) return false;
    if (this.parts === undefined) {
      this.parts = new Set(finished);
      for (const whole of finished) {
        if (typeof whole === 'object' && whole !== null)
          for (const part of partsOf(whole)) this.parts.add(part);
      }
    }
    return this.parts.has(value);
  }

  private view(tracked: Tracked): unknown {
    tracked.noteAll();
    return tracked.view();
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
      if (into === value && !isWritable(value, key)) {
        into = this.copied(value, { ...value }) as Record<string, unknown>;
      }
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
