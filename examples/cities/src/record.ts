/** One place, as the store holds it. */
export interface City {
  /** By which a place is the same one wherever it stands: its number in the data file, or a later one. */
  id: number;
  name: string;
  country: string;
  lat: number;
  lng: number;
  admin1: string;
  admin2: string;
  /**
   * Not in the data: the counter that the live updates raise. It stands for what
   * comes from elsewhere, so nobody edits it, and undo leaves it alone.
   */
  visits: number;
}

/** The whole state of the page. */
export interface State {
  cities: City[];
  /** What is typed into the filter box. */
  filter: string;
}

/** What a typed text means for a cell: a value, or why it is none. */
export type Parsed = { readonly value: string | number } | { readonly problem: string };

/** A column of the table. */
export interface Column {
  readonly title: string;
  /** The field shown; the column of row numbers has none. */
  readonly field: keyof City | null;
  readonly numeric: boolean;
  /** The value as text, for the eye. */
  readonly show: (value: string | number) => string;
  /** What a typed text means; a column without it cannot be edited. */
  readonly parse?: (text: string) => Parsed;
}

const MAX_TEXT_LENGTH = 200;

const counts = new Intl.NumberFormat('en');

/** The version of {@link State}'s form, which is written into saved files. */
export const SCHEMA_VERSION = 1;

/** What is no work of the user's: undo leaves it alone. */
export const NOT_UNDONE = [['filter'], ['cities', '*', 'visits']];

/** The columns, from left to right. */
export const COLUMNS: readonly Column[] = [
  { title: '#', field: null, numeric: true, show: showCount },
  { title: 'Name', field: 'name', numeric: false, show: String, parse: parseName },
  { title: 'Visits', field: 'visits', numeric: true, show: showCount },
  { title: 'Country', field: 'country', numeric: false, show: String, parse: parseCountry },
  {
    title: 'Latitude',
    field: 'lat',
    numeric: true,
    show: showDegrees,
    parse: (text) => parseDegrees(text, 90),
  },
  {
    title: 'Longitude',
    field: 'lng',
    numeric: true,
    show: showDegrees,
    parse: (text) => parseDegrees(text, 180),
  },
  { title: 'Region', field: 'admin1', numeric: false, show: String, parse: parseText },
  { title: 'District', field: 'admin2', numeric: false, show: String, parse: parseText },
];

/** The column that names a row for screen readers. */
export const NAME_COLUMN = 1;
export const COUNTRY_COLUMN = 3;

/** Whether a state is one that this page can show; files may hold any. Looks at the first and the last place. */
export function isState(state: unknown): boolean {
  const { cities, filter } = (state ?? {}) as { readonly cities?: unknown; readonly filter?: unknown };
  if (typeof filter !== 'string' || !Array.isArray(cities)) return false;
  return isCity(cities[0]) && isCity(cities.at(-1));
}

function isCity(value: unknown): boolean {
  const city = (value ?? {}) as Readonly<Record<string, unknown>>;
  const texts = [city['name'], city['country'], city['admin1'], city['admin2']];
  const numbers = [city['id'], city['lat'], city['lng'], city['visits']];
  return texts.every((text) => typeof text === 'string') && numbers.every(Number.isFinite);
}

function showCount(value: string | number): string {
  return counts.format(Number(value));
}

function showDegrees(value: string | number): string {
  return Number(value).toFixed(5);
}

function parseText(text: string): Parsed {
  if (text.length > MAX_TEXT_LENGTH) return { problem: `At most ${MAX_TEXT_LENGTH} characters.` };
  return { value: text };
}

function parseName(text: string): Parsed {
  return text.trim() === '' ? { problem: 'A place needs a name.' } : parseText(text);
}

function parseCountry(text: string): Parsed {
  const code = text.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? { value: code } : { problem: 'Two letters, for example FR.' };
}

function parseDegrees(text: string, limit: number): Parsed {
  const value = parseNumber(text);
  return Math.abs(value) <= limit ? { value } : { problem: `A number from −${limit} to ${limit}.` };
}

/** NaN for everything that is not a plain decimal number. */
function parseNumber(text: string): number {
  const plain = text.trim().replace('−', '-');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
}
