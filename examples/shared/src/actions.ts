/** All that can be done to the board. Components call these and nothing else. */
import type { Store } from 'gaesup-state';
import { drawn } from './drawn.ts';
import { countOf } from './format.ts';
import { cardsIn, selectedCount, selectedIds } from './selectors.ts';
import {
  type BoardState,
  NO_FILTER,
  PRIORITIES,
  PRIORITY_NAMES,
  type Priority,
  STATUS_NAMES,
  STATUSES,
  type Status,
} from './state.ts';

type Board = Store<BoardState>;

/** Makes a change that is one step to undo, with its name, and says that it is done. */
function change(store: Board, label: string, work: () => void): void {
  const step = store.history.group(label);
  timed(store, () =>
    store.batch(() => {
      work();
      store.at('view', 'said').set(`${label}.`);
    }),
  );
  step.end();
}

/** Notes how long a change took in the store, and how many cards are drawn until the next frame but one. */
function timed(store: Board, work: () => void): void {
  const cards = drawn.cards;
  const start = performance.now();
  work();
  const ms = performance.now() - start;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => store.at('view', 'cost').set({ ms, cards: drawn.cards - cards })),
  );
}

const titleOf = (store: Board, id: number): string => store.at('cards', id, 'title').get();

/** The column that a card is in. */
export function statusOf(store: Board, id: number): Status {
  const columns = store.at('columns').get();
  return STATUSES.find((status) => columns[status].includes(id)) ?? 'watch';
}

/** Moves a card to the top of a column, or before another card. */
export function move(store: Board, id: number, to: Status, before: number | null = null): void {
  if (id === before) return;
  change(store, `Move ${titleOf(store, id)} to ${STATUS_NAMES[to]}`, () => {
    const from = store.at('columns', statusOf(store, id));
    from.remove(from.get().indexOf(id));
    const target = store.at('columns', to);
    target.insert(before === null ? 0 : Math.max(0, target.get().indexOf(before)), id);
  });
}

/** Moves a card to the column on its left or right, if there is one; says whether. */
export function moveBy(store: Board, id: number, distance: -1 | 1): boolean {
  const to = STATUSES[STATUSES.indexOf(statusOf(store, id)) + distance];
  if (to !== undefined) move(store, id, to);
  return to !== undefined;
}

export function startEditing(store: Board, id: number): void {
  store.at('view', 'editing').set(id);
}

/** Ends the editing of a title; an empty one leaves it as it was. */
export function rename(store: Board, id: number, typed: string): void {
  if (store.at('view', 'editing').get() !== id) return;
  store.at('view', 'editing').set(null);
  const [before, title] = [titleOf(store, id), typed.trim()];
  if (title === '' || title === before) return;
  change(store, `Rename ${before} to ${title}`, () => store.at('cards', id, 'title').set(title));
}

export function cancelEditing(store: Board): void {
  store.at('view', 'editing').set(null);
}

/** Selects a card or takes it out of the selection; with a range, all from the one before to this one. */
export function select(store: Board, id: number, isRange: boolean): void {
  const view = store.at('view');
  const selection = view.at('selection');
  const between = isRange ? rangeTo(store, id) : null;
  store.batch(() => {
    if (between !== null) selection.merge(marked(between));
    else if (selection.at(String(id)).get()) selection.at(String(id)).delete();
    else selection.at(String(id)).set(true);
    view.at('anchor').set(id);
    view.at('said').set(`${countOf(store.get(selectedCount), 'card')} selected.`);
  });
}

/** The cards from the last one selected to this one, if they are in one column. */
function rangeTo(store: Board, id: number): readonly number[] | null {
  const anchor = store.at('view', 'anchor').get();
  if (anchor === null) return null;
  const list = store.select(cardsIn[statusOf(store, id)]).get();
  const ends = [list.indexOf(anchor), list.indexOf(id)];
  return ends.includes(-1) ? null : list.slice(Math.min(...ends), Math.max(...ends) + 1);
}

const marked = (ids: readonly number[]): Record<string, true> =>
  Object.fromEntries(ids.map((id) => [id, true] as const));

/** Selects all cards that pass the filter, and no others. */
export function selectMatching(store: Board): void {
  const ids = STATUSES.flatMap((status) => store.select(cardsIn[status]).get());
  store.at('view').merge({ selection: marked(ids), said: `${countOf(ids.length, 'card')} selected.` });
}

export function clearSelection(store: Board): void {
  store.at('view').merge({ selection: {}, anchor: null, said: 'Nothing selected.' });
}

/** What a form says about all selected cards. */
export interface BatchEdit {
  readonly status: Status | undefined;
  readonly priority: Priority | undefined;
}

/** Does what the form of a batch edit says: what is not chosen there stays as it is. */
export function submitBatch(
  store: Board,
  event: Pick<SubmitEvent, 'currentTarget' | 'preventDefault'>,
): void {
  event.preventDefault();
  const { currentTarget: form } = event;
  if (!(form instanceof HTMLFormElement)) return;
  const data = new FormData(form);
  form.reset();
  editSelected(store, {
    status: STATUSES.find((status) => status === data.get('status')),
    priority: PRIORITIES.find((priority) => priority === data.get('priority')),
  });
}

/** Changes all selected cards, as one commit and one step to undo. */
export function editSelected(store: Board, { status, priority }: BatchEdit): void {
  const ids = store.get(selectedIds);
  const what = [
    ...(status ? [`move to ${STATUS_NAMES[status]}`] : []),
    ...(priority ? [`priority ${PRIORITY_NAMES[priority].toLowerCase()}`] : []),
  ];
  if (ids.length === 0 || what.length === 0) return;
  change(store, `${countOf(ids.length, 'card')}: ${what.join(', ')}`, () => {
    if (status) moveAll(store, ids, status);
    if (priority) for (const id of ids) store.at('cards', id, 'priority').set(priority);
  });
}

/** Puts cards at the top of a column, in the order that they have on the board. */
function moveAll(store: Board, ids: readonly number[], to: Status): void {
  const isMoved = new Set(ids);
  const columns = store.at('columns').get();
  const moved = STATUSES.flatMap((status) => columns[status].filter((id) => isMoved.has(id)));
  for (const status of STATUSES) {
    const kept = columns[status].filter((id) => !isMoved.has(id));
    store.at('columns', status).set(status === to ? [...moved, ...kept] : kept);
  }
}

export function clearFilter(store: Board): void {
  store.at('view', 'filter').set(NO_FILTER);
}

export function undo(store: Board): void {
  const { history } = store;
  const label = history.steps[history.position - 1]?.label;
  timed(store, () => history.undo());
  store.at('view', 'said').set(label === undefined ? 'There is nothing to undo.' : `Undone: ${label}.`);
}

export function redo(store: Board): void {
  const { history } = store;
  const label = history.steps[history.position]?.label;
  timed(store, () => history.redo());
  store.at('view', 'said').set(label === undefined ? 'There is nothing to redo.' : `Done again: ${label}.`);
}

/** Drops what is dragged: the card, or the whole selection if the card is in it. */
export function drop(store: Board, id: number, to: Status, before: number | null): void {
  const isSelected = store.at('view', 'selection', String(id)).get() === true;
  if (isSelected) editSelected(store, { status: to, priority: undefined });
  else move(store, id, to, before);
}
