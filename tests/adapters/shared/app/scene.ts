import type { Cursor, Immutable, Readable, Schedule, Store } from 'gaesup-state';

/**
 * A small page, described without a framework. Everything in it may depend on the scene's turn, a number of the
 * framework's own state, as a prop would be.
 */
export interface Scene {
  /** Texts, each a component of its own, by name. */
  texts?: Record<string, Text>;
  /** One text for each index up to a count, as the components of a list's items. */
  rows?: { count: Readable<number>; row: (index: number) => Text };
  /** An input that shows and sets a cursor. */
  field?: Field;
  /** An effect of the framework, which runs with each value. */
  effect?: { of: Readable<number>; run: (value: number) => void };
}

export interface Field {
  type: 'text' | 'checkbox' | 'number';
  cursor: Cursor<unknown>;
}

/** What a text shows: a readable, or what a function makes of a store's state; the function is made anew each time. */
export type Text = ReadText | SelectedText;

export interface ReadText {
  of: (turn: number) => Readable<unknown>;
  options: Options | undefined;
}

export interface SelectedText {
  store: Store<unknown>;
  select: (state: unknown, turn: number) => unknown;
  options: Options | undefined;
}

export function read<T>(of: (turn: number) => Readable<T>, options?: Options): Text {
  return { of: of as ReadText['of'], options };
}

export function select<S>(
  store: Store<S>,
  selector: (state: Immutable<S>, turn: number) => unknown,
  options?: Options,
): Text {
  return { store: store as Store<unknown>, select: selector as SelectedText['select'], options };
}

export function field(type: Field['type'], cursor: Cursor<string> | Cursor<boolean> | Cursor<number>): Field {
  return { type, cursor: cursor as Cursor<unknown> };
}

export interface Options {
  schedule?: Schedule;
  equals?: (a: unknown, b: unknown) => boolean;
}

/** What is behind a text, for who has only readables. */
export function readableOf(text: Text, turn: number): Readable<unknown> {
  return 'of' in text ? text.of(turn) : text.store.select((state) => text.select(state, turn));
}

/** A way to show scenes: the store by itself, or a framework's adapter. */
export interface Subject {
  mount(scene: Scene, host: HTMLElement, log: Log): Mounted;
}

export interface Mounted {
  setTurn(turn: number): void;
  unmount(): void;
}

/** What a subject tells while it renders. */
export class Log {
  private readonly shown = new Map<string, unknown[]>();
  /** What components threw, as the framework's boundary got it. */
  readonly errors: unknown[] = [];

  /** Notes a rendering; answers the text to show. */
  show(name: string, value: unknown): string {
    const values = this.shown.get(name) ?? [];
    values.push(value);
    this.shown.set(name, values);
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  }

  renders(name: string): number {
    return this.shown.get(name)?.length ?? 0;
  }

  /** Renderings of everything whose name begins like this. */
  rendersBelow(prefix: string): number {
    const names = [...this.shown.keys()].filter((name) => name.startsWith(prefix));
    return names.reduce((sum, name) => sum + this.renders(name), 0);
  }

  /** The value rendered last. */
  value(name: string): unknown {
    return this.shown.get(name)?.at(-1);
  }
}
