import type { Immutable, Readable, Store } from 'gaesup-state';
import type { Activity } from './activity.ts';
import { makeCell } from './grid-cell.ts';
import type { Marks } from './marks.ts';
import { make, write } from './page.ts';
import { type City, COLUMNS, type State } from './record.ts';

/** The header is the first row of the grid, so data row 0 has the ARIA index 2. */
export const FIRST_ROW_INDEX = 2;

/** What a row needs to know, and whom it tells. */
export interface RowContext {
  readonly store: Store<State>;
  readonly activity: Activity;
  readonly marks: Marks;
  /** Called with what a record shows, when it comes into sight and when that changes. */
  readonly onShown: (record: number, texts: readonly string[]) => void;
}

/**
 * One row of the table in the document. It shows one record at a time, watches
 * what that shows through a selection of its own, and is used again for another
 * record when it has been scrolled away.
 */
export class GridRow {
  readonly element = make('div', { role: 'row', class: 'row' });
  readonly #cells: readonly HTMLElement[];
  readonly #context: RowContext;
  #unsubscribe: (() => void) | null = null;
  #shown: Readable<string[]> | null = null;
  #record = 0;
  #editedColumn = -1;

  constructor(context: RowContext) {
    this.#context = context;
    this.#cells = COLUMNS.map((_, at) => makeCell(at));
    this.element.append(...this.#cells);
  }

  /** Starts to show a record, and to follow its changes. */
  follow(record: number): void {
    const { store, activity, onShown } = this.#context;
    this.#record = record;
    this.showMark();
    for (const [at, cell] of this.#cells.entries()) {
      cell.dataset['testid'] = `cell-${record}-${at}`;
      delete cell.dataset['flash'];
    }
    this.#shown = store.select(({ cities }) => textsOf(cities[record], record));
    this.#unsubscribe = this.#shown.subscribe(
      activity.counted((texts) => {
        activity.rowRenders++;
        this.#paint(texts, 'flashing');
        onShown(record, texts);
      }),
    );
    const texts = this.#shown.get();
    this.#paint(texts, 'quietly');
    onShown(record, texts);
  }

  /** Puts the row at its place in the table. */
  place(position: number, rowHeight: number): void {
    this.element.style.top = `${position * rowHeight}px`;
    this.element.setAttribute('aria-rowindex', String(position + FIRST_ROW_INDEX));
    this.element.classList.toggle('row-odd', position % 2 === 1);
    this.element.dataset['row'] = String(position);
  }

  /** Stops following. The row can then follow another record. */
  release(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = this.#shown = null;
    this.element.remove();
  }

  cell(column: number): HTMLElement {
    const cell = this.#cells[column];
    if (cell === undefined) throw new RangeError(`The table has no column ${column}.`);
    return cell;
  }

  /** Draws the eye to a cell. */
  flash(column: number): void {
    flash(this.cell(column));
  }

  /** Shows whether the record is marked. */
  showMark(): void {
    const isMarked = this.#context.marks.has(this.#record);
    this.element.classList.toggle('row-marked', isMarked);
    const [number] = this.#cells;
    if (isMarked) number?.setAttribute('title', 'Changed by what was taken in last');
    else number?.removeAttribute('title');
  }

  /** Makes one cell the one that Tab reaches, or none with -1. */
  setTabStop(column: number): void {
    for (const [at, cell] of this.#cells.entries()) cell.tabIndex = at === column ? 0 : -1;
    this.element.classList.toggle('row-active', column >= 0);
  }

  /** While a cell is edited, the record's changes leave it alone; -1 ends that. */
  setEditedColumn(column: number): void {
    this.#editedColumn = column;
    this.element.classList.toggle('row-edited', column >= 0);
    for (const [at, cell] of this.#cells.entries()) cell.classList.toggle('cell-edited', at === column);
    if (column < 0 && this.#shown !== null) this.#paint(this.#shown.get(), 'quietly');
  }

  #paint(texts: readonly string[], how: 'flashing' | 'quietly'): void {
    for (const [at, text] of texts.entries()) {
      if (at === this.#editedColumn) continue;
      const cell = this.cell(at);
      if (cell.textContent === text) continue;
      write(cell, text);
      if (how === 'flashing') flash(cell);
    }
  }
}

/** What the columns show of a record; nothing when there is none. */
function textsOf(city: Immutable<City> | undefined, record: number): string[] {
  if (city === undefined) return [];
  return COLUMNS.map(({ field, show }) => show(field === null ? record + 1 : city[field]));
}

/** Restarts the animation of a cell by switching between two equal ones. */
function flash(cell: HTMLElement): void {
  cell.dataset['flash'] = cell.dataset['flash'] === 'a' ? 'b' : 'a';
}
