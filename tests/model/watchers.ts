/** Subscriptions kept alive through a program, and what each must be told. */
import { difference, show } from '../conformance/check.ts';
import type { Cursor } from '../conformance/subject.ts';
import { isSameItem, lookUp, MISSING, type Oracle, type Path } from './oracle.ts';

const WATCHERS_MAX = 8;

interface Watcher {
  readonly path: Path;
  readonly cursor: Cursor;
  readonly schedule: 'sync' | 'microtask';
  readonly unsubscribe: () => void;
  /** What the listener was called with since the last check. */
  readonly calls: (readonly [value: unknown, previous: unknown])[];
  /** The state and the view it was told last. */
  told: { state: unknown; view: unknown };
}

function stateAt(root: unknown, path: Path): unknown {
  const state = lookUp(root, path);
  return state === MISSING ? undefined : state;
}

export class Watchers {
  readonly #oracle: Oracle;
  readonly #root: Cursor;
  readonly #watchers: Watcher[] = [];
  /** The state before the last operation. */
  #before: unknown;

  constructor(oracle: Oracle, root: Cursor) {
    this.#oracle = oracle;
    this.#root = root;
  }

  add(path: Path, cursor: Cursor, schedule: 'sync' | 'microtask'): void {
    if (this.#watchers.length === WATCHERS_MAX) this.drop(0);
    const place = path.length === 0 ? this.#root : cursor;
    const calls: [unknown, unknown][] = [];
    const listener = (value: unknown, previous: unknown): void => void calls.push([value, previous]);
    const unsubscribe = place.subscribe(listener, schedule === 'sync' ? { schedule } : undefined);
    const told = { state: stateAt(this.#oracle.root, path), view: place.get() };
    this.#watchers.push({ path, cursor: place, schedule, unsubscribe, calls, told });
  }

  drop(pick: number): void {
    const [watcher] = this.#watchers.splice(pick % (this.#watchers.length || 1), 1);
    watcher?.unsubscribe();
  }

  /** Notes the state from which the next operation starts. */
  expect(before: unknown): void {
    this.#before = before;
  }

  /** Right after an operation: sync listeners were told, the others not yet. Gives back how many were told. */
  checkSync(): number {
    let told = 0;
    for (const watcher of this.#watchers) {
      if (watcher.schedule === 'microtask') {
        if (watcher.calls.length > 0) fail(watcher, 'was told before the microtask');
        continue;
      }
      const changed = !isSameItem(
        stateAt(this.#before, watcher.path),
        stateAt(this.#oracle.root, watcher.path),
      );
      told += this.#check(watcher, changed);
    }
    return told;
  }

  /** After the microtasks: each was told once if its value is another than last time. Gives back how many were told. */
  checkTick(): number {
    let told = 0;
    for (const watcher of this.#watchers) {
      const changed = !isSameItem(watcher.told.state, stateAt(this.#oracle.root, watcher.path));
      told += this.#check(watcher, watcher.schedule === 'microtask' && changed);
    }
    return told;
  }

  #check(watcher: Watcher, changed: boolean): number {
    const calls = watcher.calls.splice(0);
    if (calls.length !== (changed ? 1 : 0))
      fail(watcher, `was called ${calls.length} times, expected ${changed ? 1 : 0}`);
    const [call] = calls;
    if (call === undefined) return 0;
    const state = stateAt(this.#oracle.root, watcher.path);
    const [value, previous] = call;
    const found = difference(value, state);
    if (found) fail(watcher, `was told another value: ${found}`);
    if (!Object.is(value, watcher.cursor.get()))
      fail(watcher, 'was told an object that get() does not return');
    if (!Object.is(previous, watcher.told.view)) {
      fail(watcher, `was told a previous value that is not the one before: ${show(previous)}`);
    }
    watcher.told = { state, view: value };
    return 1;
  }
}

function fail({ path, schedule }: Watcher, reason: string): never {
  throw new Error(`a ${schedule} listener at ${show([...path])} ${reason}`);
}
