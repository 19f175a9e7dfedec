/**
 * Runs batches on the oracle and on a store side by side, and compares what a
 * batch promises: reads inside see the writes, one commit and one call of each
 * listener or none at all, and after a throw everything as it was.
 */
import fc from 'fast-check';
import { difference, show } from '../conformance/check.ts';
import { afterMicrotasks, type Cursor, type Store, type Subject } from '../conformance/subject.ts';
import { batchFault } from './batchIdentity.ts';
import {
  type Act,
  type Batch,
  type BatchProgram,
  batchPrograms,
  containersOf,
  type Done,
  inverseOf,
  restoringSome,
} from './batchPrograms.ts';
import { applyToCursor, applyToOracle, call, isNear, outcomeOf, vandalise } from './operations.ts';
import { childOf, deepCopy, isContainer, Oracle, type Path, sameContent } from './oracle.ts';
import { type Operation, resolve, somePath, suits } from './programs.ts';
import { runRound } from './rounds.ts';

/** How much a run tried. */
export interface BatchTally {
  batches: number;
  operations: number;
  nested: number;
  /** Batches that changed something, left everything as it was, or were taken back. */
  commits: number;
  unchanged: number;
  thrown: number;
  refused: number;
  reads: number;
  calls: number;
  /** Batches of writes only that were sent once. */
  counted: number;
  sentOnce: number;
}

/** The store did something else than the oracle, wherever that came to light. */
class Divergence extends Error {}

/** An operation that cannot be done, and how the code in the batch goes on when it is told so. */
interface Refusal {
  readonly operation: Operation;
  readonly code: string;
  readonly thrown: unknown;
  readonly rethrows: boolean;
}

interface Told {
  readonly path: Path;
  readonly cursor: Cursor;
  readonly schedule: 'sync' | 'microtask';
  readonly calls: [value: unknown, previous: unknown][];
  last: unknown;
}

/** Tries at least so many batches. */
export async function tryBatches(subject: Subject, count: number, seed: number): Promise<BatchTally> {
  const tally: BatchTally = {
    batches: 0,
    operations: 0,
    nested: 0,
    commits: 0,
    unchanged: 0,
    thrown: 0,
    refused: 0,
    reads: 0,
    calls: 0,
    counted: 0,
    sentOnce: 0,
  };
  const property = fc.asyncProperty(batchPrograms, (program) => runBatches(subject, program, tally));
  for (let round = 0; tally.batches < count; round += 1) await runRound('batches', property, seed + round);
  return tally;
}

/** Runs one program; throws with a trace of the calls at the first divergence. */
async function runBatches(subject: Subject, program: BatchProgram, tally: BatchTally): Promise<void> {
  const run = new BatchRun(subject, program, tally);
  try {
    for (const batch of program.batches) await run.take(batch);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${run.trace.join('\n')}`, { cause: error });
  } finally {
    run.dispose();
  }
}

class BatchRun {
  readonly trace: string[];
  readonly #subject: Subject;
  readonly #program: BatchProgram;
  readonly #tally: BatchTally;
  readonly #oracle: Oracle;
  readonly #store: Store;
  readonly #told: Told[];
  readonly #kept: { readonly path: Path; readonly cursor: Cursor }[];
  /** Views handed out inside batches; they must never change. */
  #handedOut: { readonly view: unknown; readonly copy: unknown }[] = [];
  /** The state when the outermost batch began, and the writes since. */
  #start: unknown;
  #done: Done[] = [];
  #indent = '';

  constructor(subject: Subject, program: BatchProgram, tally: BatchTally) {
    this.#subject = subject;
    this.#program = program;
    this.#tally = tally;
    this.#oracle = new Oracle(program.initial);
    this.#store = subject.createStore(deepCopy(program.initial));
    this.#start = this.#oracle.root;
    this.trace = [`store = createStore(${show(program.initial)})`];
    this.#kept = program.kept.map((picks) => {
      const path = somePath(this.#oracle.root, picks);
      return { path, cursor: this.#store.at(...path) };
    });
    this.#told = program.watched.map((picks, index) =>
      this.#subscribe(somePath(this.#oracle.root, picks), index % 2 === 0 ? 'sync' : 'microtask'),
    );
  }

  dispose(): void {
    this.#store.dispose();
  }

  async take(batch: Batch): Promise<void> {
    const store = this.#store;
    const reads = this.#program.reading === 'before each';
    const before = { state: this.#oracle.root, view: reads ? store.get() : undefined };
    const { version } = store;
    this.#start = before.state;
    this.#done = [];
    this.#tally.batches += 1;
    const idle = callsOf(store);
    const from = callsOf(store);
    const wentThrough = this.#batch(batch, false);
    const sent = callsOf(store) - from - (from - idle);
    this.#checkTold('sync');
    const changed = !sameContent(before.state, this.#oracle.root);
    if (store.version - version !== (changed ? 1 : 0))
      diverge(
        `${store.version - version} commits of a batch that changed ${changed ? 'something' : 'nothing'}`,
      );
    this.#tally.commits += store.version - version;
    if (wentThrough) this.#count(batch, sent);
    this.#checkViews(before, reads);
    await afterMicrotasks();
    this.#checkTold('microtask');
  }

  #checkViews(before: { state: unknown; view: unknown }, reads: boolean): void {
    const after = { state: this.#oracle.root, view: this.#store.get() };
    const fault = reads ? batchFault(before, after) : difference(after.view, after.state);
    if (fault !== undefined) diverge(fault);
    for (const [path] of containersOf(after.state)) {
      if (this.#store.at(...path).get() !== at(after.view, path))
        diverge(`the cursor at ${show([...path])} gives another object than the whole state has there`);
    }
    for (const { path, cursor } of this.#kept) {
      if (!Object.is(cursor.get(), at(after.view, path)))
        diverge(`the kept cursor at ${show([...path])} reads ${show(cursor.get())}`);
    }
    for (const { view, copy } of this.#handedOut) {
      const found = difference(view, copy);
      if (found !== undefined) diverge(`a view that was read in a batch has changed: ${found}`);
    }
    this.#handedOut = [];
  }

  /** How often the engine was called for a batch that does nothing but write. */
  #count(batch: Batch, sent: number): void {
    // Listeners read what they are told.
    if (this.#told.length > 0) return;
    const onlyWrites = batch.acts.every(({ kind }) => kind === 'write' || kind === 'takeBack');
    // Views are read to be written, and objects say first which keys they have.
    const isPlain = this.#done.every(
      ({ operation }) => !operation.viewOf && !operation.arguments.some(isContainer),
    );
    if (!onlyWrites || !isPlain) return;
    this.#tally.counted += 1;
    if (sent <= 1) this.#tally.sentOnce += 1;
    // A command is sent again when the batch itself has moved what it is about.
    if (sent > 1 + this.#done.length) diverge(`${sent} calls for ${this.#done.length} writes`);
  }

  /** Runs a batch on both sides; gives back whether it went through. */
  #batch(batch: Batch, isNested: boolean): boolean {
    const { root } = this.#oracle;
    const boom = new Error('thrown by the function');
    let refusal: Refusal | undefined;
    this.#note('store.batch(() => {');
    this.#indent += '  ';
    const outcome = outcomeOf(() => {
      const answer = this.#store.batch(() => {
        refusal = this.#play(batch.acts);
        if (refusal?.rethrows) throw refusal.thrown;
        if (refusal === undefined && batch.ending === 'throws') throw boom;
        return batch;
      });
      if (answer !== batch) diverge('batch() returned something else than its function');
    });
    this.#indent = this.#indent.slice(2);
    const { error } = outcome;
    if (error instanceof Divergence) throw error;
    this.#note(`}) -> ${refusal?.code ?? (error === undefined ? 'done' : 'thrown')}`);
    if (refusal !== undefined) this.#checkRefusal(refusal, error);
    else if (batch.ending === 'throws' && error !== boom)
      diverge(`batch() threw ${String(error)}, not what its function did`);
    else if (batch.ending === 'returns' && error !== undefined) diverge(`batch() threw ${describe(error)}`);
    if (error !== undefined) this.#oracle.root = root;
    this.#tally.nested += isNested ? 1 : 0;
    if (isNested) return error === undefined;
    this.#tally.thrown += error === boom ? 1 : 0;
    this.#tally.refused += refusal === undefined ? 0 : 1;
    this.#tally.unchanged += error === undefined && sameContent(root, this.#oracle.root) ? 1 : 0;
    return error === undefined;
  }

  /** Does what a batch does, until something is refused. */
  #play(acts: readonly Act[]): Refusal | undefined {
    for (const act of acts) {
      if (act.kind === 'batch') this.#batch(act, true);
      else if (act.kind === 'read') this.#read(act.picks);
      else {
        for (const [operation, cursor] of this.#writesOf(act)) {
          const refusal = this.#write(operation, cursor);
          if (refusal !== undefined) return refusal;
        }
      }
      if (this.#told.some(({ calls }) => calls.length > 0)) diverge('a listener was called inside a batch');
    }
    return undefined;
  }

  /** The operations of an act; each is made when the ones before it were done. */
  *#writesOf(act: Act): Generator<readonly [Operation, Cursor]> {
    const at = (path: Path): Cursor => this.#store.at(...path);
    const { root } = this.#oracle;
    if (act.kind === 'write') {
      const kept = this.#keptFor(act.step.picks[3] as number, act.step.action);
      const deleted = this.#done.filter(({ operation }) => operation.method === 'delete');
      const past = { deleted: deleted.map(({ operation }) => operation.path) };
      const operation = resolve(root, act.step, past, kept?.path);
      yield [operation, kept?.path === operation.path ? kept.cursor : at(operation.path)];
    } else if (act.kind === 'restore') {
      const paths = this.#done.map(({ operation }) => operation.path);
      const operation = restoringSome(this.#start, paths, act.pick);
      yield [operation, at(operation.path)];
    } else if (act.kind === 'takeBack') {
      for (const done of this.#done.slice(-act.count).reverse()) {
        for (const operation of inverseOf(done)) yield [operation, at(operation.path)];
      }
    }
  }

  #keptFor(pick: number, action: Parameters<typeof suits>[2]): { path: Path; cursor: Cursor } | undefined {
    if (pick % 3 !== 0) return undefined;
    const fitting = this.#kept.filter(({ path }) => suits(this.#oracle.root, path, action));
    return fitting[pick % (fitting.length || 1)];
  }

  #write(operation: Operation, cursor: Cursor): Refusal | undefined {
    const before = this.#oracle.root;
    const expected = outcomeOf(() => applyToOracle(this.#oracle, operation));
    this.#note(`${call(operation)} -> ${expected.text}`);
    this.#tally.operations += 1;
    const actual = outcomeOf(() => {
      const given = operation.viewOf
        ? [this.#store.at(...operation.viewOf).get()]
        : operation.arguments.map(deepCopy);
      applyToCursor(cursor, operation, given);
      if (!operation.viewOf) for (const value of given) vandalise(value);
    });
    if (expected.error !== undefined) return this.#refuse(operation, expected.text, actual.error);
    if (actual.error !== undefined) diverge(`${call(operation)} threw ${describe(actual.error)}`);
    this.#done.push({ operation, before });
    return undefined;
  }

  /** An invalid write may be told at once, or by a later read or the end of the batch; some batches look. */
  #refuse(operation: Operation, code: string, thrown: unknown): Refusal {
    const pick = this.#tally.operations;
    let seen = thrown;
    if (pick % 3 > 0) {
      seen = outcomeOf(() => this.#store.get()).error;
      if (seen === undefined) diverge(`${call(operation)} failed, but a read after it did not tell`);
    }
    const refusal = { operation, code, thrown: seen, rethrows: seen !== undefined && pick % 3 === 2 };
    if (seen !== undefined) this.#checkRefusal(refusal, seen);
    return refusal;
  }

  #checkRefusal({ operation, code }: Refusal, error: unknown): void {
    if (!(error instanceof this.#subject.GaesupError))
      diverge(`${call(operation)}: got ${describe(error)}, expected ${code}`);
    const { path = [] } = error;
    if (error.code !== code || !isNear(path, operation.path))
      diverge(`${call(operation)}: got ${error.code} at ${show([...path])}, expected ${code}`);
  }

  #read(picks: readonly number[]): void {
    const { root } = this.#oracle;
    const pick = picks[0] as number;
    const kept = pick % 4 === 0 ? this.#kept[pick % (this.#kept.length || 1)] : undefined;
    const path = kept?.path ?? somePath(root, picks).slice(0, pick % 5);
    const cursor = kept?.cursor ?? this.#store.at(...path);
    this.#tally.reads += 1;
    this.#note(`store.at(${show([...path])}).get()`);
    const view = cursor.get();
    const found = difference(view, this.#oracle.get(path));
    if (found !== undefined) diverge(`a read in a batch at ${show([...path])}: ${found}`);
    if (!Object.is(view, cursor.get())) diverge(`two reads in a row at ${show([...path])} give two objects`);
    if (isContainer(view)) this.#handedOut.push({ view, copy: deepCopy(view) });
  }

  #subscribe(path: Path, schedule: 'sync' | 'microtask'): Told {
    const cursor = this.#store.at(...path);
    const calls: [unknown, unknown][] = [];
    cursor.subscribe((value, previous) => void calls.push([value, previous]), { schedule });
    return { path, cursor, schedule, calls, last: cursor.get() };
  }

  /** Each listener is told once if its value is another object or scalar, and what it was told is true. */
  #checkTold(schedule: 'sync' | 'microtask'): void {
    for (const told of this.#told) {
      if (told.schedule !== schedule) continue;
      const calls = told.calls.splice(0);
      const value = told.cursor.get();
      const expected = Object.is(value, told.last) ? [] : [[value, told.last]];
      const same =
        calls.length === expected.length &&
        calls.every((pair, index) => pair.every((part, side) => Object.is(part, expected[index]?.[side])));
      if (!same)
        diverge(
          `a ${schedule} listener at ${show([...told.path])} was called ${calls.length} times, expected ${expected.length}: ${show(calls)}`,
        );
      this.#tally.calls += calls.length;
      told.last = value;
    }
  }

  #note(line: string): void {
    this.trace.push(this.#indent + line);
  }
}

function at(view: unknown, path: Path): unknown {
  let here = view;
  for (const key of path) {
    here = childOf(here, key);
    if (typeof here === 'symbol') return undefined;
  }
  return here;
}

function callsOf(store: Store): number {
  return store.stats().crossings.calls;
}

function describe(error: unknown): string {
  return error instanceof Error ? String(error.stack).split('\n').slice(0, 4).join('\n') : String(error);
}

function diverge(message: string): never {
  throw new Divergence(message);
}
