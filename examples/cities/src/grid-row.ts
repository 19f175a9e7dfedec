import type { Immutable, Store } from 'gaesup-state';
import { makeCell } from './grid-cell.ts';
import { make, write } from './page.ts';
import { type City, COLUMNS, type State } from './record.ts';

/** The header is the first row of the grid, so data row 0 has the ARIA index 2. */
export const FIRST_ROW_INDEX = 2;

/**
 * One row of the table in the document. It shows one record at a time, follows
 * it through a subscription, and is used again for another record when it has
 * been scrolled away.
 */
export class GridRow {
  readonly element = make('div', { role: 'row', class: 'row' });
  readonly #cells: readonly HTMLElement[];
  readonly #store: Store<State>;
  #unsubscribe: (() => void) | null = null;
  #index = -1;
  #editedColumn = -1;

  constructor(store: Store<State>) {
    this.#store = store;
    this.#cells = COLUMNS.map((_, at) => makeCell(at));
    this.element.append(...this.#cells);
  }

  /** Starts to show the record at `index`, and to follow its changes. */
  follow(index: number, top: number): void {
    this.#index = index;
    this.element.style.top = `${top}px`;
    this.element.setAttribute('aria-rowindex', String(index + FIRST_ROW_INDEX));
    this.element.classList.toggle('row-odd', index % 2 === 1);
    this.element.dataset['row'] = String(index);
    for (const [at, cell] of this.#cells.entries()) {
      cell.dataset['testid'] = `cell-${index}-${at}`;
      delete cell.dataset['flash'];
    }
    const cursor = this.#store.at('cities', index);
    this.#paint(cursor.get(), false);
    this.#unsubscribe = cursor.subscribe((city) => this.#paint(city, true));
  }

  /** Stops following. The row can then follow another record. */
  release(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.element.remove();
  }

  cell(column: number): HTMLElement {
    const cell = this.#cells[column];
    if (cell === undefined) throw new RangeError(`The table has no column ${column}.`);
    return cell;
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
    if (column < 0) this.#paint(this.#store.at('cities', this.#index).get(), false);
  }

  #paint(city: Immutable<City> | undefined, changed: boolean): void {
    if (city === undefined) return;
    for (const [at, column] of COLUMNS.entries()) {
      if (at === this.#editedColumn) continue;
      const cell = this.cell(at);
      const text = column.show(column.field === null ? this.#index + 1 : city[column.field]);
      if (cell.textContent === text) continue;
      write(cell, text);
      if (changed) flash(cell);
    }
  }
}

/** Restarts the animation of a cell by switching between two equal ones. */
function flash(cell: HTMLElement): void {
  cell.dataset['flash'] = cell.dataset['flash'] === 'a' ? 'b' : 'a';
}
