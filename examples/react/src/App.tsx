import { useStore } from 'gaesup-state/react';
import { countOf } from '../../shared/src/format.ts';
import { STATUSES } from '../../shared/src/state.ts';
import { BatchBar } from './BatchBar.tsx';
import { BoardColumn } from './BoardColumn.tsx';
import { BoardFilters } from './BoardFilters.tsx';
import { BoardFooter } from './BoardFooter.tsx';
import { HistoryButtons } from './HistoryButtons.tsx';
import { useBoard } from './useBoard.ts';

export function App() {
  const store = useBoard();
  const count = useStore(store, ({ cards }) => cards.length);
  const said = useStore(store.at('view', 'said'));
  return (
    <>
      <header className="masthead">
        <div className="brand">
          <img src="./favicon.svg" alt="" />
          <div>
            <h1>
              Feature board <span className="brand-sub">React</span>
            </h1>
            <p className="tagline">
              {countOf(count, 'feature')} of the web platform: which of them do we use?
            </p>
          </div>
        </div>
        <HistoryButtons />
      </header>
      <BoardFilters />
      <BatchBar />
      <main className="board">
        {STATUSES.map((status) => (
          <BoardColumn key={status} status={status} />
        ))}
      </main>
      <BoardFooter />
      <p className="visually-hidden" role="status" data-testid="said">
        {said}
      </p>
    </>
  );
}
