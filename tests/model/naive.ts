/** Selections in plain JavaScript: everything is computed anew after every change. */
import { isContainer, isSameItem, kindOf, type Oracle, type PlainObject } from './oracle.ts';
import { type Compiled, compile, namesPlace } from './selectors.ts';

/** Whether two derived values count as the same: by their parts, one level deep. */
function isSameValue(a: unknown, b: unknown): boolean {
  if (isSameItem(a, b)) return true;
  if (a instanceof Set) return b instanceof Set && isSameValue([...a], [...b]);
  if (a instanceof Map)
    return (
      b instanceof Map &&
      isSameValue([...a.keys()], [...b.keys()]) &&
      isSameValue([...a.values()], [...b.values()])
    );
  if (kindOf(a) !== kindOf(b) || !isContainer(a)) return false;
  const [left, right] = [a as PlainObject, b as PlainObject];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameItem(left[key], right[key]))
  );
}

/** The values of all selections: as they are held, and as the functions give them. */
export interface Evaluated {
  readonly held: readonly unknown[];
  /** Equal to what is held, but for the order of keys. */
  readonly fresh: readonly unknown[];
}

/** All selections of a program. */
export class Naive {
  /** The value of each, the same object as long as it is equal. */
  held: readonly unknown[] = [];
  readonly #oracle: Oracle;
  readonly #functions: readonly Compiled[];
  /** How the values of each are compared: what a place holds is another when it is another object. */
  readonly #isSame: readonly ((a: unknown, b: unknown) => boolean)[];

  constructor(oracle: Oracle, sources: readonly string[]) {
    this.#oracle = oracle;
    this.#functions = sources.map((source) =>
      compile(source, {
        selection: (index) => this.held[index],
        place: (...keys) => oracle.get(keys),
        ran: () => {},
      }),
    );
    this.#isSame = sources.map((source) => (namesPlace(source) ? isSameItem : isSameValue));
    this.settle();
  }

  /** What all functions give for the state now, as it would be held, and as it comes. */
  evaluate(): Evaluated {
    const before = this.held;
    const held: unknown[] = [];
    const fresh: unknown[] = [];
    // Later ones ask earlier ones.
    this.held = held;
    for (const [index, select] of this.#functions.entries()) {
      const value = select(this.#oracle.root as never);
      fresh.push(value);
      held.push(index in before && this.#isSame[index]?.(value, before[index]) ? before[index] : value);
    }
    this.held = before;
    return { held, fresh };
  }

  /** Takes the values now for the ones to compare with. */
  settle(): void {
    this.held = this.evaluate().held;
  }
}
