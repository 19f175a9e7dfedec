/**
 * Changes with a meaning: named by fields and by the ids of items, so that one means the same in whatever
 * state it is done. That is what can be predicted when optimistic work is replayed on what others did.
 */
import fc from 'fast-check';
import type { Cursor } from '../conformance/subject.ts';
import { sameContent } from './oracle.ts';

const FIELDS = ['a', 'b', 'c'] as const;
type Field = (typeof FIELDS)[number];

export interface Item {
  readonly id: number;
  readonly count: number;
  readonly text: string;
}

/** What deeds are done to. */
export interface Desk {
  readonly n: number;
  readonly fields: Readonly<Record<Field, number | string>>;
  readonly items: readonly Item[];
}

export type Deed =
  | { readonly kind: 'add'; readonly by: number }
  | { readonly kind: 'set'; readonly field: Field; readonly value: number | string }
  | { readonly kind: 'count'; readonly id: number; readonly by: number }
  | { readonly kind: 'rename'; readonly id: number; readonly text: string }
  | { readonly kind: 'insert'; readonly id: number; readonly at: number }
  | { readonly kind: 'remove'; readonly id: number }
  | { readonly kind: 'move'; readonly id: number; readonly at: number };

const KINDS = ['add', 'set', 'count', 'rename', 'insert', 'remove', 'move'] as const;

/** A deed that is still independent of the state. */
export interface Choice {
  readonly kind: (typeof KINDS)[number];
  readonly pick: number;
  readonly other: number;
}

const choice = fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(0xffff), other: fc.nat(0xffff) });
export const choices: fc.Arbitrary<Choice[]> = fc.array(choice, { minLength: 1, maxLength: 4 });

/** A desk with so many items. */
export function deskOf(size: number): Desk {
  const items = Array.from({ length: size }, (_, id) => ({ id, count: 0, text: `item ${id % 7}` }));
  return { n: 0, fields: { a: 0, b: 'b', c: 0 }, items };
}

/** Does a deed; one about an item that is gone does nothing. */
export function done(desk: Desk, deed: Deed): Desk {
  const { items } = desk;
  const at = 'id' in deed ? items.findIndex(({ id }) => id === deed.id) : -1;
  const changed = (change: (item: Item) => Item): Desk =>
    at < 0 ? desk : { ...desk, items: items.with(at, change(items[at] as Item)) };
  switch (deed.kind) {
    case 'add':
      return { ...desk, n: desk.n + deed.by };
    case 'set':
      return { ...desk, fields: { ...desk.fields, [deed.field]: deed.value } };
    case 'count':
      return changed((item) => ({ ...item, count: item.count + deed.by }));
    case 'rename':
      return changed((item) => ({ ...item, text: deed.text }));
    case 'insert':
      return { ...desk, items: items.toSpliced(deed.at, 0, { id: deed.id, count: 0, text: 'new' }) };
    case 'remove':
      return at < 0 ? desk : { ...desk, items: items.toSpliced(at, 1) };
    default:
      return at < 0
        ? desk
        : { ...desk, items: items.toSpliced(at, 1).toSpliced(deed.at, 0, items[at] as Item) };
  }
}

/** Does a deed at the place of a desk in a store, where its item is now. */
export function doOn(desk: Cursor, deed: Deed): void {
  const index = (id: number): number => (desk.get() as Desk).items.findIndex((item) => item.id === id);
  switch (deed.kind) {
    case 'add':
      return desk.at('n').increment(deed.by);
    case 'set':
      return desk.at('fields', deed.field).set(deed.value);
    case 'count':
      return desk.at('items', index(deed.id), 'count').increment(deed.by);
    case 'rename':
      return desk.at('items', index(deed.id), 'text').set(deed.text);
    case 'insert':
      return desk.at('items').insert(deed.at, { id: deed.id, count: 0, text: 'new' });
    case 'remove':
      return desk.at('items').remove(index(deed.id));
    default:
      return desk.at('items').move(index(deed.id), deed.at);
  }
}

/** A desk without the order of its items: with work in two places, nobody can say which order is right. */
export function byId({ items, ...others }: Desk): unknown {
  return { ...others, items: [...items].sort((one, other) => one.id - other.id) };
}

export function isSameDesk(one: Desk, other: Desk): boolean {
  return sameContent(byId(one), byId(other));
}

/** Whether one puts in an item and the other takes one out: a replaced item goes with the one that replaced it. */
function isOpposite(one: Deed, other: Deed): boolean {
  return [one.kind, other.kind].sort().join() === 'insert,remove';
}

/** Turns choices into deeds; no two items ever get the same id. */
export class DeedMaker {
  #ids: number;

  constructor(size: number) {
    this.#ids = size;
  }

  /** Deeds that make sense on a desk, and change it. */
  deedsOf(desk: Desk, choices: readonly Choice[], moves: boolean): Deed[] {
    const deeds: Deed[] = [];
    let now = desk;
    for (const each of choices) {
      const deed = this.#deedOf(now, each, moves);
      if (deed === undefined || sameContent(done(now, deed), now)) continue;
      if (!moves && deeds.some((other) => isOpposite(other, deed))) continue;
      deeds.push(deed);
      now = done(now, deed);
    }
    return deeds;
  }

  #deedOf({ items }: Desk, { kind, pick, other }: Choice, moves: boolean): Deed | undefined {
    if (kind === 'add') return { kind, by: (pick % 7) - 3 };
    if (kind === 'set')
      return { kind, field: FIELDS[pick % 3] as Field, value: other % 2 === 0 ? other : `${other}` };
    if (kind === 'insert') {
      this.#ids += 1;
      return { kind, id: this.#ids, at: pick % (items.length + 1) };
    }
    const id = items[pick % (items.length || 1)]?.id;
    if (id === undefined) return undefined;
    if (kind === 'count') return { kind, id, by: 1 + (other % 5) };
    if (kind === 'rename') return { kind, id, text: `text ${other}` };
    if (kind === 'remove') return { kind, id };
    return moves ? { kind, id, at: other % items.length } : undefined;
  }
}
