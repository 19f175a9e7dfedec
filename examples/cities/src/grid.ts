/**
 * The table: as many rows as the store holds, and as many elements as fit on
 * the screen. It follows the ARIA grid pattern with one cell in the tab order.
 * The row of that cell stays in the document when it is scrolled away, so that
 * neither the focus nor an open edit is lost.
 */
import type { Store } from 'gaesup-state';
import { CellEditor } from './editor.ts';
import { makeHead } from './grid-cell.ts';
import { type Extent, isTyping, moveByKey, type Place } from './grid-keys.ts';
import { FIRST_ROW_INDEX, GridRow } from './grid-row.ts';
import { announce, make } from './page.ts';
import { COLUMNS, NAME_COLUMN, type State } from './record.ts';

const ROW_HEIGHT_PX = 30;
/** Fingers need larger rows. */
const ROW_HEIGHT_COARSE_PX = 42;
/** Rows kept ready above and below the visible ones. */
const OVERSCAN_ROWS = 8;

export class Grid {
  readonly #scroller: HTMLElement;
  readonly #head = makeHead();
  readonly #body = make('div', { role: 'rowgroup', class: 'grid-body' });
  readonly #store: Store<State>;
  readonly #rowCount: number;
  readonly #rowHeight: number;
  readonly #rows = new Map<number, GridRow>();
  readonly #spare: GridRow[] = [];
  #active: Place = { row: 0, column: NAME_COLUMN };
  #editing = false;
  #pressedFocused = false;

  constructor(scroller: HTMLElement, store: Store<State>, rowCount: number) {
    this.#scroller = scroller;
    this.#store = store;
    this.#rowCount = rowCount;
    this.#rowHeight = matchMedia('(pointer: coarse)').matches ? ROW_HEIGHT_COARSE_PX : ROW_HEIGHT_PX;
    scroller.style.setProperty('--row-height', `${this.#rowHeight}px`);
    scroller.setAttribute('role', 'grid');
    scroller.setAttribute('aria-labelledby', 'table-title');
    scroller.setAttribute('aria-describedby', 'grid-hint');
    scroller.setAttribute('aria-rowcount', String(rowCount + FIRST_ROW_INDEX - 1));
    scroller.setAttribute('aria-colcount', String(COLUMNS.length));
    this.#body.style.height = `${rowCount * this.#rowHeight}px`;
    scroller.append(this.#head, this.#body);
    scroller.addEventListener('scroll', () => this.#render(), { passive: true });
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
    scroller.addEventListener('focusin', (event) => this.#onFocus(event));
    scroller.addEventListener('pointerdown', (event) => this.#onPress(event));
    scroller.addEventListener('click', (event) => this.#onClick(event));
    new ResizeObserver(() => this.#render()).observe(scroller);
  }

  /** Scrolls to a row and focuses it. */
  goTo(row: number): void {
    this.#move({ row: Math.min(Math.max(row, 0), this.#rowCount - 1), column: this.#active.column });
  }

  get #extent(): Extent {
    return { rows: this.#rowCount, columns: COLUMNS.length, pageRows: Math.max(this.#visibleRows() - 1, 1) };
  }

  /** Whole rows that fit below the header. */
  #visibleRows(): number {
    return Math.floor((this.#scroller.clientHeight - this.#rowHeight) / this.#rowHeight);
  }

  /** Makes the document hold the visible rows and the active one, in order. */
  #render(): void {
    const top = Math.floor(this.#scroller.scrollTop / this.#rowHeight);
    const first = Math.max(top - OVERSCAN_ROWS, 0);
    const last = Math.min(top + this.#visibleRows() + OVERSCAN_ROWS, this.#rowCount - 1);
    for (const [index, row] of this.#rows) {
      if ((index < first || index > last) && index !== this.#active.row) this.#drop(index, row);
    }
    const wanted = Array.from({ length: last - first + 1 }, (_, at) => last - at);
    if (this.#active.row > last) wanted.unshift(this.#active.row);
    if (this.#active.row < first) wanted.push(this.#active.row);
    let next: Element | null = null;
    for (const index of wanted) next = (this.#rows.get(index) ?? this.#add(index, next)).element;
  }

  #add(index: number, next: Element | null): GridRow {
    const row = this.#spare.pop() ?? new GridRow(this.#store);
    row.follow(index, index * this.#rowHeight);
    row.setTabStop(index === this.#active.row ? this.#active.column : -1);
    this.#body.insertBefore(row.element, next);
    this.#rows.set(index, row);
    return row;
  }

  #drop(index: number, row: GridRow): void {
    this.#rows.delete(index);
    row.release();
    this.#spare.push(row);
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#editing) return;
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
    this.#activeRow().cell(to.column).focus({ preventScroll: true });
  }

  #activate(to: Place): void {
    const from = this.#active;
    this.#active = to;
    if (from.row !== to.row) this.#rows.get(from.row)?.setTabStop(-1);
    this.#rows.get(to.row)?.setTabStop(to.column);
  }

  #activeRow(): GridRow {
    const row = this.#rows.get(this.#active.row);
    if (row === undefined) throw new Error('The active row is always in the document.');
    return row;
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
    const { row: index, column: at } = this.#active;
    const column = COLUMNS[at];
    if (column?.field == null) return announce('The row number cannot be edited.');
    this.#reveal(this.#active);
    this.#render();
    const row = this.#activeRow();
    const cursor = this.#store.at('cities', index, column.field);
    const before = String(cursor.get());
    row.setEditedColumn(at);
    this.#editing = true;
    new CellEditor({
      cell: row.cell(at),
      column,
      label: `${column.title}, row ${index + 1}`,
      text: typed ?? before,
      replaces: typed !== null,
      commit: (value) => refusal(() => cursor.set(value)),
      closed: (outcome, refocus) => {
        this.#editing = false;
        row.setEditedColumn(-1);
        if (refocus) row.cell(at).focus({ preventScroll: true });
        announce(sentence(outcome, column.title, index, before, String(cursor.get())));
      },
    });
  }
}

/** Runs a write; what the store refuses becomes a sentence for the editor. */
function refusal(write: () => void): string | null {
  try {
    write();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
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
