/** A cell of the table: data row and column, both from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** The extent of the table, and how many rows a page of it shows. */
export interface Extent {
  readonly rows: number;
  readonly columns: number;
  readonly pageRows: number;
}

/** Where a key moves the active cell, or null when the key does not move it. */
export function moveByKey(event: KeyboardEvent, from: Place, extent: Extent): Place | null {
  if (event.altKey || event.shiftKey) return null;
  const jump = event.ctrlKey || event.metaKey;
  const lastRow = extent.rows - 1;
  const lastColumn = extent.columns - 1;
  const { row, column } = from;
  switch (event.key) {
    case 'ArrowUp':
      return { row: jump ? 0 : Math.max(row - 1, 0), column };
    case 'ArrowDown':
      return { row: jump ? lastRow : Math.min(row + 1, lastRow), column };
    case 'ArrowLeft':
      return { row, column: jump ? 0 : Math.max(column - 1, 0) };
    case 'ArrowRight':
      return { row, column: jump ? lastColumn : Math.min(column + 1, lastColumn) };
    case 'PageUp':
      return { row: Math.max(row - extent.pageRows, 0), column };
    case 'PageDown':
      return { row: Math.min(row + extent.pageRows, lastRow), column };
    case 'Home':
      return { row: jump ? 0 : row, column: 0 };
    case 'End':
      return { row: jump ? lastRow : row, column: lastColumn };
    default:
      return null;
  }
}

/** Whether a key types a character, which starts editing with that character. */
export function isTyping(event: KeyboardEvent): boolean {
  return event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
}
