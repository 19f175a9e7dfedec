/** Which cards of a long column are in the document: those in view and a few around them. */

/** The height of a card with the gap below it, in pixels, as `board.css` has it. */
export const ROW_HEIGHT = 114;

/** So many more above and below, for the keys that go from card to card. */
const ROWS_AROUND = 3;

export interface Rows {
  readonly first: number;
  readonly end: number;
  /** The space that stands for the cards above and below, in pixels. */
  readonly above: number;
  readonly below: number;
}

/** The row at the top of what a list shows. */
export function topRow(list: Element): number {
  return Math.floor(list.scrollTop / ROW_HEIGHT);
}

/** The rows to draw when `top` is the first in view. No list is higher than the screen. */
export function rowsFrom(top: number, count: number): Rows {
  const inView = Math.ceil(Math.max(screen.height, innerHeight) / ROW_HEIGHT) + 1;
  const first = Math.max(0, Math.min(top, count - inView) - ROWS_AROUND);
  const end = Math.min(count, Math.max(0, top) + inView + ROWS_AROUND);
  return { first, end, above: first * ROW_HEIGHT, below: (count - end) * ROW_HEIGHT };
}
