import { useStore } from 'gaesup-state/react';
import { clearFilter, selectMatching } from '../../shared/src/actions.ts';
import { countOf } from '../../shared/src/format.ts';
import { isFiltered, matchCount } from '../../shared/src/selectors.ts';
import { useBoard } from './useBoard.ts';

/** How many cards pass, by itself: with each key that is typed it is another number. */
export function MatchCount() {
  const store = useBoard();
  const count = useStore(store, () => matchCount(store));
  const filtered = useStore(store, isFiltered);
  return (
    <p className="matches">
      <span role="status" data-testid="matches">
        {countOf(count, 'card')}
      </span>
      <button type="button" className="link" onClick={() => selectMatching(store)}>
        Select all
      </button>
      {filtered && (
        <button type="button" className="link" onClick={() => clearFilter(store)}>
          Clear filter
        </button>
      )}
    </p>
  );
}
