/**
 * The table: as many rows as the store holds, and as many elements as fit on
 * the screen. It follows the ARIA grid pattern with one cell in the tab order.
 * The row of that cell stays in the document when it is scrolled away, so that
 * neither the focus nor an open edit is lost.
 */
import type { Store } from 'gaesup-state';
import type { ChangedCell } from './changed-places.ts';
import { CellEditor } from './editor.ts';
import type { FilterTarget } from './filter-box.ts';
import { makeHead } from './grid-cell.ts';
import { type Extent, isTyping, moveByKey, type Place } from './grid-keys.ts';
import { FIRST_ROW_INDEX, type GridRow, type RowContext } from './grid-row.ts';
import { GridRows } from './grid-rows.ts';
import { announce } from './page.ts';
import { COLUMNS, NAME_COLUMN, type State } from './record.ts';
import { type Matches, placeAmong } from './search-texts.ts';
import { Typing } from './typing.ts';

const ROW_HEIGHT_PX = 30;
/** Fingers need larger rows. */
const ROW_HEIGHT_COARSE_PX = 42;
/** Rows kept ready above and below the visible ones. */
const OVERSCAN_ROWS = 8;

export class Grid implements FilterTarget {
  readonly #scroller: HTMLElement;
  readonly #head = makeHead();
  readonly #store: Store<State>;
  readonly #rowHeight: number;
  readonly #rows: GridRows;
  /** The cell in the tab order; without rows there is none. */
  #active: Place = { row: 0, column: NAME_COLUMN };
  #editing = false;
  #pressedFocused = false;
  /** What came while a cell was edited and would have moved it. */
  #held: Matches | null = null;

  constructor(scroller: HTMLElement, context: RowContext, matches: Matches) {
    this.#scroller = scroller;
    this.#store = context.store;
    this.#rowHeight = matchMedia('(pointer: coarse)').matches ? ROW_HEIGHT_COARSE_PX : ROW_HEIGHT_PX;
    this.#rows = new GridRows(context, this.#rowHeight, matches);
    scroller.style.setProperty('--row-height', `${this.#rowHeight}px`);
    scroller.setAttribute('role', 'grid');
    scroller.setAttribute('aria-labelledby', 'table-title');
    scroller.setAttribute('aria-describedby', 'grid-hint');
    scroller.setAttribute('aria-colcount', String(COLUMNS.length));
    scroller.append(this.#head, this.#rows.element);
    this.#describeRows();
    scroller.addEventListener('scroll', () => this.#render(), { passive: true });
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
    scroller.addEventListener('focusin', (event) => this.#onFocus(event));
    scroller.addEventListener('pointerdown', (event) => this.#onPress(event));
    scroller.addEventListener('click', (event) => this.#onClick(event));
    new ResizeObserver(() => this.#render()).observe(scroller);
  }

  /** Scrolls to a record, or to the next one in the table, and focuses it. */
  goTo(record: number): void {
    if (this.#rows.count === 0) return announce('The table is empty: no place matches the filter.');
    const row = this.#rows.positionOf(record);
    this.#move({ row, column: this.#active.column });
    const found = this.#rows.recordAt(row);
    if (found !== record) announce(`Row ${record + 1} does not match the filter. This is row ${found + 1}.`);
  }

  /** Shows the records that match: another filter from the top, after a renaming where the reader was. */
  show(matches: Matches, cause: 'filter' | 'rename'): void {
    if (this.#editing) {
      this.#held = matches;
      return;
    }
    const isFocused = this.#rows.element.contains(document.activeElement);
    const record = this.#rows.count === 0 ? 0 : this.#rows.recordAt(this.#active.row);
    this.#rows.at(this.#active.row)?.setTabStop(-1);
    this.#rows.show(matches);
    this.#describeRows();
    const row = cause === 'filter' ? 0 : this.#rows.positionOf(record);
    this.#active = { row, column: this.#active.column };
    if (cause === 'filter') this.#scroller.scrollTop = 0;
    this.#render();
    if (isFocused) this.focus();
  }

  /** Shows what has changed: scrolls to it unless some of it is in sight, and leaves the focus where it is. */
  reveal(cells: readonly ChangedCell[]): void {
    if (this.#editing) return;
    const places = cells.flatMap(({ record, column }) => {
      const row = this.#rows.find(record);
      return row === null ? [] : [{ row, column }];
    });
    const [first] = places;
    if (first === undefined) return;
    if (!places.some(({ row }) => this.#isInSight(row))) this.#reveal(first);
    this.#render();
    for (const { row, column } of places) this.#rows.at(row)?.flash(column);
  }

  /** Shows records that have other numbers than before; who reads stays at the same row of the table. */
  renumber(matches: Matches): void {
    this.finishEditing();
    const isFocused = this.#rows.element.contains(document.activeElement);
    this.#rows.renumber(matches);
    this.#describeRows();
    this.#active = {
      row: Math.max(Math.min(this.#active.row, this.#rows.count - 1), 0),
      column: this.#active.column,
    };
    this.#render();
    if (isFocused) this.focus();
  }

  /** Ends an edit as leaving the field does: before the record could become another one. */
  finishEditing(): void {
    if (!this.#editing) return;
    (document.activeElement as HTMLElement | null)?.blur();
    this.focus();
  }

  /** Shows which records are marked. */
  showMarks(): void {
    this.#rows.showMarks();
  }

  /**
   * Shows the next of some records that is in the table, after the last one at its beginning, and
   * leaves the focus where it is. Answers which it is, if there is one.
   */
  showNext(records: readonly number[]): number | null {
    if (this.#rows.count === 0) return null;
    const from = placeAmong(records, this.#rows.recordAt(this.#active.row) + 1);
    const inTurn = [...records.slice(from), ...records.slice(0, from)];
    const record = inTurn.find((candidate) => this.#rows.find(candidate) !== null);
    if (record === undefined) return null;
    this.#activate({ row: this.#rows.find(record) as number, column: this.#active.column });
    this.#reveal(this.#active);
    this.#render();
    return record;
  }

  /** Moves the focus to the active cell. */
  focus(): void {
    const target = this.#rows.count === 0 ? this.#scroller : this.#activeRow().cell(this.#active.column);
    target.focus({ preventScroll: true });
  }

  get #extent(): Extent {
    return {
      rows: this.#rows.count,
      columns: COLUMNS.length,
      pageRows: Math.max(this.#visibleRows() - 1, 1),
    };
  }

  /** Whole rows that fit below the header. */
  #visibleRows(): number {
    return Math.floor((this.#scroller.clientHeight - this.#rowHeight) / this.#rowHeight);
  }

  #describeRows(): void {
    this.#scroller.setAttribute('aria-rowcount', String(this.#rows.count + FIRST_ROW_INDEX - 1));
    // Without a cell to focus, the keyboard scrolls the headings.
    if (this.#rows.count === 0) this.#scroller.tabIndex = 0;
    else this.#scroller.removeAttribute('tabindex');
  }

  #render(): void {
    const top = Math.floor(this.#scroller.scrollTop / this.#rowHeight);
    const first = Math.max(top - OVERSCAN_ROWS, 0);
    const last = Math.min(top + this.#visibleRows() + OVERSCAN_ROWS, this.#rows.count - 1);
    this.#rows.render(first, last, this.#active.row);
    this.#rows.at(this.#active.row)?.setTabStop(this.#active.column);
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#editing || this.#rows.count === 0) return;
    const to = moveByKey(event, this.#active, this.#extent);
    if (to !== null) this.#move(to);
    else if (event.key === 'Enter' || event.key === 'F2') this.#startEdit(null);
    else if (isTyping(event)) this.#startEdit(event.key);
    else return;
    event.preventDefault();
  }

  #onFocus(event: FocusEvent): void {
    const place = placeOf(event.target);
    if (place !== null && !this.#editing) this.#activate(place);
  }

  #onPress(event: PointerEvent): void {
    this.#pressedFocused = !this.#editing && event.target === document.activeElement;
  }

  /** A click on the cell that had the focus already edits it; so a double click does, and two taps. */
  #onClick(event: MouseEvent): void {
    if (this.#pressedFocused && placeOf(event.target) !== null) this.#startEdit(null);
    this.#pressedFocused = false;
  }

  #move(to: Place): void {
    this.#activate(to);
    this.#reveal(to);
    this.#render();
    this.focus();
  }

  #activate(to: Place): void {
    const from = this.#active;
    this.#active = to;
    if (from.row !== to.row) this.#rows.at(from.row)?.setTabStop(-1);
    this.#rows.at(to.row)?.setTabStop(to.column);
  }

  #activeRow(): GridRow {
    const row = this.#rows.at(this.#active.row);
    if (row === undefined) throw new Error('The active row is always in the document.');
    return row;
  }

  #isInSight(row: number): boolean {
    const top = row * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    return top >= scrollTop && top + 2 * this.#rowHeight <= scrollTop + clientHeight;
  }

  /** Scrolls as little as needed to show a cell, which the column of names may cover. */
  #reveal({ row, column }: Place): void {
    const scroller = this.#scroller;
    const page = scroller.clientHeight - this.#rowHeight;
    const top = row * this.#rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + this.#rowHeight > scroller.scrollTop + page)
      scroller.scrollTop = top + this.#rowHeight - page;

    if (column === NAME_COLUMN) return;
    const { offsetLeft: left, offsetWidth: width } = this.#heading(column);
    const hidden = this.#heading(NAME_COLUMN).offsetWidth;
    if (left - hidden < scroller.scrollLeft) scroller.scrollLeft = left - hidden;
    else if (left + width > scroller.scrollLeft + scroller.clientWidth)
      scroller.scrollLeft = left + width - scroller.clientWidth;
  }

  #heading(column: number): HTMLElement {
    return this.#head.querySelector(`[data-column="${column}"]`) as HTMLElement;
  }

  #startEdit(typed: string | null): void {
    const { row: position, column: at } = this.#active;
    const column = COLUMNS[at];
    if (column?.field == null) return announce('The row number cannot be edited.');
    if (column.parse === undefined) return announce(`${column.title} cannot be edited.`);
    this.#reveal(this.#active);
    this.#render();
    const row = this.#activeRow();
    const index = this.#rows.recordAt(position);
    const cursor = this.#store.at('cities', index, column.field);
    const typing = new Typing(this.#store.history, cursor, `${column.title}, row ${index + 1}`);
    const before = String(cursor.get());
    row.setEditedColumn(at);
    this.#editing = true;
    new CellEditor({
      cell: row.cell(at),
      numeric: column.numeric,
      label: typing.label,
      text: typed ?? before,
      replaces: typed !== null,
      parse: column.parse,
      write: (value) => typing.write(value),
      closed: (outcome, refocus) => {
        this.#editing = false;
        if (outcome === 'saved') typing.keep();
        else typing.takeBack();
        row.setEditedColumn(-1);
        if (refocus) row.cell(at).focus({ preventScroll: true });
        announce(sentence(outcome, column.title, index, before, String(cursor.get())));
        this.#showHeld();
      },
    });
  }

  #showHeld(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.show(held, 'rename');
  }
}

/** The place of the data cell that an event hit. */
function placeOf(target: EventTarget | null): Place | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null;
  const row = cell?.closest<HTMLElement>('[data-row]');
  if (cell == null || row == null) return null;
  return { row: Number(row.dataset['row']), column: Number(cell.dataset['column']) };
}

function sentence(
  outcome: 'saved' | 'cancelled',
  title: string,
  index: number,
  before: string,
  after: string,
): string {
  const place = `${title} of row ${index + 1}`;
  if (outcome === 'cancelled') return `Edit cancelled. ${place} is ${before}.`;
  return before === after ? `${place} is unchanged.` : `${place} changed from ${before} to ${after}.`;
}
