import type { HistoryStep } from 'gaesup-state';
import { formatCount } from './format.ts';
import { stepTitle } from './history-actions.ts';
import { make, write } from './page.ts';

/** As many steps are in the document, however many there are. */
export const STEPS_SHOWN_MAX = 50;

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** A line of the list, used for one step after the other so that the focus stays where it is. */
class StepLine {
  readonly element = make('li');
  /** How many steps are done when this one is the last. */
  position = 0;
  readonly #button = make('button', { type: 'button', class: 'step' });
  readonly #title = make('span', { class: 'step-title' });
  readonly #state = make('span', { class: 'visually-hidden' });
  readonly #details = make('span', { class: 'step-details' });

  constructor(onChoice: (position: number) => void) {
    this.#button.append(this.#title, this.#state, this.#details);
    this.#button.addEventListener('click', () => onChoice(this.position));
    this.element.append(this.#button);
  }

  show(position: number, step: HistoryStep | null, current: number): void {
    this.position = position;
    write(this.#title, step === null ? 'Before all steps' : stepTitle(step));
    write(this.#state, position > current ? ' (undone) ' : ' ');
    write(this.#details, step === null ? '' : details(step));
    this.#button.dataset['testid'] = `step-${position}`;
    this.#button.classList.toggle('step-undone', position > current);
    if (position === current) this.#button.setAttribute('aria-current', 'step');
    else this.#button.removeAttribute('aria-current');
  }
}

/** The steps of a history, newest first, of which each can be chosen. */
export class StepList {
  readonly #list: HTMLElement;
  readonly #lines: StepLine[] = [];
  readonly #onChoice: (position: number) => void;
  #position = 0;

  constructor(list: HTMLElement, onChoice: (position: number) => void) {
    this.#list = list;
    this.#onChoice = onChoice;
  }

  /** Shows the last steps, or those around the current position when that is further back. */
  show(steps: readonly HistoryStep[], position: number): void {
    const { length } = steps;
    const newest = length - position < STEPS_SHOWN_MAX ? length : position + STEPS_SHOWN_MAX / 2;
    const count = Math.min(newest + 1, STEPS_SHOWN_MAX);
    while (this.#lines.length < count) {
      const line = new StepLine(this.#onChoice);
      this.#lines.push(line);
      this.#list.append(line.element);
    }
    for (const line of this.#lines.splice(count)) line.element.remove();
    for (const [at, line] of this.#lines.entries()) {
      const shown = newest - at;
      line.show(shown, steps[shown - 1] ?? null, position);
    }
    if (position !== this.#position) this.#reveal(newest - position);
    this.#position = position;
  }

  /** Scrolls the list, and nothing else, as little as needed to show a line. */
  #reveal(at: number): void {
    const line = this.#lines[at]?.element;
    if (line === undefined) return;
    const { offsetTop: top, offsetHeight: height } = line;
    const { scrollTop, clientHeight } = this.#list;
    if (top < scrollTop) this.#list.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.#list.scrollTop = top + height - clientHeight;
  }
}

function details({ at, changes }: HistoryStep): string {
  return `${clock.format(at)} · ${formatCount(changes)} ${changes === 1 ? 'change' : 'changes'}`;
}
