import { isThenable } from './asynchronous.ts';
import type { HistoryGroup, HistoryOptions, HistoryState, HistoryStep } from './commitTypes.ts';
import type { Core } from './core.ts';
import { GaesupError, type Key } from './errors.ts';
import { INSPECT, type Inspect, printed } from './printed.ts';
import { WrittenTag } from './protocol.ts';
import { currentReader, type ListenerOptions, nextChange, Source } from './reactive.ts';
import { flush } from './schedule.ts';
import type { Listener } from './types.ts';

const BYTES_DEFAULT = 16 << 20;
/** More than anybody has, and still a number of the engine's. */
const STEPS_MAX = 0xffff_fffe;
/** The greatest number of a group. */
const NUMBER_MAX = 0xffff_ffff;
/** Words that the engine tells of a step. */
const STEP_WORDS = 3;

/** So many labels are kept before those of steps that are gone are looked for. */
const LABELS_MIN = 256;
const NOTHING: HistoryState = Object.freeze({
  canUndo: false,
  canRedo: false,
  position: 0,
  length: 0,
  revision: 0,
});

function nothing(): void {}

/** What is told of a history. */
class HistorySource extends Source {
  readonly path: readonly Key[] = [];
  private readonly history: HistoryNode;
  private readonly core: Core;

  constructor(history: HistoryNode, core: Core) {
    super();
    this.history = history;
    this.core = core;
  }

  value(): HistoryState {
    return this.history.peek();
  }

  recheck(): void {
    if (!this.inUse) return;
    nextChange();
    this.changed();
  }

  protected start(): void {
    this.core.watching.inUse.add(this);
  }

  protected stop(): void {
    this.core.watching.inUse.delete(this);
  }
}

/** Commits that belong to one step, while it is open. */
interface OpenGroup {
  readonly number: number;
  readonly label: number;
  readonly within: number;
  /** When something was committed in it last. */
  at: number;
}

/** The steps of one store that can be undone, as its user sees them. */
export class HistoryNode {
  readonly isOn: boolean;
  private readonly core: Core;
  private readonly source: HistorySource;
  private readonly coalesce: number;
  private readonly labels: string[] = [];
  private readonly numbers = new Map<string, number>();
  private openGroup: OpenGroup | undefined;
  private groups = 0;
  /** How many functions run whose commits are one step. */
  private functions = 0;
  /** Numbers of labels that can be given again, less one, and how many labels are worth looking through. */
  private readonly vacant: number[] = [];
  private labelsMax = LABELS_MIN;
  private state: HistoryState = NOTHING;
  /** When it was found out whether a step can be undone or redone, and what. */
  private triedAt = -1;
  private tried: readonly [undo: boolean, redo: boolean] = [false, false];

  /** As a cursor has one. */
  get [Symbol.toStringTag](): string {
    return 'History';
  }

  constructor(core: Core, options: boolean | HistoryOptions) {
    this.core = core;
    this.isOn = options !== false;
    this.source = new HistorySource(this, core);
    const {
      bytes = BYTES_DEFAULT,
      steps = STEPS_MAX,
      coalesce = 0,
      exclude = [],
    } = typeof options === 'object' ? options : {};
    if (typeof bytes !== 'number' || !(bytes > 0))
      throw new TypeError('history.bytes must be a positive number.');
    if (typeof steps !== 'number' || !(steps >= 1)) throw new TypeError('history.steps must be at least 1.');
    if (typeof coalesce !== 'number' || !(coalesce >= 0)) {
      throw new TypeError('history.coalesce must be a number of milliseconds.');
    }
    if (!Array.isArray(exclude) || !exclude.every((place) => Array.isArray(place))) {
      throw new TypeError('history.exclude must be a list of places, each a list of keys.');
    }
    this.coalesce = coalesce;
    if (!this.isOn) return;
    core.records.keepHistory(Math.min(Math.floor(steps), STEPS_MAX), bytes);
    for (const place of exclude) this.exclude(place);
  }

  get canUndo(): boolean {
    return this.get().canUndo;
  }

  get canRedo(): boolean {
    return this.get().canRedo;
  }

  get position(): number {
    return this.get().position;
  }

  get bytes(): number {
    this.get();
    return this.read().bytes;
  }

  get steps(): readonly HistoryStep[] {
    this.get();
    return this.listed().map(({ label, ...step }) => ({ label: this.labels[label - 1], ...step }));
  }

  get(): HistoryState {
    const reader = currentReader();
    return (reader === undefined ? this.peek() : reader.read(this.source)) as HistoryState;
  }

  /** What `JSON.stringify` writes: the value. */
  toJSON(): HistoryState {
    return this.get();
  }

  [INSPECT](depth: number | null, options: object, inspect: Inspect | undefined): string {
    return printed('History:', () => this.peek(), depth, options, inspect);
  }

  subscribe(listener: Listener<HistoryState>, options?: ListenerOptions): () => void {
    this.core.engine.assertReady();
    return this.source.subscribe(listener as Listener<unknown>, options);
  }

  undo(): boolean {
    return this.travel(1, false);
  }

  redo(): boolean {
    return this.travel(-1, false);
  }

  jumpTo(position: number): void {
    this.assertOn();
    const { position: now, length } = this.peek();
    if (!Number.isInteger(position) || position < 0 || position > length) {
      throw new TypeError(`jumpTo() takes a position from 0 to ${length}.`);
    }
    if (position !== now) this.travel(now - position, true);
  }

  clear(): void {
    this.core.assertWritable();
    this.openGroup = undefined;
    this.core.records.clearHistory();
    this.triedAt = -1;
    this.told();
  }

  group(label: string, options?: { readonly within?: number }): HistoryGroup;
  group<R>(work: () => R): R;
  group<R>(what: string | (() => R), options: { readonly within?: number } = {}): HistoryGroup | R {
    this.core.assertWritable();
    if (typeof what === 'string') return this.session(what, options.within ?? Number.POSITIVE_INFINITY);
    if (typeof what !== 'function') throw new TypeError('group() takes a function or a label.');
    this.expire(Date.now());
    const around = this.openGroup;
    this.openGroup ??= this.open(0, Number.POSITIVE_INFINITY);
    this.functions++;
    try {
      const result = what();
      if (isThenable(result)) {
        // What it does later is not part of this, nor is how it fails.
        result.then(undefined, nothing);
        throw new GaesupError(
          'INVALID_CALL',
          'group() takes a function that does its work at once; for others there is group(label).',
        );
      }
      return result;
    } finally {
      this.functions--;
      if (around === undefined) this.endGroup();
    }
  }

  /** Says what the next step is. */
  stamp(): void {
    const at = Date.now();
    this.expire(at);
    const { openGroup } = this;
    if (openGroup !== undefined) openGroup.at = at;
    const { number = 0, label = 0 } = openGroup ?? {};
    this.core.records.stamp(label, number, at, this.coalesce);
  }

  /** The state of the history, the same object while it is the same. */
  peek(): HistoryState {
    const [canUndo, canRedo] = this.possible();
    const { position, length, revision } = this.read();
    const { state } = this;
    const isSame = state.position === position && state.length === length && state.revision === revision;
    if (!isSame || state.canUndo !== canUndo || state.canRedo !== canRedo) {
      this.state = Object.freeze({ canUndo, canRedo, position, length, revision });
    }
    return this.state;
  }

  /** Whether a step can be undone, and redone: others may have left nothing of any. */
  private possible(): readonly [undo: boolean, redo: boolean] {
    const { position, length, isUnsure } = this.read();
    if (!isUnsure) return [position > 0, position < length];
    const { moment, records } = this.core;
    if (this.triedAt !== moment) {
      this.tried = [records.canTravel(false), records.canTravel(true)];
      this.triedAt = moment;
    }
    return this.tried;
  }

  /** Marks that there may be other steps; who listens is told with the next flush. */
  changed(): void {
    this.source.recheck();
  }

  private told(): void {
    this.changed();
    flush();
  }

  private session(name: string, within: number): HistoryGroup {
    if (typeof within !== 'number' || !(within >= 0)) {
      throw new TypeError('within must be a number of milliseconds.');
    }
    // In a function's group everything is one step, whatever it calls itself.
    if (this.functions > 0) return { end: nothing, [Symbol.dispose]: nothing };
    const label = this.numberOf(name);
    this.expire(Date.now());
    const before = this.openGroup;
    const group = before?.label === label ? { ...before, within } : this.open(label, within);
    this.openGroup = group;
    const end = () => {
      if (this.openGroup?.number === group.number) this.endGroup();
    };
    return { end, [Symbol.dispose]: end };
  }

  /** Ends the open group if nothing was committed in it for too long. */
  private expire(now: number): void {
    const group = this.openGroup;
    if (group !== undefined && now - group.at > group.within) this.openGroup = undefined;
  }

  /** Ends the open group: its commits are a step now, or none. */
  private endGroup(): void {
    this.openGroup = undefined;
    const { engine, records } = this.core;
    if (!this.isOn || !engine.isAlive) return;
    records.endStep();
    this.triedAt = -1;
    this.told();
  }

  private open(label: number, within: number): OpenGroup {
    this.groups = (this.groups % NUMBER_MAX) + 1;
    return { number: this.groups, label, within, at: Date.now() };
  }

  private assertOn(): void {
    this.core.engine.assertReady();
    if (this.isOn) return;
    throw new GaesupError(
      'NO_HISTORY',
      'The store keeps no history: pass `history: true` when it is created to undo and redo.',
    );
  }

  private travel(steps: number, exactly: boolean): boolean {
    this.assertOn();
    this.openGroup = undefined;
    const { timeline } = this.core;
    return timeline !== undefined && timeline.travel(steps, exactly) > 0;
  }

  /** Where the history stands. */
  private read(): { position: number; length: number; bytes: number; revision: number; isUnsure: boolean } {
    const { engine, records } = this.core;
    engine.assertReady();
    if (!this.isOn) return { ...NOTHING, bytes: 0, isUnsure: false };
    records.history();
    const { u32, output } = engine;
    return {
      position: u32[output],
      length: u32[output + 1],
      bytes: u32[output + 2],
      revision: u32[output + 3],
      isUnsure: u32[output + 4] !== 0,
    };
  }

  /** All steps, with the numbers of their labels. */
  private listed(): { label: number; at: number; changes: number; bytes: number }[] {
    const { engine, records } = this.core;
    engine.assertReady();
    if (!this.isOn) return [];
    records.historySteps();
    const { u32, f64, output } = engine;
    const [from, words] = [u32[output] / 8, u32[output + 1]];
    return Array.from({ length: words / STEP_WORDS }, (_, number) => {
      const at = from + number * STEP_WORDS;
      return { label: u32[at * 2], at: f64[at + 1], changes: u32[at * 2 + 1], bytes: u32[at * 2 + 4] };
    });
  }

  /** The number of a label, which is made known when it is new. */
  private numberOf(label: string): number {
    const known = this.numbers.get(label);
    if (known !== undefined) return known;
    if (this.numbers.size >= this.labelsMax) this.forgetLabels();
    const number = (this.vacant.pop() ?? this.labels.push(label) - 1) + 1;
    this.labels[number - 1] = label;
    this.numbers.set(label, number);
    return number;
  }

  /** Forgets labels of steps that are gone. */
  private forgetLabels(): void {
    const used = new Set(this.listed().map(({ label }) => label));
    if (this.openGroup !== undefined) used.add(this.openGroup.label);
    for (const [label, number] of this.numbers) {
      if (used.has(number)) continue;
      this.numbers.delete(label);
      this.vacant.push(number - 1);
    }
    this.labelsMax = Math.max(LABELS_MIN, this.numbers.size * 2);
  }

  private exclude(place: readonly Key[]): void {
    const { engine, records, texts } = this.core;
    const from = engine.mark();
    for (const key of place) {
      const text = String(key);
      engine.grow(2 + text.length);
      if (text === '*') engine.pair(0, WrittenTag.Any << 16);
      else texts.writeSought(text);
    }
    records.exclude(from);
  }
}
