import { make } from './page.ts';
import type { Parsed } from './record.ts';

/** What an edit needs to know, and whom it tells. */
export interface Edit {
  readonly cell: HTMLElement;
  readonly numeric: boolean;
  /** Names the field for screen readers, for example `Name, row 5`. */
  readonly label: string;
  readonly text: string;
  /** A text typed to start the edit replaces the old one, instead of being added to it. */
  readonly replaces: boolean;
  readonly parse: (text: string) => Parsed;
  /** Writes a value, with each key that leaves one; a sentence returned says why it was refused. */
  readonly write: (value: string | number) => string | null;
  /** Called once when the edit is over; `refocus` when it was ended by a key. */
  readonly closed: (outcome: 'saved' | 'cancelled', refocus: boolean) => void;
}

/**
 * The field that takes the place of a cell's text while it is edited. Whatever
 * valid text is in it has been written, so that everybody can follow.
 */
export class CellEditor {
  readonly #edit: Edit;
  readonly #input: HTMLInputElement;
  readonly #problem = make('div', { class: 'cell-problem', id: 'cell-problem', role: 'alert' });
  #open = true;

  constructor(edit: Edit) {
    this.#edit = edit;
    this.#input = make('input', {
      class: 'cell-input',
      type: 'text',
      inputmode: edit.numeric ? 'decimal' : 'text',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      'aria-label': edit.label,
      'data-testid': 'cell-editor',
    });
    this.#input.value = edit.text;
    edit.cell.replaceChildren(this.#input, this.#problem);
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('input', (event) => this.#onInput((event as InputEvent).isComposing));
    this.#input.addEventListener('compositionend', () => this.#onInput(false));
    this.#input.addEventListener('blur', () => this.#onBlur());
    this.#input.focus({ preventScroll: true });
    if (edit.replaces) this.#onInput(false);
    else this.#input.select();
  }

  #onInput(isComposing: boolean): void {
    this.#show(null);
    // A text that is half typed is no mistake yet.
    if (!isComposing) this.#write();
  }

  #onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Enter' || event.key === 'F2') {
      event.preventDefault();
      this.#commit(true);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.#close('cancelled', true);
    } else if (event.key === 'Tab' && !this.#commit(true)) {
      event.preventDefault();
    }
  }

  /** Leaving the field keeps what is valid, as Enter does, and else takes back what was typed. */
  #onBlur(): void {
    if (this.#open && !this.#commit(false)) this.#close('cancelled', false);
  }

  /** Returns whether the text was valid and is kept. */
  #commit(refocus: boolean): boolean {
    const problem = this.#write();
    if (problem !== null) {
      this.#show(problem);
      return false;
    }
    this.#close('saved', refocus);
    return true;
  }

  /** Writes the text if it is valid; answers what is wrong with it. */
  #write(): string | null {
    const parsed = this.#edit.parse(this.#input.value);
    return 'problem' in parsed ? parsed.problem : this.#edit.write(parsed.value);
  }

  #show(problem: string | null): void {
    this.#problem.textContent = problem ?? '';
    if (problem === null) {
      this.#input.removeAttribute('aria-invalid');
      this.#input.removeAttribute('aria-describedby');
    } else {
      this.#input.setAttribute('aria-invalid', 'true');
      this.#input.setAttribute('aria-describedby', this.#problem.id);
    }
  }

  #close(outcome: 'saved' | 'cancelled', refocus: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#input.remove();
    this.#problem.remove();
    this.#edit.closed(outcome, refocus);
  }
}
