import type { Commit } from 'gaesup-state';
import { COLUMNS } from './record.ts';

/** A cell of the table, by its record and not by its row. */
export interface ChangedCell {
  readonly record: number;
  readonly column: number;
}

/** The cells that a commit has changed. O(what it has changed). */
export function changedCells(commit: Commit): readonly ChangedCell[] {
  return commit.patches().flatMap(({ path }) => {
    const [, list, record, field] = path.split('/');
    const column = COLUMNS.findIndex((candidate) => candidate.field === field);
    return list === 'cities' && column >= 0 ? [{ record: Number(record), column }] : [];
  });
}
