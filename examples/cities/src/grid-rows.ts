import { GridRow, type RowContext } from './grid-row.ts';
import { make } from './page.ts';
import { type Matches, placeAmong } from './search-texts.ts';

/**
 * The rows of the table that are in the document, out of all that match. A row
 * keeps showing its record while it is in sight, wherever other matches move it.
 */
export class GridRows {
  readonly element = make('div', { role: 'rowgroup', class: 'grid-body' });
  readonly #context: RowContext;
  readonly #rowHeight: number;
  readonly #byRecord = new Map<number, GridRow>();
  readonly #spare: GridRow[] = [];
  #matches: Matches;

  constructor(context: RowContext, rowHeight: number, matches: Matches) {
    this.#context = context;
    this.#rowHeight = rowHeight;
    this.#matches = matches;
    this.show(matches);
  }

  /** How many rows the table has. */
  get count(): number {
    return this.#matches.length;
  }

  /** The record at a position of the table. */
  recordAt(position: number): number {
    const record = this.#matches[position];
    if (record === undefined) throw new RangeError(`The table has no row ${position}.`);
    return record;
  }

  /** The position of a record, or of the next one that is in the table; the last if there is none. */
  positionOf(record: number): number {
    return Math.max(Math.min(placeAmong(this.#matches, record), this.count - 1), 0);
  }

  /** The position of a record, if it is in the table. */
  find(record: number): number | null {
    const position = placeAmong(this.#matches, record);
    return this.#matches[position] === record ? position : null;
  }

  /** The row at a position, if it is in the document. */
  at(position: number): GridRow | undefined {
    const record = this.#matches[position];
    return record === undefined ? undefined : this.#byRecord.get(record);
  }

  /** Takes over other matches. Rows of records that still match stay in the document. */
  show(matches: Matches): void {
    this.#matches = matches;
    for (const [record, row] of this.#byRecord) {
      const position = placeAmong(matches, record);
      if (matches[position] === record) row.place(position, this.#rowHeight);
      else this.#drop(record, row);
    }
    this.element.style.height = `${matches.length * this.#rowHeight}px`;
    // Assistive technology expects rows in a group of rows.
    this.element.hidden = matches.length === 0;
  }

  /** Takes over matches that are other records by the same numbers: no row shows what it did. */
  renumber(matches: Matches): void {
    for (const [record, row] of this.#byRecord) this.#drop(record, row);
    this.show(matches);
  }

  /** Shows which records are marked. */
  showMarks(): void {
    for (const row of this.#byRecord.values()) row.showMark();
  }

  /** Makes the document hold the rows from `first` to `last` and the active one, in order. */
  render(first: number, last: number, active: number): void {
    for (const [record, row] of this.#byRecord) {
      const position = placeAmong(this.#matches, record);
      if ((position < first || position > last) && position !== active) this.#drop(record, row);
    }
    const missing = this.#missing(first, last, active);
    if (missing.length > 0) this.#context.activity.apart(() => this.#add(missing));
  }

  /** Positions that should be in the document and are not, in falling order. */
  #missing(first: number, last: number, active: number): number[] {
    const wanted = Array.from({ length: Math.max(last - first + 1, 0) }, (_, at) => last - at);
    if (active > last) wanted.unshift(active);
    if (active < first) wanted.push(active);
    return wanted.filter((position) => position < this.count && this.at(position) === undefined);
  }

  #add(positions: readonly number[]): void {
    for (const position of positions) {
      const record = this.recordAt(position);
      const row = this.#spare.pop() ?? new GridRow(this.#context);
      row.follow(record);
      row.place(position, this.#rowHeight);
      row.setTabStop(-1);
      this.element.insertBefore(row.element, this.#after(position));
      this.#byRecord.set(record, row);
    }
  }

  /** The row in the document that follows a position. */
  #after(position: number): Element | null {
    for (const element of this.element.children) {
      if (Number((element as HTMLElement).dataset['row']) > position) return element;
    }
    return null;
  }

  #drop(record: number, row: GridRow): void {
    this.#byRecord.delete(record);
    row.release();
    this.#spare.push(row);
  }
}
