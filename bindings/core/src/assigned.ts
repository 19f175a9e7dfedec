import type { Draft } from './draft.ts';
import { draftOf } from './draftMap.ts';
import type { Key } from './errors.ts';
import { entriesOf, kindOfObject } from './values.ts';

/** For an array of which the draft and the value have different items. */
const APART = -1;
const INDEX = /^(?:0|[1-9]\d{0,9})$/;
const NOTHING: unique symbol = Symbol('nothing');

/** What drafts count writes with. */
export interface Clock {
  /** Rises with each write of the recipe. */
  clock: number;
}

/** What a container has: keys, but for an array, and what they lead to. */
interface Parts {
  readonly keys: readonly string[] | undefined;
  readonly values: unknown[];
}

type Kind = 'array' | 'map' | 'object';

/** Reads what a container has now. */
function partsOf(value: object, kind: Kind): Parts {
  if (kind === 'array') return { keys: undefined, values: Array.from(value as readonly unknown[]) };
  if (kind === 'object') {
    const keys = Object.keys(value);
    return { keys, values: keys.map((key) => (value as Record<string, unknown>)[key]) };
  }
  const entries = entriesOf(value as ReadonlyMap<unknown, unknown>);
  return { keys: entries.map(([key]) => key as string), values: entries.map(([, item]) => item) };
}

function isAlike(ones: readonly unknown[], others: readonly unknown[]): boolean {
  return ones.length === others.length && ones.every((one, at) => Object.is(one, others[at]));
}

/**
 * A plain container that a recipe has put into the state, beside what of it the engine has been
 * given: what differs is what the recipe has done to the value since.
 */
export class Assigned {
  private readonly value: object;
  private readonly kind: Kind;
  private readonly time: Clock;
  private parts: Parts;
  /** What is known of the containers among the values, at the same indexes. */
  private inside: (Assigned | undefined)[];
  private slots: Map<string, number> | undefined;
  /** When drafts among the values were copied. */
  private copiedAt: number;
  /** What the draft of the copy counted when its items were those of the value. */
  private disturbed = 0;
  /** Where the copy was given something else, which counts until the value gets something else there. */
  private readonly overwritten = new Set<number>();

  private constructor(value: object, kind: Kind, time: Clock) {
    this.value = value;
    this.kind = kind;
    this.time = time;
    this.copiedAt = time.clock;
    this.parts = partsOf(value, kind);
    this.inside = this.parts.values.map((item) => Assigned.of(item, time));
  }

  /** Nothing for what is no plain container, or cannot change as all of it is frozen. */
  static of(value: unknown, time: Clock): Assigned | undefined {
    if (typeof value !== 'object' || value === null || draftOf(value) !== undefined) return undefined;
    const kind = kindOfObject(value);
    if (kind === undefined || kind === 'date' || kind === 'bytes') return undefined;
    const assigned = new Assigned(value, kind, time);
    const isFixed = kind !== 'map' && Object.isFrozen(value) && !assigned.hasDrafts;
    return isFixed && assigned.inside.every((part) => part === undefined) ? undefined : assigned;
  }

  /** Takes note that the items of a draft are those of the value now, whatever became of them before. */
  startAt(draft: Draft): this {
    this.disturbed = draft.disturbed;
    return this;
  }

  /** Whether drafts are among the values, here or further in. */
  get hasDrafts(): boolean {
    return (
      this.parts.values.some((item) => draftOf(item) !== undefined) ||
      this.inside.some((part) => part?.hasDrafts)
    );
  }

  /** Tells of each draft in the value as it is now. */
  eachDraft(each: (draft: Draft) => void): void {
    for (const item of this.parts.values) {
      const draft = draftOf(item);
      if (draft !== undefined) each(draft);
    }
    for (const part of this.inside) part?.eachDraft(each);
  }

  /** Makes the copy what the value is now; `open` gives the draft of the copy once that is needed. */
  bring(open: () => Draft | undefined): void {
    const draft = this.isSame() && !this.hasStale() ? undefined : open();
    if (draft !== undefined) {
      this.bringOwn(draft);
      this.bringDrafts(draft);
    }
    for (let at = 0; at < this.inside.length; at++) {
      this.inside[at]?.bring(() => {
        const around = open();
        if (around === undefined) return undefined;
        if (this.kind === 'array' && around.disturbed !== this.disturbed) throw apart();
        return around.node(this.keyAt(at));
      });
    }
  }

  /** Makes the keys of the copy what those of the value are now, before it is read or written. */
  bringOwn(draft: Draft): void {
    const now = partsOf(this.value, this.kind);
    if (this.kind === 'array') {
      if (!isAlike(this.parts.values, now.values)) this.bringItems(draft, now);
    } else if (!isAlike(this.parts.keys ?? [], now.keys ?? []) || !isAlike(this.parts.values, now.values)) {
      this.bringKeys(draft, now);
    }
  }

  /** The same where only one key is read. */
  bringKey(draft: Draft, key: Key): void {
    const slot = this.slotOf(key);
    const known = slot === undefined ? NOTHING : this.parts.values[slot];
    if (!Object.is(known, this.valueAt(key))) this.bringOwn(draft);
  }

  /** The same where only is asked how much there is. */
  bringCount(draft: Draft): void {
    const isList = this.kind === 'array';
    if (!isList || (this.value as readonly unknown[]).length !== this.parts.values.length)
      this.bringOwn(draft);
  }

  /** What is known of the value at a key of the copy. */
  partAt(draft: Draft, key: Key): Assigned | undefined {
    const slot = this.slotIn(draft, key);
    return slot === undefined ? undefined : this.inside[slot];
  }

  /** The draft that the value holds at a key of the copy. */
  draftAt(draft: Draft, key: Key): Draft | undefined {
    const slot = this.slotIn(draft, key);
    return slot === undefined ? undefined : draftOf(this.parts.values[slot]);
  }

  /** Notes that the copy was given something else at a key. */
  replaced(draft: Draft, key: Key): void {
    const slot = this.slotIn(draft, key);
    if (slot === undefined) return;
    this.inside[slot] = undefined;
    this.overwritten.add(slot);
  }

  /** Opens the containers of a copy before their indexes change. */
  openAll(draft: Draft): void {
    this.parts.values.forEach((item, at) => {
      if (typeof item === 'object' && item !== null && draft.disturbed === this.disturbed) draft.node(at);
    });
  }

  private isSame(): boolean {
    const now = partsOf(this.value, this.kind);
    return (
      isAlike(this.parts.values, now.values) &&
      (now.keys === undefined || isAlike(this.parts.keys ?? [], now.keys))
    );
  }

  /** Whether drafts among the values have changed since they were copied. */
  private hasStale(): boolean {
    return this.parts.values.some((item) => (draftOf(item)?.changedAt ?? 0) > this.copiedAt);
  }

  private bringDrafts(draft: Draft): void {
    const since = this.copiedAt;
    this.copiedAt = this.time.clock;
    this.parts.values.forEach((item, at) => {
      const source = draftOf(item);
      if (source === undefined || source.changedAt <= since || this.overwritten.has(at)) return;
      if (this.kind === 'array' && draft.disturbed !== this.disturbed) throw apart();
      // An item that stayed where it was is no copy.
      if (draft.node(this.keyAt(at)) === source) return;
      draft.writeRaw(this.keyAt(at), item);
    });
  }

  private bringItems(draft: Draft, now: Parts): void {
    const [before, after] = [this.parts.values, now.values];
    const least = Math.min(before.length, after.length);
    let start = 0;
    while (start < least && Object.is(before[start], after[start])) start++;
    let end = 0;
    while (end < least - start && Object.is(before[before.length - 1 - end], after[after.length - 1 - end]))
      end++;
    const removed = before.length - start - end;
    const added = after.slice(start, after.length - end);
    const count = draft.countRaw();
    const isAppended = start === before.length;
    if (draft.disturbed !== this.disturbed && !isAppended) throw apart();
    draft.removeRaw(start, removed);
    draft.insertRaw(isAppended ? count : start, added);
    // Behind items of the draft alone, the indexes are others.
    if (isAppended && count !== before.length) this.disturbed = APART;
    this.inside = [
      ...this.inside.slice(0, start),
      ...added.map((item) => Assigned.of(item, this.time)),
      ...this.inside.slice(before.length - end),
    ];
    this.parts = now;
    this.overwritten.clear();
  }

  private bringKeys(draft: Draft, now: Parts): void {
    const [keys, values] = [now.keys ?? [], now.values];
    const stays = new Set(keys);
    const before = (this.parts.keys ?? []).filter((key) => stays.has(key) || !draft.deleteRaw(key));
    const kept = before.filter((key) => stays.has(key));
    const inOrder = this.inOrder(kept, keys);
    const inside: (Assigned | undefined)[] = [];
    const overwritten: number[] = [];
    keys.forEach((key, at) => {
      const slot = this.slotOf(key);
      const isKept = slot !== undefined && Object.is(this.parts.values[slot], values[at]);
      if (isKept && inOrder.has(key)) {
        inside[at] = this.inside[slot];
        if (this.overwritten.has(slot)) overwritten.push(at);
        return;
      }
      if (slot !== undefined && !inOrder.has(key)) draft.deleteRaw(key);
      draft.writeRaw(key, values[at]);
      inside[at] = Assigned.of(values[at], this.time);
    });
    this.inside = inside;
    this.parts = now;
    this.slots = undefined;
    this.overwritten.clear();
    for (const slot of overwritten) this.overwritten.add(slot);
  }

  /** The keys that are where they were: those of an object that are indexes come first in any case. */
  private inOrder(before: readonly string[], now: readonly string[]): Set<string> {
    const isFree = (key: string) => this.kind === 'object' && INDEX.test(key);
    const [old, next] = [before.filter((key) => !isFree(key)), now.filter((key) => !isFree(key))];
    let same = 0;
    while (same < old.length && old[same] === next[same]) same++;
    return new Set([...before.filter(isFree), ...old.slice(0, same)]);
  }

  private keyAt(slot: number): Key {
    return this.parts.keys === undefined ? slot : this.parts.keys[slot];
  }

  private slotIn(draft: Draft, key: Key): number | undefined {
    if (this.kind === 'array' && draft.disturbed !== this.disturbed) return undefined;
    const slot = this.slotOf(key);
    return slot === undefined || this.overwritten.has(slot) ? undefined : slot;
  }

  private slotOf(key: Key): number | undefined {
    const { keys, values } = this.parts;
    if (keys === undefined) return typeof key === 'number' && key < values.length ? key : undefined;
    this.slots ??= new Map(keys.map((name, at) => [name, at]));
    return this.slots.get(String(key));
  }

  private valueAt(key: Key): unknown {
    const { value, kind } = this;
    if (kind === 'map') {
      const map = value as ReadonlyMap<unknown, unknown>;
      return map.has(String(key)) ? map.get(String(key)) : NOTHING;
    }
    return Object.hasOwn(value, key) ? (value as Record<Key, unknown>)[key] : NOTHING;
  }
}

function apart(): TypeError {
  return new TypeError(
    'An array that a recipe has assigned was changed as a value and through the draft: go on with one of the two.',
  );
}
