/**
 * Runs a program on the oracle and on a store side by side and compares, after
 * each step: the error or its absence, the version, the identity and content of
 * the views, what listeners were told, and what earlier views still say.
 */

import { difference, show } from '../conformance/check.ts';
import { afterMicrotasks, type Cursor, type Store, type Subject } from '../conformance/subject.ts';
import { applyToCursor, applyToOracle, call, isNear, outcomeOf, placeOf, vandalise } from './operations.ts';
import { deepCopy, isContainer, kindOf, lookUp, Oracle, type Path } from './oracle.ts';
import { type Operation, type Program, pathOf, resolve, type Step, suits } from './programs.ts';
import { identityFault, type Moment } from './walk.ts';
import { Watchers } from './watchers.ts';

const FULL_COMPARISON_STEPS = 20;
const KEPT_CURSORS_MAX = 12;
const OLD_VIEWS_MAX = 3;
const TRACE_LINES_MAX = 40;

/** How much a run tried. */
export interface Tally {
  operations: number;
  commits: number;
  errors: number;
  notifications: number;
}

/** Runs one program; throws with a trace of the operations at the first divergence. */
export async function runProgram(subject: Subject, program: Program, tally: Tally): Promise<void> {
  const run = new Run(subject, program, tally);
  try {
    for (const [index, step] of program.steps.entries()) {
      // Awaiting each step would let microtasks run in between.
      if (step.action === 'tick') await run.tick();
      else run.take(step, index);
    }
    await run.finish();
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${run.trace(program.initial)}`, { cause: error });
  } finally {
    run.dispose();
  }
}

class Run {
  readonly #subject: Subject;
  readonly #program: Program;
  readonly #tally: Tally;
  readonly #oracle: Oracle;
  readonly #store: Store;
  readonly #watchers: Watchers;
  readonly #kept: { readonly path: Path; readonly cursor: Cursor }[] = [];
  readonly #deleted: Path[] = [];
  readonly #oldViews: { readonly view: unknown; readonly copy: unknown }[] = [];
  readonly #done: { readonly operation: Operation; readonly outcome: string }[] = [];
  #seen: Moment;

  constructor(subject: Subject, program: Program, tally: Tally) {
    this.#subject = subject;
    this.#program = program;
    this.#tally = tally;
    this.#oracle = new Oracle(program.initial);
    const initial = deepCopy(program.initial);
    this.#store = subject.createStore(initial);
    vandalise(initial);
    this.#watchers = new Watchers(this.#oracle, this.#store);
    this.#seen = { state: this.#oracle.root, view: this.#store.get() };
    this.#compareAll();
  }

  take(step: Step, index: number): void {
    switch (step.action) {
      case 'keepCursor':
        this.#keepCursor(step);
        break;
      case 'subscribe': {
        // High places change more often than deep ones, so most listeners are put there.
        const watched = pathOf(this.#oracle.root, step).slice(0, (step.picks[2] as number) % 4);
        const { path, cursor } = this.#cursorFor(watched, step);
        this.#watchers.add(path, cursor, (step.picks[1] as number) % 2 === 0 ? 'sync' : 'microtask');
        break;
      }
      case 'unsubscribe':
        this.#watchers.drop(step.picks[1] as number);
        break;
      default:
        this.#operate(step);
    }
    this.#observe(step);
    if (index % FULL_COMPARISON_STEPS === FULL_COMPARISON_STEPS - 1) this.#compareAll();
  }

  async finish(): Promise<void> {
    await this.tick();
    this.#look();
    this.#compareAll();
    for (const { path, cursor } of this.#kept) {
      const found = difference(cursor.get(), this.#oracle.get(path));
      if (found) throw new Error(`a kept cursor at ${show([...path])} reads another value: ${found}`);
    }
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** The last operations, as calls that can be tried by hand. */
  trace(initial: unknown): string {
    const first = Math.max(0, this.#done.length - TRACE_LINES_MAX);
    const lines = this.#done
      .slice(first)
      .map(({ operation, outcome }, index) => `${first + index + 1}. ${call(operation)} -> ${outcome}`);
    return [
      `store = createStore(${show(initial)})`,
      ...(first > 0 ? [`… ${first} more`] : []),
      ...lines,
    ].join('\n');
  }

  async tick(): Promise<void> {
    await afterMicrotasks();
    this.#tally.notifications += this.#watchers.checkTick();
  }

  /** One write on both sides, with everything a write promises. */
  #operate(step: Step): void {
    const pick = step.picks[3] as number;
    const kept = pick % 3 === 0 ? this.#keptFor(step) : undefined;
    const operation = resolve(this.#oracle.root, step, { deleted: this.#deleted }, kept?.path);
    // Some actions choose a place of their own, next to the kept one.
    const { cursor } = kept?.path === operation.path ? kept : this.#cursorFor(operation.path, step);
    const rootBefore = this.#oracle.root;
    const versionBefore = this.#oracle.version;
    const stored = this.#store.version;
    this.#tally.operations += 1;

    const expected = outcomeOf(() => applyToOracle(this.#oracle, operation));
    const done = { operation, outcome: expected.text };
    this.#done.push(done);
    this.#watchers.expect(rootBefore);
    const actual = this.#outcomeOfStore(cursor, operation);
    if (actual !== expected.text)
      throw new Error(`${call(operation)}: got ${actual}, expected ${expected.text}`);
    const commits = this.#store.version - stored;
    if (commits !== this.#oracle.version - versionBefore) {
      throw new Error(
        `${call(operation)}: made ${commits} commits, expected ${this.#oracle.version - versionBefore}`,
      );
    }
    this.#tally.notifications += this.#watchers.checkSync();
    this.#tally.commits += commits;
    if (expected.error) this.#tally.errors += 1;
    if (operation.method === 'delete' && !expected.error) this.#deleted.push(operation.path);
  }

  #outcomeOfStore(cursor: Cursor, operation: Operation): string {
    const given = operation.viewOf
      ? [this.#store.at(...operation.viewOf).get()]
      : operation.arguments.map(deepCopy);
    const { text, error } = outcomeOf(() => applyToCursor(cursor, operation, given));
    // What was given belongs to the caller again; changing it must not reach the state.
    if (!operation.viewOf) for (const value of given) vandalise(value);
    if (error === undefined) return text;
    if (!(error instanceof this.#subject.GaesupError))
      return `an error that is no GaesupError: ${String((error as Error).stack)}`;
    const path = error.path;
    if (!Array.isArray(path) || !isNear(path, operation.path))
      return `${error.code} with the path ${show(path)}`;
    return error.code;
  }

  /** A cursor made in one of the three ways a user can make it. */
  #cursorFor(path: Path, step: Step): { path: Path; cursor: Cursor } {
    const way = (step.picks[0] as number) % 3;
    const store = this.#store;
    const half = path.length >> 1;
    if (way === 0 && path.length > 0 && this.#isReachable(path))
      return { path, cursor: store.at(placeOf(this.#oracle.root, path)) };
    if (way === 1) return { path, cursor: store.at(...path.slice(0, half)).at(...path.slice(half)) };
    return { path, cursor: store.at(...path) };
  }

  /** Whether a function can name a place: not a method of a list or a map, which is refused at once. */
  #isReachable(path: Path): boolean {
    const around = lookUp(this.#oracle.root, path.slice(0, -1));
    return kindOf(around) === 'object' || (isContainer(around) && path.at(-1) !== 'toString');
  }

  /** A kept cursor the action makes sense at; now and then any, to see it refused. */
  #keptFor(step: Step): { path: Path; cursor: Cursor } | undefined {
    const pick = step.picks[1] as number;
    const first = pick % (this.#kept.length || 1);
    const inTurn = [...this.#kept.slice(first), ...this.#kept.slice(0, first)];
    return pick % 16 === 9
      ? inTurn[0]
      : inTurn.find(({ path }) => suits(this.#oracle.root, path, step.action));
  }

  #keepCursor(step: Step): void {
    const kept = this.#cursorFor(pathOf(this.#oracle.root, step), step);
    if (this.#kept.length === KEPT_CURSORS_MAX) this.#kept.shift();
    this.#kept.push(kept);
  }

  #observe(step: Step): void {
    const pick = step.picks[2] as number;
    if (this.#program.reading === 'always' || pick % 4 === 0) return this.#look();
    if (pick % 4 !== 1 || this.#kept.length === 0) return;
    const { path, cursor } = this.#kept[pick % this.#kept.length] as { path: Path; cursor: Cursor };
    const found = difference(cursor.get(), this.#oracle.get(path));
    if (found) throw new Error(`a kept cursor at ${show([...path])} reads another value: ${found}`);
  }

  /** Reads the whole state and compares it with what was seen last, by identity. */
  #look(): void {
    const now = { state: this.#oracle.root, view: this.#store.get() };
    const fault = identityFault(this.#seen, now);
    if (fault !== undefined) throw new Error(`identity: ${fault}`);
    this.#seen = now;
  }

  #compareAll(): void {
    const view = this.#store.get();
    const found = difference(view, this.#oracle.root);
    if (found) throw new Error(`the state differs: ${found}`);
    for (const old of this.#oldViews) {
      const changed = difference(old.view, old.copy);
      if (changed) throw new Error(`an old view has changed: ${changed}`);
    }
    if (this.#oldViews.length === OLD_VIEWS_MAX) this.#oldViews.shift();
    this.#oldViews.push({ view, copy: deepCopy(view) });
  }
}
