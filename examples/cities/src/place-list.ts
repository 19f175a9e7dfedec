/** Follows what changes the list of places as a whole, for all that name a place by where it stands. */
import type { Commit, HistoryGroup, Store } from 'gaesup-state';
import { type ChangedPlaces, changedPlaces } from './changed-places.ts';
import type { FilterBox } from './filter-box.ts';
import type { Grid } from './grid.ts';
import type { Marks } from './marks.ts';
import type { State } from './record.ts';
import type { SearchTexts } from './search-texts.ts';

/** The parts of the page that name places so. */
export interface PlaceListParts {
  readonly store: Store<State>;
  readonly texts: SearchTexts;
  readonly filter: FilterBox;
  readonly grid: Grid;
  readonly marks: Marks;
}

/**
 * Everything else on the page changes fields of places, and rows watch those themselves. What is
 * taken in from outside, and undo of that, can also add, remove and move places.
 */
export class PlaceList {
  readonly #parts: PlaceListParts;
  /** The step of what is being taken in. */
  #step: HistoryGroup | null = null;
  #committedAt: number | null = null;
  /** From the first time on, steps of the history can move places. */
  #wasReordered = false;

  constructor(parts: PlaceListParts) {
    this.#parts = parts;
    parts.store.onCommit((commit) => {
      if (this.#step !== null) this.#takenIn(commit);
      else if (commit.origin === 'history') this.#travelled(commit);
    });
  }

  /** From now on until {@link arrived}, a commit is what is taken in: one step with this label. */
  expect(label: string): void {
    const { grid, store } = this.#parts;
    grid.finishEditing();
    this.#committedAt = null;
    this.#step = store.history.group(label);
  }

  /** Ends that. Answers when the commit was made, if there was one. */
  arrived(): number | null {
    this.#step?.end();
    this.#step = null;
    return this.#committedAt;
  }

  #takenIn(commit: Commit): void {
    this.#committedAt = performance.now();
    const changed = this.#follow(commit);
    this.#parts.marks.set(changed.records);
    this.#reveal(changed);
  }

  #travelled(commit: Commit): void {
    // Places are followed before the rows look at them; else what is in sight comes first.
    const followed = this.#wasReordered ? this.#follow(commit) : null;
    setTimeout(() => {
      this.#parts.marks.set([]);
      this.#reveal(followed ?? this.#follow(commit));
    });
  }

  /** Tells everyone where the places stand now. */
  #follow(commit: Commit): ChangedPlaces {
    const { texts, filter } = this.#parts;
    const changed = changedPlaces(commit, texts.size);
    if (changed.order !== null || changed.isAnother) {
      this.#wasReordered = true;
      filter.reorders(changed.order);
    }
    return changed;
  }

  #reveal({ records, cells }: ChangedPlaces): void {
    const { filter, grid } = this.#parts;
    for (const record of records) filter.looksAt(record);
    // The table takes over other matches after this task.
    queueMicrotask(() => grid.reveal(cells));
  }
}
