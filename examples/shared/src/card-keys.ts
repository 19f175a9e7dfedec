/** The keys of a card that has the focus. */
import type { Store } from 'gaesup-state';
import { cancelEditing, moveBy, rename, select, startEditing, statusOf } from './actions.ts';
import { focusBeside, focusCard, followCard } from './focus.ts';
import { cardsIn } from './selectors.ts';
import { type BoardState, STATUSES } from './state.ts';

/** As the attribute `aria-keyshortcuts` has them. */
export const CARD_KEYS = 'Enter Space Alt+ArrowLeft Alt+ArrowRight';

/** What is used of a keyboard event, also of one of React's. */
type Key = Pick<
  KeyboardEvent,
  'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'target' | 'currentTarget' | 'preventDefault'
>;

type Action = (store: Store<BoardState>, id: number, event: Key) => void;

const ACTIONS: Readonly<Partial<Record<string, Action>>> = {
  Enter: (store, id) => startEditing(store, id),
  F2: (store, id) => startEditing(store, id),
  ' ': (store, id, event) => select(store, id, event.shiftKey),
  ArrowUp: (store, id) => focusNext(store, id, -1),
  ArrowDown: (store, id) => focusNext(store, id, 1),
  ArrowLeft: (store, id, event) => sideways(store, id, -1, event.altKey),
  ArrowRight: (store, id, event) => sideways(store, id, 1, event.altKey),
};

/** Does what a key means; keys in what is inside the card are not its own. */
export function pressCard(store: Store<BoardState>, id: number, event: Key): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
  const action = ACTIONS[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action(store, id, event);
}

function focusNext(store: Store<BoardState>, id: number, distance: -1 | 1): void {
  const list = store.select(cardsIn[statusOf(store, id)]).get();
  const next = list[list.indexOf(id) + distance];
  if (next !== undefined) focusCard(next);
}

function sideways(store: Store<BoardState>, id: number, distance: -1 | 1, isMove: boolean): void {
  if (isMove) return moveAside(store, id, distance);
  const beside = STATUSES[STATUSES.indexOf(statusOf(store, id)) + distance];
  if (beside !== undefined) focusBeside(id, beside);
}

/** Moves a card to the next column, and the focus with it. */
export function moveAside(store: Store<BoardState>, id: number, distance: -1 | 1): void {
  if (moveBy(store, id, distance)) followCard(id, statusOf(store, id));
}

/** The keys of the field that edits a title; the focus goes back to the card. */
export function pressEditor(store: Store<BoardState>, id: number, event: Key): void {
  if (!(event.currentTarget instanceof HTMLInputElement)) return;
  if (event.key === 'Enter') rename(store, id, event.currentTarget.value);
  else if (event.key === 'Escape') cancelEditing(store);
  else return;
  focusCard(id);
}

/** The field is left: what was typed stays. */
export function leaveEditor(
  store: Store<BoardState>,
  id: number,
  { currentTarget }: Pick<FocusEvent, 'currentTarget'>,
): void {
  if (currentTarget instanceof HTMLInputElement) rename(store, id, currentTarget.value);
}
