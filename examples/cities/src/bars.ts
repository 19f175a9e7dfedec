import { formatBytes } from './format.ts';
import { make, write } from './page.ts';

/** One part of a bar; `kind` names its colour in the style sheet. */
export interface Part {
  readonly title: string;
  readonly kind: string;
  readonly bytes: number;
}

/**
 * A stacked bar of bytes with a table of its parts, which is what screen readers
 * get. The roles are spelled out because the style sheet lays the table out as a
 * grid, and browsers then take it for no table.
 */
export class Bar {
  readonly element = make('figure', { class: 'bar' });
  readonly #total: HTMLElement;
  readonly #track = make('div', { class: 'bar-track', 'aria-hidden': 'true' });
  readonly #table = make('table', { class: 'bar-table', role: 'table' });
  readonly #testId: string;

  constructor(title: string, testId: string) {
    this.#testId = testId;
    this.#total = make('span', { class: 'bar-total', 'data-testid': `${testId}-total` });
    const caption = make('figcaption');
    caption.append(make('span', {}, title), this.#total);
    this.#table.append(
      make('caption', { class: 'visually-hidden' }, `${title}, bytes by part`),
      make('tbody', { role: 'rowgroup' }),
    );
    this.element.append(caption, this.#track, this.#table);
  }

  /** Draws the parts against a full width of `scaleBytes`. */
  show(parts: readonly Part[], scaleBytes: number): void {
    const body = this.#table.tBodies[0] as HTMLElement;
    if (this.#track.childElementCount !== parts.length) this.#build(parts, body);
    for (const [at, part] of parts.entries()) {
      const segment = this.#track.children[at] as HTMLElement;
      segment.style.width = `${(part.bytes / scaleBytes) * 100}%`;
      write(body.children[at]?.lastElementChild as HTMLElement, formatBytes(part.bytes));
    }
    write(this.#total, formatBytes(parts.reduce((sum, part) => sum + part.bytes, 0)));
  }

  #build(parts: readonly Part[], body: HTMLElement): void {
    this.#track.replaceChildren(...parts.map((part) => make('div', { class: `bar-part part-${part.kind}` })));
    body.replaceChildren(
      ...parts.map((part) => {
        const row = make('tr', { role: 'row' });
        const heading = make('th', { scope: 'row', role: 'rowheader' });
        heading.append(
          make('span', { class: `swatch part-${part.kind}`, 'aria-hidden': 'true' }),
          part.title,
        );
        row.append(heading, make('td', { role: 'cell', 'data-testid': `${this.#testId}-${part.kind}` }));
        return row;
      }),
    );
  }
}
