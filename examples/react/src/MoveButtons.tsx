import { moveAside } from '../../shared/src/card-keys.ts';
import { STATUS_NAMES, type Status, sidesOf } from '../../shared/src/state.ts';
import { useBoard } from './useBoard.ts';

/** Moves a card to the columns beside its own, as Alt with an arrow key does. */
export function MoveButtons({ id, status }: { id: number; status: Status }) {
  const store = useBoard();
  return (
    <div className="card-move">
      {sidesOf(status).map(({ distance, to, arrow }) => (
        <button
          key={to}
          type="button"
          tabIndex={-1}
          aria-label={`Move to ${STATUS_NAMES[to]}`}
          title={`Move to ${STATUS_NAMES[to]}`}
          onClick={() => moveAside(store, id, distance)}
        >
          {arrow}
        </button>
      ))}
    </div>
  );
}
