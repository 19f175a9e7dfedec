import type { City } from './record.ts';

/** Reads places from where they are. */
export interface PlaceReader {
  length(): number;
  at(record: number): Pick<City, 'name' | 'country'>;
}

/** Numbers of records, in rising order. */
export type Matches = ArrayLike<number>;

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
const countryTexts = new Map<string, string>();

/**
 * What the filter looks into: a text per record with its name, the code of its
 * country and the country's name.
 *
 * It is a column that the page keeps beside the store. A selection that read
 * two fields of every record would give the same matches, but reading them takes
 * hundreds of milliseconds after each change of a name; this takes a few.
 */
export class SearchTexts {
  #texts: string[];
  #all: Uint32Array;

  constructor(cities: readonly City[]) {
    this.#texts = cities.map((city) => searchText(city.name, city.country));
    this.#all = Uint32Array.from(cities.keys());
  }

  /** How many records there are. */
  get size(): number {
    return this.#texts.length;
  }

  /** Takes over what a record is called now; answers whether that is news. */
  update(record: number, name: string, country: string): boolean {
    const text = searchText(name, country);
    if (this.#texts[record] === text) return false;
    this.#texts[record] = text;
    return true;
  }

  /**
   * Follows records to where they stand now: `order` says for each where it stood, negative for a
   * new one. Without it nothing is known of any.
   */
  reorder(order: readonly number[] | null, cities: PlaceReader): void {
    const length = order?.length ?? cities.length();
    const before = this.#texts;
    this.#texts = Array.from({ length }, (_, record) => {
      const known = order === null ? undefined : before[order[record] as number];
      if (known !== undefined) return known;
      const { name, country } = cities.at(record);
      return searchText(name, country);
    });
    if (length !== before.length) this.#all = Uint32Array.from(this.#texts.keys());
  }

  /** The records that contain each word of the filter. O(records). */
  find(filter: string): Matches {
    const words = fold(filter).split(/\s+/).filter(Boolean);
    if (words.length === 0) return this.#all;
    const matches = new Uint32Array(this.size);
    let count = 0;
    for (const [record, text] of this.#texts.entries()) {
      if (words.every((word) => text.includes(word))) matches[count++] = record;
    }
    return matches.slice(0, count);
  }
}

/** How many of the matches come before a record: its place among them, if it is one. O(log matches). */
export function placeAmong(matches: Matches, record: number): number {
  let [from, to] = [0, matches.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((matches[middle] as number) < record) from = middle + 1;
    else to = middle;
  }
  return from;
}

function searchText(name: string, country: string): string {
  let text = countryTexts.get(country);
  if (text === undefined) {
    // Other texts than codes are refused by the table of names.
    const title = /^[A-Z]{2}$/.test(country) ? countries.of(country) : '';
    text = fold(` ${country} ${title}`);
    countryTexts.set(country, text);
  }
  return fold(name) + text;
}

/** Without case and accents, so that `sao` finds `São`. */
function fold(text: string): string {
  const plain = /^[ -~]*$/.test(text) ? text : text.normalize('NFD').replace(/\p{Mark}/gu, '');
  return plain.toLowerCase();
}
