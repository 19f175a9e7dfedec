import { type Change, MARK, type Row, SWAPPED } from './markup.tsx';

/** Lists that are made anew with each change, as React, zustand and others want them. */
type List = readonly Row[];

export function marked(rows: List): List {
  const next = rows.slice();
  for (let index = 0; index < next.length; index += 10) {
    const { id, label } = next[index];
    next[index] = { id, label: label + MARK };
  }
  return next;
}

export function swapped(rows: List): List {
  const [first, second] = SWAPPED;
  const next = rows.slice();
  [next[first], next[second]] = [rows[second], rows[first]];
  return next;
}

export function without(rows: List, id: number): List {
  return rows.filter((row) => row.id !== id);
}

export function changed(rows: List, changes: readonly Change[]): List {
  const next = rows.slice();
  for (const { index, id, label } of changes) next[index] = { id, label };
  return next;
}
