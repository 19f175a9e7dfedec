import type { Draft } from './draft.ts';
import { draftOf } from './draftMap.ts';
import { INDEX_END } from './protocol.ts';

/** An array made longer by this much at once is a mistake. */
const GROWTH_MAX = 1_000_000;

type Compare = (a: unknown, b: unknown) => number;

function draftIn(array: object): Draft {
  const draft = draftOf(array);
  if (draft === undefined) throw new TypeError('This method is that of a draft of an array.');
  return draft;
}

/** What a relative index means in an array of a length. */
function indexOf(relative: unknown, length: number): number {
  const index = Math.trunc(Number(relative)) || 0;
  return index < 0 ? Math.max(length + index, 0) : Math.min(index, length);
}

function items(draft: Draft): unknown[] {
  return Array.from({ length: draft.count() }, (_, index) => draft.item(index));
}

/** As `Array.prototype.sort` compares without a function. */
function compareAsText(a: unknown, b: unknown): number {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Puts items in another order, which keeps them what they are. */
function reorder(draft: Draft, order: readonly number[]): void {
  if (order.every((index, at) => index === at)) return;
  draft.arrange(Uint32Array.from(order));
}

/** The methods that change an array, as few operations instead of many assignments. */
export const arrayMethods: Readonly<Record<string, (this: object, ...values: never[]) => unknown>> = {
  push(...values: unknown[]): number {
    const draft = draftIn(this);
    const length = draft.count();
    draft.insertItems(length, values);
    return length + values.length;
  },

  pop(): unknown {
    const draft = draftIn(this);
    const length = draft.count();
    if (length === 0) return undefined;
    const last = draft.item(length - 1);
    draft.removeItems(length - 1, 1);
    return last;
  },

  shift(): unknown {
    const draft = draftIn(this);
    if (draft.count() === 0) return undefined;
    const first = draft.item(0);
    draft.removeItems(0, 1);
    return first;
  },

  unshift(...values: unknown[]): number {
    const draft = draftIn(this);
    draft.insertItems(0, values);
    return draft.count();
  },

  splice(...parts: unknown[]): unknown[] {
    const draft = draftIn(this);
    const length = draft.count();
    const [from, howMany, ...values] = parts;
    const start = indexOf(from, length);
    const room = length - start;
    const count =
      parts.length < 2
        ? room * Number(parts.length > 0)
        : Math.min(indexOf(Math.max(Number(howMany) || 0, 0), room), room);
    const removed = Array.from({ length: count }, (_, index) => draft.item(start + index));
    draft.removeItems(start, count);
    draft.insertItems(start, values);
    return removed;
  },

  sort(compare?: Compare): object {
    if (compare !== undefined && typeof compare !== 'function') {
      throw new TypeError('sort() takes a function that compares, or nothing.');
    }
    const draft = draftIn(this);
    const by = compare ?? compareAsText;
    const entries = items(draft).map((item, index) => ({ item, index }));
    // What is undefined comes last, whatever the function would say.
    const defined = entries.filter(({ item }) => item !== undefined).sort((a, b) => by(a.item, b.item));
    if (draft.count() !== entries.length)
      throw new TypeError('sort() compares, and must not change the list.');
    const order = [...defined, ...entries.filter(({ item }) => item === undefined)];
    reorder(
      draft,
      order.map(({ index }) => index),
    );
    return this;
  },

  reverse(): object {
    const draft = draftIn(this);
    const length = draft.count();
    reorder(
      draft,
      Array.from({ length }, (_, index) => length - 1 - index),
    );
    return this;
  },
};

/** Makes an array shorter, or longer by `undefined`. */
export function resize(draft: Draft, length: unknown): void {
  const wanted = Number(length);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > INDEX_END)
    throw new RangeError('Invalid array length.');
  const count = draft.count();
  if (wanted - count > GROWTH_MAX) {
    throw new RangeError(`An array grows by at most ${GROWTH_MAX} items at once: it has no holes.`);
  }
  if (wanted < count) draft.removeItems(wanted, count - wanted);
  else draft.insertItems(count, new Array(wanted - count).fill(undefined));
}

/**
 * Gives an array other items, of which some are items it has: those stay what
 * they are. Answers whether there were any.
 */
export function replaceItems(draft: Draft, values: readonly unknown[]): boolean {
  if (!values.some((value) => draftOf(value) !== undefined)) return false;
  const indexes = new Map<unknown, number>();
  items(draft).forEach((item, index) => {
    if (draftOf(item) !== undefined) indexes.set(item, index);
  });
  // Where a value was, or nothing when it is new or comes a second time.
  const places = values.map((value) => {
    const place = indexes.get(value);
    indexes.delete(value);
    return place;
  });
  const kept = places.filter((place) => place !== undefined);
  if (kept.length === 0) return false;
  removeOthers(draft, kept);
  const ranks = new Map([...kept].sort((a, b) => a - b).map((place, rank) => [place, rank]));
  reorder(
    draft,
    kept.map((place) => ranks.get(place) as number),
  );
  insertNew(draft, values, places);
  return true;
}

/** Removes the items that are not at one of the places, from the end on. */
function removeOthers(draft: Draft, places: readonly number[]): void {
  const stays = new Set(places);
  for (let end = draft.count(); end > 0; ) {
    if (stays.has(end - 1)) {
      end--;
      continue;
    }
    let start = end - 1;
    while (start > 0 && !stays.has(start - 1)) start--;
    draft.removeItems(start, end - start);
    end = start;
  }
}

function insertNew(draft: Draft, values: readonly unknown[], places: readonly (number | undefined)[]): void {
  for (let at = 0; at < values.length; ) {
    let end = at;
    while (end < values.length && places[end] === undefined) end++;
    draft.insertRaw(at, values.slice(at, end));
    at = end + 1;
  }
}
