/** The field that filters the table. */
import type { Store } from 'gaesup-state';
import type { Activity } from './activity.ts';
import { formatCount } from './format.ts';
import { element, write } from './page.ts';
import type { State } from './record.ts';
import type { Matches, SearchTexts } from './search-texts.ts';

/** Typing has paused when no key came for so long. */
const PAUSE_MS = 120;

/** Why other rows match. */
export type Cause = 'filter' | 'rename';

/** Whom the box tells. */
export interface FilterTarget {
  show(matches: Matches, cause: Cause): void;
  /** The records have other numbers than before. */
  renumber(matches: Matches): void;
  focus(): void;
}

/**
 * Keeps what is typed in the store, as any other state, and shows the rows that
 * match. Which ones do is a selection: it runs when typing has paused, however
 * many keys that were, and whatever else has changed in the store.
 */
export class FilterBox {
  readonly #store: Store<State>;
  readonly #texts: SearchTexts;
  readonly #activity: Activity;
  readonly #target: FilterTarget;
  readonly #input = element('filter', HTMLInputElement);
  #unsubscribe: (() => void) | null = null;
  #renamed = false;

  constructor(store: Store<State>, texts: SearchTexts, activity: Activity, target: FilterTarget) {
    this.#store = store;
    this.#texts = texts;
    this.#activity = activity;
    this.#target = target;
    this.#input.addEventListener('input', () => store.at('filter').set(this.#input.value));
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    element('filter-clear', HTMLButtonElement).addEventListener('click', () => {
      store.at('filter').set('');
      this.#input.focus();
    });
    // Also what others write there, such as the button, has to be seen in the field.
    store.at('filter').subscribe(activity.counted((text) => this.#fill(text)));
    this.#describe(this.#follow());
  }

  /** A row shows this name and country, which may be new to the filter. */
  sees(record: number, name: string, country: string): void {
    if (!this.#texts.update(record, name, country) || this.#renamed) return;
    this.#renamed = true;
    // The table may be in the middle of its rows.
    queueMicrotask(() => {
      this.#renamed = false;
      this.#show(this.#follow(), 'rename');
    });
  }

  /** A record was changed, in sight or not. */
  looksAt(record: number): void {
    const city = this.#store.at('cities', record);
    this.sees(record, city.at('name').get(), city.at('country').get());
  }

  /** Records were added, removed or moved; `order` is that of {@link SearchTexts.reorder}. */
  reorders(order: readonly number[] | null): void {
    const cities = this.#store.at('cities');
    this.#texts.reorder(order, {
      length: () => this.#store.get((state) => state.cities.length),
      at: (record) => ({
        name: cities.at(record, 'name').get(),
        country: cities.at(record, 'country').get(),
      }),
    });
    const matches = this.#follow();
    this.#describe(matches);
    this.#target.renumber(matches);
  }

  /** Listens for matches. A selection depends on the state alone, so other texts take another one. */
  #follow(): Matches {
    this.#unsubscribe?.();
    const found = this.#store.select((state) => this.#texts.find(state.filter));
    this.#unsubscribe = found.subscribe(
      this.#activity.counted((matches) => this.#show(matches, 'filter')),
      { schedule: { debounce: PAUSE_MS } },
    );
    return found.get();
  }

  #show(matches: Matches, cause: Cause): void {
    this.#describe(matches);
    this.#target.show(matches, cause);
  }

  #describe(matches: Matches): void {
    const [count, all] = [formatCount(matches.length), formatCount(this.#texts.size)];
    const isEmpty = matches.length === 0;
    const isWhole = matches.length === this.#texts.size;
    const text = isEmpty ? 'No place matches' : isWhole ? `${all} places` : `${count} of ${all}`;
    write(element('filter-count', HTMLElement), text);
    element('grid-empty', HTMLElement).hidden = !isEmpty;
  }

  #fill(text: string): void {
    if (this.#input.value !== text) this.#input.value = text;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Enter') this.#target.focus();
    else if (event.key === 'Escape') this.#store.at('filter').set('');
    else return;
    event.preventDefault();
  }
}
