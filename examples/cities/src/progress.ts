import { element } from './page.ts';

/** A bar that shows how much is done, to the eye and to screen readers. */
export class ProgressBar {
  readonly #bar: HTMLElement;
  readonly #fill: HTMLElement;

  /** The element with this id must hold the one that fills it. */
  constructor(id: string) {
    this.#bar = element(id, HTMLElement);
    this.#fill = this.#bar.firstElementChild as HTMLElement;
  }

  set isShown(isShown: boolean) {
    this.#bar.hidden = !isShown;
  }

  show(value: number, max: number, text: string): void {
    this.#bar.setAttribute('aria-valuemax', String(max));
    this.#bar.setAttribute('aria-valuenow', String(value));
    this.#bar.setAttribute('aria-valuetext', text);
    this.#fill.style.transform = `scaleX(${Math.min(value / max, 1)})`;
  }
}
