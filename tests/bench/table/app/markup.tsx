import type { ReactElement, ReactNode } from 'react';

/** What a table shows. */
export interface Row {
  readonly id: number;
  readonly label: string;
}

/** A row in a store that changes it in place: what is `readonly` cannot be written there. */
export type StoredRow = { -readonly [K in keyof Row]: Row[K] };

/** Another label of a row, which is at an index. */
export interface Change {
  readonly index: number;
  readonly id: number;
  readonly label: string;
}

/** What can be done with the rows. A change is in the page before the next paint. */
export interface Actions {
  create(rows: Row[]): void;
  append(rows: Row[]): void;
  /** Every tenth label gets three exclamation marks. */
  update(): void;
  /** The second and the last but one of a thousand. */
  swap(): void;
  clear(): void;
  select(id: number): void;
  remove(id: number): void;
  /** All at once, as one transaction, or what comes closest. */
  change(changes: readonly Change[]): void;
  /** One of many that come one by one. */
  changeOne(change: Change): void;
}

export const SWAPPED: readonly [number, number] = [1, 998];
export const MARK = ' !!!';

/** Rows for the next click on a button that wants some. */
let supply: Row[] = [];

export function supplyRows(rows: Row[]): void {
  supply = rows;
}

/** What the page shows, with the rows inside. */
export function Page({ actions, children }: { actions: Actions; children: ReactNode }): ReactElement {
  return (
    <div>
      <Button id="create" onClick={() => actions.create(supply)} />
      <Button id="append" onClick={() => actions.append(supply)} />
      <Button id="update" onClick={actions.update} />
      <Button id="clear" onClick={actions.clear} />
      <Button id="swap" onClick={actions.swap} />
      <table>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Button({ id, onClick }: { id: string; onClick: () => void }): ReactElement {
  return (
    <button type="button" id={id} onClick={onClick}>
      {id}
    </button>
  );
}

const glyph = <span className="glyphicon glyphicon-remove" aria-hidden="true" />;

/** A row as everybody draws it: a function to call, and no component of its own. */
export function drawRow(
  { id, label }: Row,
  isSelected: boolean,
  { select, remove }: Pick<Actions, 'select' | 'remove'>,
): ReactElement {
  return (
    <tr className={isSelected ? 'danger' : ''}>
      <td className="col-md-1">{id}</td>
      <td className="col-md-4">
        <a onClick={() => select(id)}>{label}</a>
      </td>
      <td className="col-md-1">
        <a onClick={() => remove(id)}>{glyph}</a>
      </td>
      <td className="col-md-6" />
    </tr>
  );
}
