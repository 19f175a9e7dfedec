/** What the components show of the state. Each runs again only after something that it has read has changed. */
import type { Immutable, Store } from 'gaesup-state';
import { countOf, formatDuration } from './format.ts';
import { type BoardState, BROWSERS, type Card, type Filter, STATUSES, type Status } from './state.ts';

type State = Immutable<BoardState>;

/** The ids of the cards in a column that pass the filter, for each column. */
export const cardsIn: Readonly<Record<Status, (state: State) => readonly number[]>> = {
  watch: (state) => shown(state, 'watch'),
  try: (state) => shown(state, 'try'),
  use: (state) => shown(state, 'use'),
  avoid: (state) => shown(state, 'avoid'),
};

function shown({ cards, columns, view }: State, status: Status): readonly number[] {
  const passes = test(view.filter);
  return passes === null ? columns[status] : columns[status].filter((id) => passes(cards[id]));
}

/** How many cards pass the filter. Reads what {@link cardsIn} has found already. */
export function matchCount(store: Store<BoardState>): number {
  return STATUSES.reduce((sum, status) => sum + store.select(cardsIn[status]).get().length, 0);
}

/** Whether there is a filter. */
export function isFiltered({ view }: State): boolean {
  const { text, area, priority, lacking } = view.filter;
  return text.trim() !== '' || area !== '' || priority !== '' || lacking !== '';
}

/** The ids of the cards that are selected. */
export function selectedIds({ view }: State): readonly number[] {
  return Object.keys(view.selection).map(Number);
}

export function selectedCount(state: State): number {
  return Object.keys(state.view.selection).length;
}

/** The function that tells which cards pass, or null when all do. */
function test(filter: Immutable<Filter>): ((card: Immutable<Card> | undefined) => boolean) | null {
  const { area, priority, lacking } = filter;
  const words = filter.text.split(/\s+/).filter(Boolean).map(pattern);
  if (words.length === 0 && area === '' && priority === '' && lacking === '') return null;
  return (card) =>
    card !== undefined &&
    (area === '' || card.area === area) &&
    (priority === '' || card.priority === priority) &&
    (lacking === '' || card[lacking] === '') &&
    words.every((word) => word.test(card.title) || word.test(card.path));
}

function pattern(word: string): RegExp {
  return new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i');
}

/** The browsers with the first version that has the feature, or null. */
export function support(
  card: Immutable<Card>,
): { browser: (typeof BROWSERS)[number]; since: string | null }[] {
  return BROWSERS.map((browser) => ({ browser, since: card[browser] || null }));
}

/** What the last change took, in words. */
export function costOf({ view }: State): string {
  if (view.cost === null) return 'Every card watches its own record.';
  const { ms, cards } = view.cost;
  return `Last change: ${formatDuration(ms)} in the store, ${countOf(cards, 'card')} drawn`;
}
