import { supplyRows } from './markup.tsx';
import { Model, makeRows } from './model.ts';
import { framed, settled, type Taken } from './paint.ts';

const THOUSAND = 1_000;
/** As often as each is done before it counts. */
const WARM_UPS = 5;
const IDLE_ROUNDS = 15;

/** One kind of click: what has to be there before, and what it does to the page. */
interface Operation {
  prepare(page: ShownTable, size: number): Promise<void>;
  click(page: ShownTable, size: number, round: number): () => void;
}

/** The table in the page, and what it should show. */
class ShownTable {
  readonly model = new Model();

  /** Has a thousand rows, or as many, in place of others. */
  async fill(size: number): Promise<void> {
    this.press('create', size)();
    await settled();
  }

  async fillOnce(size: number): Promise<void> {
    if (this.model.ids.length < size / 2) await this.fill(size);
  }

  async empty(): Promise<void> {
    this.press('clear', 0)();
    await settled();
  }

  /** A click on a button, with rows for it. */
  press(id: 'create' | 'append' | 'update' | 'swap' | 'clear', count: number): () => void {
    const rows = makeRows(count);
    if (id === 'create' || id === 'append') this.model[id](rows);
    else if (id === 'clear') this.model.create([]);
    else this.model[id]();
    supplyRows(rows);
    const button = document.getElementById(id);
    return () => button?.click();
  }

  /** A click on a link in a row. */
  pressInRow(what: 'select' | 'remove', index: number): () => void {
    this.model[what](index);
    const cell = what === 'select' ? 2 : 3;
    const link = document.querySelector<HTMLElement>(
      `tbody > tr:nth-child(${index + 1}) > td:nth-child(${cell}) > a`,
    );
    return () => link?.click();
  }
}

const operations: Readonly<Record<string, Operation>> = {
  create: {
    prepare: (page) => page.empty(),
    click: (page, size) => page.press('create', size),
  },
  replace: {
    prepare: (page, size) => page.fillOnce(size),
    click: (page, size) => page.press('create', size),
  },
  update: {
    prepare: (page, size) => page.fill(size),
    click: (page) => page.press('update', 0),
  },
  select: {
    prepare: (page, size) => page.fillOnce(size),
    click: (page, _, round) => page.pressInRow('select', 1 + round),
  },
  swap: {
    prepare: (page, size) => page.fillOnce(size),
    click: (page) => page.press('swap', 0),
  },
  remove: {
    prepare: (page, size) => page.fillOnce(size),
    click: (page, _, round) => page.pressInRow('remove', 3 + round),
  },
  append: {
    prepare: (page, size) => page.fill(size),
    click: (page) => page.press('append', THOUSAND),
  },
  clear: {
    prepare: (page, size) => page.fill(size),
    click: (page) => page.press('clear', 0),
  },
};

/** Processor time of a frame in which nothing happens, with what asking for it takes. */
async function idleTime(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < IDLE_ROUNDS; round++) times.push((await framed(() => {})).processor);
  return times.sort((a, b) => a - b)[IDLE_ROUNDS >> 1];
}

/**
 * Times the way from a click to the paint that shows what it did, each time
 * checking that it does.
 *
 * @returns what each click took
 */
export async function measureOperation(name: string, size: number, count: number): Promise<Taken[]> {
  const operation = operations[name];
  if (operation === undefined) throw new Error(`Nothing is called ${name} here.`);
  const page = new ShownTable();
  const idle = await idleTime();
  const samples: Taken[] = [];
  for (let round = 0; round < WARM_UPS + count; round++) {
    const isWarmUp = round < WARM_UPS;
    // Many rows are warmed up with fewer.
    const rows = isWarmUp ? Math.min(size, THOUSAND) : size;
    await operation.prepare(page, rows);
    const click = operation.click(page, rows, round);
    globalThis.gc?.();
    const took = await framed(click);
    page.model.check();
    if (!isWarmUp) samples.push({ ...took, processor: Math.max(0, took.processor - idle) });
  }
  return samples;
}
