/** Which records the table marks, until others are. */
export class Marks {
  #records: readonly number[] = [];
  #set: ReadonlySet<number> = new Set();
  /** Called when others are marked. */
  onChange: () => void = () => {};

  /** In rising order. */
  get records(): readonly number[] {
    return this.#records;
  }

  has(record: number): boolean {
    return this.#set.has(record);
  }

  /** Marks these records, in rising order, and no others. */
  set(records: readonly number[]): void {
    if (records.length === 0 && this.#records.length === 0) return;
    this.#records = records;
    this.#set = new Set(records);
    this.onChange();
  }
}
