import { make } from './page.ts';
import type { Column } from './record.ts';

/** What an edit needs to know, and whom it tells. */
export interface Edit {
  readonly cell: HTMLElement;
  readonly column: Column;
  /** Names the field for screen readers, for example `Name, row 5`. */
  readonly label: string;
  readonly text: string;
  /** A text typed to start the edit replaces the old one, instead of being added to it. */
  readonly replaces: boolean;
  /** Writes the value; a sentence returned says why it was refused. */
  readonly commit: (value: string | number) => string | null;
  /** Called once when the edit is over; `refocus` when it was ended by a key. */
  readonly closed: (outcome: 'saved' | 'cancelled', refocus: boolean) => void;
}

/** The field that takes the place of a cell's text while it is edited. */
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
      inputmode: edit.column.numeric ? 'decimal' : 'text',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      'aria-label': edit.label,
      'data-testid': 'cell-editor',
    });
    this.#input.value = edit.text;
    edit.cell.replaceChildren(this.#input, this.#problem);
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('input', () => this.#show(null));
    this.#input.addEventListener('blur', () => this.#onBlur());
    this.#input.focus({ preventScroll: true });
    if (!edit.replaces) this.#input.select();
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

  /** Leaving the field saves what is valid, as Enter does, and drops what is not. */
  #onBlur(): void {
    if (this.#open && !this.#commit(false)) this.#close('cancelled', false);
  }

  /** Returns whether the text was valid and is saved. */
  #commit(refocus: boolean): boolean {
    const parsed = this.#edit.column.parse(this.#input.value);
    const problem = 'problem' in parsed ? parsed.problem : this.#edit.commit(parsed.value);
    if (problem !== null) {
      this.#show(problem);
      return false;
    }
    this.#close('saved', refocus);
    return true;
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
