/** What is on the board: features of the web platform, and what we make of each. */

/** The columns, from left to right. */
export const STATUSES = ['watch', 'try', 'use', 'avoid'] as const;
export type Status = (typeof STATUSES)[number];

export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  watch: 'Watch',
  try: 'Try',
  use: 'Use',
  avoid: 'Avoid',
};

/** Where the data puts a feature before anybody has moved it. */
export const STATUS_RULES: Readonly<Record<Status, string>> = {
  watch: 'Experimental, or in one engine',
  try: 'In two of three engines',
  use: 'In all three engines',
  avoid: 'Deprecated, or no standard',
};

/** A column beside another one. */
export interface Side {
  readonly distance: -1 | 1;
  readonly to: Status;
  readonly arrow: string;
}

/** The columns on the left and right of one. */
export function sidesOf(status: Status): Side[] {
  const at = STATUSES.indexOf(status);
  const [left, right] = [STATUSES[at - 1], STATUSES[at + 1]];
  return [
    ...(left ? [{ distance: -1, to: left, arrow: '‹' } as const] : []),
    ...(right ? [{ distance: 1, to: right, arrow: '›' } as const] : []),
  ];
}

export const PRIORITIES = ['low', 'normal', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const PRIORITY_NAMES: Readonly<Record<Priority, string>> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
};

export const BROWSERS = ['chrome', 'firefox', 'safari'] as const;
export type Browser = (typeof BROWSERS)[number];

export const BROWSER_NAMES: Readonly<Record<Browser, string>> = {
  chrome: 'Chrome',
  firefox: 'Firefox',
  safari: 'Safari',
};

/** A feature. The versions are the first that have it, empty where none does. */
export interface Card extends Record<Browser, string> {
  /** Its index in {@link BoardState.cards}. */
  id: number;
  title: string;
  /** Its place in the data, such as `css.properties.gap`. */
  path: string;
  area: string;
  /** Its page below {@link MDN}, or empty. */
  page: string;
  priority: Priority;
}

/** What the pages of {@link Card.page} are below. */
export const MDN = 'https://developer.mozilla.org/docs/';

export interface Area {
  key: string;
  name: string;
  count: number;
}

/** Which cards are shown; an empty text lets all pass. */
export interface Filter {
  text: string;
  area: string;
  priority: Priority | '';
  /** A browser that must not have it. */
  lacking: Browser | '';
}

/** What one user looks at. It is no work, so undo leaves it alone. */
export interface View {
  filter: Filter;
  /** The ids of the cards that are selected, as keys. */
  selection: Partial<Record<string, true>>;
  /** The card that was selected last, where a range begins. */
  anchor: number | null;
  /** The card whose title is being edited. */
  editing: number | null;
  /** The column that something is dragged over. */
  over: Status | null;
  /** What happened last, for the live region. */
  said: string;
  /** What the last change took: time in the store, and cards that were drawn for it. */
  cost: { ms: number; cards: number } | null;
}

export interface BoardState {
  cards: Card[];
  /** The ids of the cards in each column, in its order. */
  columns: Record<Status, number[]>;
  areas: Area[];
  /** The version of the data. */
  version: string;
  view: View;
}

export const NO_FILTER: Readonly<Filter> = { text: '', area: '', priority: '', lacking: '' };

/** The board as the data has it. */
export function initialBoard(data: Omit<BoardState, 'view'>): BoardState {
  const view = { selection: {}, anchor: null, editing: null, over: null, said: '', cost: null };
  return { ...data, view: { filter: NO_FILTER, ...view } };
}
