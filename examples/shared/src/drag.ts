/** Dragging cards from column to column. */
import type { Store } from 'gaesup-state';
import { drop } from './actions.ts';
import type { BoardState, Status } from './state.ts';

const TYPE = 'application/x-board-card';

/** What is used of a drag event, also of one of React's. */
type Drag = Pick<DragEvent, 'dataTransfer' | 'target' | 'currentTarget' | 'relatedTarget' | 'preventDefault'>;

export function startDrag(id: number, { dataTransfer }: Drag): void {
  dataTransfer?.setData(TYPE, String(id));
  if (dataTransfer) dataTransfer.effectAllowed = 'move';
}

/** A card is over a column: it may be dropped there. */
export function dragOver(store: Store<BoardState>, status: Status, event: Drag): void {
  if (!event.dataTransfer?.types.includes(TYPE)) return;
  event.preventDefault();
  store.at('view', 'over').set(status);
}

/** Nothing is over a column any more, unless it is still over something inside it. */
export function dragLeave(store: Store<BoardState>, { currentTarget, relatedTarget }: Drag): void {
  const isInside =
    currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
  if (!isInside) store.at('view', 'over').set(null);
}

/** Drops a card before the one under the pointer, or at the top of the column. */
export function dropCard(store: Store<BoardState>, status: Status, event: Drag): void {
  event.preventDefault();
  store.at('view', 'over').set(null);
  const id = event.dataTransfer?.getData(TYPE);
  const under = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-card]') : null;
  if (id) drop(store, Number(id), status, under === null ? null : Number(under.dataset['card']));
}
