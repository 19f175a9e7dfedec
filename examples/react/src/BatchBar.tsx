import { useStore } from 'gaesup-state/react';
import { clearSelection, submitBatch } from '../../shared/src/actions.ts';
import { formatCount } from '../../shared/src/format.ts';
import { selectedCount } from '../../shared/src/selectors.ts';
import { PRIORITIES, PRIORITY_NAMES, STATUS_NAMES, STATUSES } from '../../shared/src/state.ts';
import { useBoard } from './useBoard.ts';

/** Edits all selected cards at once, while there are any. */
export function BatchBar() {
  const store = useBoard();
  const count = useStore(store, selectedCount);
  if (count === 0) return null;
  return (
    <section className="batch" aria-label="Selected cards">
      <span className="batch-count" data-testid="selected">
        {formatCount(count)} selected
      </span>
      <form onSubmit={(event) => submitBatch(store, event)}>
        <select className="field" name="status" aria-label="Move to">
          <option value="">Column…</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {STATUS_NAMES[status]}
            </option>
          ))}
        </select>
        <select className="field" name="priority" aria-label="Set priority">
          <option value="">Priority…</option>
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {PRIORITY_NAMES[priority]}
            </option>
          ))}
        </select>
        <button type="submit" className="button">
          Apply
        </button>
      </form>
      <button type="button" className="link" onClick={() => clearSelection(store)}>
        Clear selection
      </button>
    </section>
  );
}
