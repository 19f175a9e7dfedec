import { type Change, MARK, type Row, SWAPPED } from './markup.tsx';

const words = [
  ['pretty', 'large', 'small', 'quaint', 'clean', 'odd', 'helpful', 'expensive', 'fancy', 'plain'],
  ['red', 'yellow', 'blue', 'green', 'pink', 'brown', 'purple', 'white', 'black', 'orange'],
  ['table', 'chair', 'house', 'desk', 'car', 'pony', 'cookie', 'sandwich', 'burger', 'keyboard'],
];

let nextId = 1;
let seed = 7;

/** A whole number below `count`, from the same series for everybody. */
export function below(count: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * count);
}

export function makeRows(count: number): Row[] {
  return Array.from({ length: count }, () => ({
    id: nextId++,
    label: words.map((some) => some[below(some.length)]).join(' '),
  }));
}

/** What the page should show: rows of its own, since contenders may change those they get. */
export class Model {
  private rows: { id: number; label: string }[] = [];
  private selected = 0;

  get ids(): number[] {
    return this.rows.map(({ id }) => id);
  }

  create(rows: readonly Row[]): void {
    this.rows = rows.map((row) => ({ ...row }));
    this.selected = 0;
  }

  append(rows: readonly Row[]): void {
    this.rows.push(...rows.map((row) => ({ ...row })));
  }

  update(): void {
    for (let index = 0; index < this.rows.length; index += 10) this.rows[index].label += MARK;
  }

  swap(): void {
    const [first, second] = SWAPPED;
    [this.rows[first], this.rows[second]] = [this.rows[second], this.rows[first]];
  }

  select(index: number): void {
    this.selected = this.rows[index].id;
  }

  remove(index: number): void {
    this.rows.splice(index, 1);
  }

  change(changes: readonly Change[]): void {
    for (const { index, label } of changes) this.rows[index].label = label;
  }

  /** @throws when the page shows anything else */
  check(): void {
    const shown = document.querySelectorAll('tbody > tr');
    if (shown.length !== this.rows.length) {
      throw new Error(`The page has ${shown.length} rows in place of ${this.rows.length}.`);
    }
    this.rows.forEach(({ id, label }, index) => {
      const row = shown[index];
      const [first, second] = row.children;
      const wanted = [String(id), label, id === this.selected ? 'danger' : ''];
      const found = [first.textContent, second.textContent, row.className];
      if (wanted.some((part, at) => part !== found[at])) {
        throw new Error(`Row ${index} is ${found.join(', ')} in place of ${wanted.join(', ')}.`);
      }
    });
  }
}
