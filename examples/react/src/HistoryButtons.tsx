import { useStore } from 'gaesup-state/react';
import { redo, undo } from '../../shared/src/actions.ts';
import { REDO_KEYS, UNDO_KEYS } from '../../shared/src/history-keys.ts';
import { useBoard } from './useBoard.ts';

export function HistoryButtons() {
  const store = useBoard();
  const { canUndo, canRedo } = useStore(store.history);
  return (
    <div className="history">
      <button
        type="button"
        className="button button-quiet"
        aria-disabled={!canUndo}
        aria-keyshortcuts={UNDO_KEYS}
        onClick={() => undo(store)}
      >
        Undo
      </button>
      <button
        type="button"
        className="button button-quiet"
        aria-disabled={!canRedo}
        aria-keyshortcuts={REDO_KEYS}
        onClick={() => redo(store)}
      >
        Redo
      </button>
    </div>
  );
}
