import type { HistoryStep, Store } from 'gaesup-state';
import { formatDuration } from './format.ts';
import { announce, element, write } from './page.ts';
import type { State } from './record.ts';

/** What a step is called. */
export function stepTitle(step: HistoryStep | undefined): string {
  return step?.label ?? 'Change without a name';
}

/** Undo and redo as the buttons, the keys and the list of steps do them: timed, and told to screen readers. */
export class HistoryActions {
  readonly #store: Store<State>;

  constructor(store: Store<State>) {
    this.#store = store;
  }

  undo(): void {
    const { history } = this.#store;
    if (!history.canUndo) return announce('There is nothing to undo.');
    const step = history.steps[history.position - 1];
    timed(() => history.undo());
    announce(`Undone: ${stepTitle(step)}.`);
  }

  redo(): void {
    const { history } = this.#store;
    if (!history.canRedo) return announce('There is nothing to redo.');
    const step = history.steps[history.position];
    timed(() => history.redo());
    announce(`Done again: ${stepTitle(step)}.`);
  }

  /** Undoes or redoes until so many steps are done. */
  jumpTo(position: number): void {
    const { history } = this.#store;
    if (position !== history.position) timed(() => history.jumpTo(position));
  }
}

/** Does something and shows how long the store took for it. */
function timed(work: () => void): void {
  const start = performance.now();
  work();
  write(element('undo-time', HTMLElement), formatDuration(performance.now() - start));
}
