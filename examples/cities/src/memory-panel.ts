/** The panel that compares the store's bytes with those of plain objects. */
import type { Stats } from 'gaesup-state';
import { Bar, type Part } from './bars.ts';
import { formatBytes } from './format.ts';
import type { ObjectBytes } from './memory-estimate.ts';
import { canMeasure, measure } from './memory-measure.ts';
import { element, write } from './page.ts';

export class MemoryPanel {
  readonly #objects: ObjectBytes;
  readonly #rowCount: number;
  readonly #storeBar = new Bar('In the store', 'store-bytes');
  readonly #objectBar = new Bar('As JavaScript objects', 'object-bytes');

  constructor(objects: ObjectBytes, rowCount: number) {
    this.#objects = objects;
    this.#rowCount = rowCount;
    element('memory-bars', HTMLElement).append(this.#storeBar.element, this.#objectBar.element);
    const button = element('measure', HTMLButtonElement);
    button.hidden = !canMeasure();
    button.addEventListener('click', () => void this.#measure(button));
  }

  /** Shows the store's bytes beside those of the objects. */
  show(stats: Stats): void {
    const store = storeParts(stats);
    const storeTotal = store.reduce((sum, part) => sum + part.bytes, 0);
    const scale = Math.max(storeTotal, this.#objects.total);
    this.#storeBar.show(store, scale);
    this.#objectBar.show(objectParts(this.#objects), scale);
    const [before, after] = [this.#perRow(this.#objects.total), this.#perRow(storeTotal)];
    write(element('memory-ratio', HTMLElement), `${after} against ${before} bytes per row`);
  }

  #perRow(bytes: number): number {
    return Math.round(bytes / this.#rowCount);
  }

  async #measure(button: HTMLButtonElement): Promise<void> {
    const status = element('measure-status', HTMLElement);
    button.disabled = true;
    try {
      write(status, 'Measuring. The browser takes up to a minute for it…');
      const { objects, store } = await measure();
      write(
        status,
        `Measured: ${formatBytes(store)} (${this.#perRow(store)} bytes per row) for the store with its JavaScript side, ` +
          `${formatBytes(objects)} (${this.#perRow(objects)} bytes per row) for the objects.`,
      );
    } catch (error) {
      write(status, error instanceof Error ? error.message : String(error));
    } finally {
      button.disabled = false;
    }
  }
}

function storeParts({ bytes }: Stats): readonly Part[] {
  const parts = [
    { title: 'Columns', kind: 'columns', bytes: bytes.columns },
    { title: 'Strings', kind: 'strings', bytes: bytes.strings },
    { title: 'Lists', kind: 'lists', bytes: bytes.lists },
    { title: 'Dictionaries', kind: 'dictionaries', bytes: bytes.dictionaries },
    { title: 'Metadata', kind: 'metadata', bytes: bytes.metadata },
    { title: 'Free', kind: 'free', bytes: bytes.free },
  ];
  // What no part claims: the stack and the constants of the program, and room for transfers.
  const claimed = parts.reduce((sum, part) => sum + part.bytes, 0);
  return [...parts, { title: 'Program', kind: 'program', bytes: bytes.total - claimed }];
}

function objectParts(bytes: ObjectBytes): readonly Part[] {
  return [
    { title: 'Objects', kind: 'objects', bytes: bytes.objects },
    { title: 'Strings', kind: 'strings', bytes: bytes.strings },
    { title: 'Numbers', kind: 'numbers', bytes: bytes.numbers },
    { title: 'Array', kind: 'lists', bytes: bytes.array },
  ];
}
