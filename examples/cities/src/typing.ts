import type { Cursor, History, HistoryGroup } from 'gaesup-state';

/** A longer pause in typing begins another step. */
const PAUSE_MS = 2_000;

/** What is typed into one cell: a commit with each key, and all of them one step that can be undone. */
export class Typing {
  readonly label: string;
  readonly #history: History;
  readonly #cursor: Cursor<string | number>;
  readonly #before: string | number;
  #positionBefore: number | null = null;
  #group: HistoryGroup | null = null;

  constructor(history: History, cursor: Cursor<string | number>, label: string) {
    this.#history = history;
    this.#cursor = cursor;
    this.label = label;
    this.#before = cursor.get();
  }

  /** Writes a value; what the store refuses becomes a sentence for the editor. */
  write(value: string | number): string | null {
    // Otherwise a field that is opened and closed again would end what can be redone.
    if (Object.is(this.#cursor.get(), value)) return null;
    this.#positionBefore ??= this.#history.position;
    this.#group = this.#history.group(this.label, { within: PAUSE_MS });
    try {
      this.#cursor.set(value);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The next change of this cell is a step of its own. */
  keep(): void {
    this.#group?.end();
  }

  /** Undoes all that was typed. It can be redone. */
  takeBack(): void {
    this.keep();
    const position = this.#positionBefore;
    if (position === null) return;
    if (position < this.#history.position) this.#history.jumpTo(position);
    // A history that is full forgets a step with each new one, and its positions move.
    if (!Object.is(this.#cursor.get(), this.#before)) this.#cursor.set(this.#before);
  }
}
