import { useStore } from 'gaesup-state/react';
import { useState } from 'react';
import { dragLeave, dragOver, dropCard } from '../../shared/src/drag.ts';
import { formatCount } from '../../shared/src/format.ts';
import { rowsFrom, topRow } from '../../shared/src/rows.ts';
import { cardsIn } from '../../shared/src/selectors.ts';
import { STATUS_NAMES, STATUS_RULES, type Status } from '../../shared/src/state.ts';
import { BoardCard } from './BoardCard.tsx';
import { useBoard } from './useBoard.ts';

/** A column. It knows which cards it has, and nothing of what is in them. */
export function BoardColumn({ status }: { status: Status }) {
  const store = useBoard();
  const ids = useStore(store, cardsIn[status]);
  const isOver = useStore(store, ({ view }) => view.over === status);
  const [top, setTop] = useState(0);
  const { first, end, above, below } = rowsFrom(top, ids.length);
  return (
    <section
      className="column"
      aria-labelledby={`column-${status}`}
      data-column={status}
      data-over={isOver}
      onDragOver={(event) => dragOver(store, status, event)}
      onDragLeave={(event) => dragLeave(store, event)}
      onDrop={(event) => dropCard(store, status, event)}
    >
      <header className="column-head">
        <h2 id={`column-${status}`}>{STATUS_NAMES[status]}</h2>
        <span className="column-count">{formatCount(ids.length)}</span>
        <span className="column-rule">{STATUS_RULES[status]}</span>
      </header>
      <div className="column-list" data-list onScroll={(event) => setTop(topRow(event.currentTarget))}>
        <ul style={{ paddingTop: above, paddingBottom: below }}>
          {ids.slice(first, end).map((id, index) => (
            <li key={id} aria-setsize={ids.length} aria-posinset={first + index + 1}>
              <BoardCard id={id} status={status} />
            </li>
          ))}
        </ul>
        {ids.length === 0 && <p className="column-empty">No card here.</p>}
      </div>
    </section>
  );
}
