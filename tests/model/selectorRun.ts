/**
 * Runs a program on the oracle and on a store, and after every write compares
 * who was told what with selections that are computed anew each time.
 */
import fc from 'fast-check';
import { difference, show } from '../conformance/check.ts';
import type { Readable, Selector, Store, Subject } from '../conformance/subject.ts';
import { type Evaluated, Naive } from './naive.ts';
import { applyToCursor, applyToOracle, call, outcomeOf } from './operations.ts';
import {
  type Container,
  childOf,
  deepCopy,
  defineKey,
  isContainer,
  Oracle,
  type PlainObject,
  sameContent,
} from './oracle.ts';
import { runRound } from './rounds.ts';
import {
  operationOf,
  type SelectorAct,
  type SelectorProgram,
  selectorPrograms,
  selectorState,
} from './selectorPrograms.ts';
import { compile } from './selectors.ts';

/** How much a run tried. */
export interface SelectorTally {
  programs: number;
  writes: number;
  batches: number;
  failed: number;
  /** Values compared after a write, and those that were another. */
  compared: number;
  told: number;
  asked: number;
  runs: number;
}

interface Watched {
  readonly source: string;
  readonly select: Selector;
  readonly readable: Readable;
  readonly calls: [value: unknown, previous: unknown][];
  runs: number;
  stop: (() => void) | undefined;
  last: unknown;
}

/** Tries at least so many programs. */
export async function trySelectors(subject: Subject, count: number, seed: number): Promise<SelectorTally> {
  const tally: SelectorTally = {
    programs: 0,
    writes: 0,
    batches: 0,
    failed: 0,
    compared: 0,
    told: 0,
    asked: 0,
    runs: 0,
  };
  const property = fc.asyncProperty(selectorPrograms, async (program) =>
    runSelectors(subject, program, tally),
  );
  for (let round = 0; tally.programs < count; round += 1) await runRound('selectors', property, seed + round);
  return tally;
}

/** Runs one program; throws with a trace at the first divergence. */
function runSelectors(subject: Subject, program: SelectorProgram, tally: SelectorTally): void {
  const run = new SelectorRun(subject, program, tally);
  tally.programs += 1;
  try {
    for (const act of program.acts) run.take(act);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${run.trace.join('\n')}`, { cause: error });
  } finally {
    run.dispose();
  }
}

class SelectorRun {
  readonly trace: string[];
  readonly #tally: SelectorTally;
  readonly #oracle: Oracle;
  readonly #store: Store;
  readonly #naive: Naive;
  readonly #watched: Watched[] = [];

  constructor(subject: Subject, program: SelectorProgram, tally: SelectorTally) {
    const initial = selectorState(program);
    this.#tally = tally;
    this.#oracle = new Oracle(initial);
    this.#store = subject.createStore(initial);
    this.trace = [`store = createStore(${show(initial)})`];
    this.#naive = new Naive(this.#oracle, program.sources);
    for (const [index, source] of program.sources.entries()) {
      const select = this.#compiled(source, index);
      const readable = this.#store.select(select);
      const watched = { source, select, readable, calls: [], runs: 0, stop: undefined, last: undefined };
      this.#watched.push(watched);
      this.trace.push(`selection ${index}: ${source}`);
      // Some are only asked, and some of those by others.
      if (index % 3 !== 1) this.#listen(watched);
    }
  }

  dispose(): void {
    this.#store.dispose();
  }

  take(act: SelectorAct): void {
    switch (act.kind) {
      case 'write': {
        const operation = operationOf(this.#oracle.root, act.write);
        this.#tally.writes += 1;
        this.#commit(() => this.#write(act.write), call(operation));
        break;
      }
      case 'batch':
        this.#batch(act);
        break;
      case 'listen':
        this.#toggle(this.#watched[act.which] as Watched);
        break;
      case 'ask':
        this.#ask(act.which, this.#naive.evaluate());
    }
  }

  #compiled(source: string, index: number): Selector {
    return compile(source, {
      selection: (other) => this.#watched[other]?.readable.get(),
      place: (...keys) => this.#store.at(...keys).get(),
      ran: () => {
        const watched = this.#watched[index];
        if (watched !== undefined) watched.runs += 1;
        this.#tally.runs += 1;
      },
    });
  }

  /** One write on both sides, which may fail on both. */
  #write(write: Parameters<typeof operationOf>[1]): void {
    const operation = operationOf(this.#oracle.root, write);
    const expected = outcomeOf(() => applyToOracle(this.#oracle, operation));
    const actual = outcomeOf(() => {
      const given = operation.viewOf
        ? [this.#store.at(...operation.viewOf).get()]
        : operation.arguments.map(deepCopy);
      applyToCursor(this.#store.at(...operation.path), operation, given);
    });
    if ((expected.error === undefined) !== (actual.error === undefined))
      throw new Error(`${call(operation)}: got ${actual.text}, expected ${expected.text}`);
  }

  #batch({ writes, fails, asks }: Extract<SelectorAct, { kind: 'batch' }>): void {
    const { root } = this.#oracle;
    const before = { state: root, view: this.#store.get() };
    this.#tally.batches += 1;
    const work = (): void => {
      const thrown = new Error('thrown by the function');
      const { error } = outcomeOf(() =>
        this.#store.batch(() => {
          for (const [index, write] of writes.entries()) {
            const operation = operationOf(this.#oracle.root, write);
            // What cannot be done ends a batch, which others test.
            const probe = new Oracle(null);
            probe.root = this.#oracle.root;
            if (outcomeOf(() => applyToOracle(probe, operation)).error !== undefined) continue;
            this.trace.push(`  ${call(operation)}`);
            this.#write(write);
            if ((asks >> index) & 1) this.#askAll();
          }
          if (fails) throw thrown;
        }),
      );
      if (error !== (fails ? thrown : undefined)) throw error;
      if (fails) {
        this.#oracle.root = root;
        this.#tally.failed += 1;
      }
    };
    this.#commit(work, `} batch${fails ? ', which throws' : ''}`, () => {
      this.#oracle.root = settled(before, { state: this.#oracle.root, view: this.#store.get() });
    });
  }

  /** Does something that is one commit at most, and checks what everyone was told. */
  #commit(work: () => void, line: string, settle: () => void = () => {}): void {
    const before = this.#naive.held;
    for (const watched of this.#watched) watched.runs = 0;
    const asked = this.#tally.asked;
    work();
    this.trace.push(line);
    const mayRunAgain = this.#tally.asked > asked;
    for (const [index, { runs }] of this.#watched.entries())
      if (runs > 1 && !mayRunAgain) throw new Error(`selection ${index} ran ${runs} times for one commit`);
    settle();
    this.#naive.settle();
    for (const [index, watched] of this.#watched.entries()) {
      if (watched.stop === undefined) continue;
      this.#check(index, watched, before[index]);
    }
  }

  #check(index: number, watched: Watched, before: unknown): void {
    const value = this.#naive.held[index];
    const calls = watched.calls.splice(0);
    const expected = Object.is(value, before) ? 0 : 1;
    const told = calls[0]?.[0];
    this.#tally.compared += 1;
    this.#tally.told += calls.length;
    if (calls.length !== expected) {
      const change = `${show(before)} -> ${show(value)}`;
      throw new Error(
        `the listener of selection ${index} was called ${calls.length} times, expected ${expected}: ${change}`,
      );
    }
    if (expected === 0) return;
    const found = difference(told, value);
    if (found !== undefined)
      throw new Error(`the listener of selection ${index} was told another value: ${found}`);
    if (!Object.is(calls[0]?.[1], watched.last))
      throw new Error(`selection ${index}: the previous value is not the one told before`);
    if (!Object.is(told, watched.readable.get()))
      throw new Error(`selection ${index}: get() gives another value than was told`);
    watched.last = told;
  }

  #listen(watched: Watched): void {
    watched.calls.length = 0;
    watched.stop = watched.readable.subscribe(
      (value, previous) => void watched.calls.push([value, previous]),
      {
        schedule: 'sync',
      },
    );
    watched.last = watched.readable.get();
  }

  #toggle(watched: Watched): void {
    const { stop } = watched;
    this.trace.push(`${stop ? 'stop listening' : 'listen'} to selection ${this.#watched.indexOf(watched)}`);
    watched.stop = undefined;
    if (stop) stop();
    else this.#listen(watched);
  }

  /** In a batch: everything reads as it will be if nothing else is written. */
  #askAll(): void {
    this.trace.push('  everyone is asked');
    const now = this.#naive.evaluate();
    for (const index of this.#watched.keys()) this.#ask(index, now);
  }

  #ask(which: number, { held, fresh }: Evaluated): void {
    const { readable, select } = this.#watched[which] as Watched;
    this.#tally.asked += 1;
    const value = readable.get();
    // Whether one is kept that is equal but for the order of its keys depends on who was asked when.
    if (difference(value, held[which]) !== undefined) {
      const found = difference(value, fresh[which]);
      if (found !== undefined) throw new Error(`selection ${which} gives another value: ${found}`);
    }
    const once = difference(this.#store.get(select), fresh[which]);
    if (once !== undefined)
      throw new Error(`store.get() gives another value for selection ${which}: ${once}`);
  }
}

/**
 * The state after a batch, in which the containers are the same as before
 * where their views are. That this is so where it has to be, the batches' own
 * property tells.
 */
function settled(
  before: { readonly state: unknown; readonly view: unknown },
  after: { readonly state: unknown; readonly view: unknown },
): unknown {
  const known = new Map<unknown, unknown>();
  visit(before.state, before.view, (state, view) => void known.set(view, state));
  const settle = (state: unknown, view: unknown): unknown => {
    if (!isContainer(state)) return state;
    const old = known.get(view);
    if (old !== undefined) {
      if (!sameContent(old, state)) throw new Error(`a view was kept of what has changed: ${show(view)}`);
      return old;
    }
    if (Array.isArray(state)) return state.map((item, index) => settle(item, childOf(view, index)));
    if (state instanceof Map)
      return new Map([...state].map(([key, item]) => [key, settle(item, childOf(view, key))]));
    const fields: PlainObject = {};
    for (const [key, item] of Object.entries(state)) defineKey(fields, key, settle(item, childOf(view, key)));
    return fields;
  };
  return settle(after.state, after.view);
}

function visit(state: unknown, view: unknown, each: (state: Container, view: unknown) => void): void {
  if (!isContainer(state)) return;
  each(state, view);
  const keys = Array.isArray(state)
    ? [...state.keys()]
    : [...(state instanceof Map ? state.keys() : Object.keys(state))];
  for (const key of keys) visit(childOf(state, key), childOf(view, key), each);
}
