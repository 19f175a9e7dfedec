import { make } from './page.ts';
import { COLUMNS, NAME_COLUMN } from './record.ts';

/** Makes the empty cell of a column. */
export function makeCell(at: number): HTMLElement {
  const cell = make('div', {
    role: at === NAME_COLUMN ? 'rowheader' : 'gridcell',
    class: classes(at),
    tabindex: '-1',
    ...position(at),
  });
  if (COLUMNS[at]?.parse === undefined) cell.setAttribute('aria-readonly', 'true');
  return cell;
}

/** Makes the head of the table. */
export function makeHead(): HTMLElement {
  const group = make('div', { role: 'rowgroup', class: 'grid-head' });
  const row = make('div', { role: 'row', class: 'row row-head', 'aria-rowindex': '1' });
  for (const [at, column] of COLUMNS.entries()) {
    const attributes = { role: 'columnheader', class: `${classes(at)} cell-head`, ...position(at) };
    row.append(make('div', attributes, column.title));
  }
  group.append(row);
  return group;
}

function classes(at: number): string {
  const column = COLUMNS[at];
  const kinds = ['cell'];
  if (column?.numeric) kinds.push('cell-number');
  if (column?.field === null) kinds.push('cell-row-number');
  if (at === NAME_COLUMN) kinds.push('cell-name');
  return kinds.join(' ');
}

function position(at: number): Record<string, string> {
  return { 'aria-colindex': String(at + 1), 'data-column': String(at) };
}
