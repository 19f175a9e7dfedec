/** The panel that takes in what a server could answer, and shows what that has changed. */
import type { Changes, Store } from 'gaesup-state';
import { formatBytes, formatCount, formatDuration } from './format.ts';
import type { Grid } from './grid.ts';
import type { Marks } from './marks.ts';
import { announce, element, painted, write } from './page.ts';
import { changeShare, encodePlaces, type PayloadFormat, parseAlone, respond, seeded } from './payload.ts';
import type { PlaceList } from './place-list.ts';
import { ProgressBar } from './progress.ts';
import type { State } from './record.ts';

const FIGURES = ['added', 'removed', 'updated', 'moved', 'bytes', 'arrival', 'time', 'parse'] as const;

/** A payload that was taken in. */
interface Taken {
  readonly changes: Changes;
  readonly arrivalMs: number;
  /** From the last byte on until the commit. */
  readonly storeMs: number;
}

class RefetchPanel {
  readonly #store: Store<State>;
  readonly #list: PlaceList;
  readonly #start = element('refetch', HTMLButtonElement);
  readonly #cancel = element('refetch-cancel', HTMLButtonElement);
  readonly #status = element('refetch-status', HTMLElement);
  readonly #progress = new ProgressBar('refetch-progress');
  /** Each payload is another one, and the same in each visit of the page. */
  #seed = 0;
  #controller: AbortController | null = null;

  constructor(store: Store<State>, list: PlaceList) {
    this.#store = store;
    this.#list = list;
    this.#start.addEventListener('click', () => void this.#run());
    this.#cancel.addEventListener('click', () => this.#controller?.abort());
  }

  async #run(): Promise<void> {
    const share = Number(element('refetch-share', HTMLSelectElement).value);
    const format = element('refetch-format', HTMLSelectElement).value as PayloadFormat;
    const controller = new AbortController();
    this.#begin(controller);
    try {
      await painted();
      const places = this.#store.at('cities').get();
      const bytes = encodePlaces(changeShare(places, share, seeded(++this.#seed)), format);
      const taken = await this.#take(respond(bytes, format), bytes.length, controller.signal);
      this.#show(taken, bytes.length);
      await painted();
      const begin = performance.now();
      parseAlone(bytes, format);
      figure('parse', formatDuration(performance.now() - begin));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#say(`${controller.signal.aborted ? 'Cancelled.' : reason} Nothing has changed.`);
    } finally {
      this.#end();
    }
  }

  async #take(response: Response, bytes: number, signal: AbortSignal): Promise<Taken> {
    const begin = performance.now();
    let arrivedAt = begin;
    try {
      const changes = await this.#store.at('cities').ingest(response, {
        key: 'id',
        signal,
        onProgress: (received, total = bytes) => {
          this.#progress.show(received, total, `${formatBytes(received)} of ${formatBytes(total)}`);
          if (received < total) return;
          // The end of the stream is there with its last byte, so that the next commit is this one.
          this.#list.expect('Refetched');
          arrivedAt = performance.now();
        },
      });
      const returnedAt = performance.now();
      const committedAt = this.#list.arrived() ?? returnedAt;
      return { changes, arrivalMs: arrivedAt - begin, storeMs: committedAt - arrivedAt };
    } finally {
      this.#list.arrived();
    }
  }

  #begin(controller: AbortController): void {
    this.#controller = controller;
    for (const id of FIGURES) figure(id, '–');
    write(this.#status, 'Making the payload, then it arrives at the speed of a network…');
    this.#progress.show(0, 1, 'nothing yet');
    this.#progress.isShown = true;
    this.#cancel.disabled = false;
    // The focus goes to what can be done now, and back.
    if (document.activeElement === this.#start) this.#cancel.focus();
    this.#start.disabled = true;
  }

  #end(): void {
    this.#controller = null;
    this.#progress.isShown = false;
    this.#start.disabled = false;
    if (document.activeElement === this.#cancel) this.#start.focus();
    this.#cancel.disabled = true;
  }

  #show({ changes, arrivalMs, storeMs }: Taken, bytes: number): void {
    const { added, removed, updated, moved } = changes;
    for (const [id, count] of Object.entries({ added, removed, updated, moved }))
      figure(id, formatCount(count));
    figure('bytes', formatBytes(bytes));
    figure('arrival', formatDuration(arrivalMs));
    figure('time', formatDuration(storeMs));
    this.#say(
      `${formatCount(added + removed + updated + moved)} changes, taken in within ${formatDuration(storeMs)}.`,
    );
  }

  #say(sentence: string): void {
    write(this.#status, sentence);
  }
}

function figure(id: string, text: string): void {
  write(element(`refetch-${id}`, HTMLElement), text);
}

/** Makes the buttons work that go through the marked rows. */
function startMarks(grid: Grid, marks: Marks): void {
  const next = element('marks-next', HTMLButtonElement);
  const clear = element('marks-clear', HTMLButtonElement);
  const show = (): void => {
    const { length } = marks.records;
    write(element('marks-count', HTMLElement), formatCount(length));
    next.disabled = clear.disabled = length === 0;
    grid.showMarks();
  };
  marks.onChange = show;
  next.addEventListener('click', () => {
    const record = grid.showNext(marks.records);
    announce(
      record === null ? 'No marked row matches the filter.' : `Row ${formatCount(record + 1)} is shown.`,
    );
  });
  clear.addEventListener('click', () => {
    marks.set([]);
    element('refetch', HTMLButtonElement).focus();
  });
}

export function startRefetchPanel(store: Store<State>, list: PlaceList, grid: Grid, marks: Marks): void {
  startMarks(grid, marks);
  new RefetchPanel(store, list);
}
