import { untrack } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import { toStore } from 'svelte/store';
import { Follower, type UseStoreOptions } from '../../core/src/follower.ts';
import { readableOf } from '../../core/src/readableOf.ts';
import type { Cursor, Readable, Store } from '../../core/src/types.ts';
import type { Immutable } from '../../core/src/valueTypes.ts';

/** A value for runes, as `current`, and for `$` in front of a name, as a store. */
export interface Current<T> {
  /** The value now; what reads it in an effect or a template runs again when it is another. */
  readonly current: Immutable<T>;
  /** The store contract: calls `run` with the value now and with each that follows. */
  subscribe(run: (value: Immutable<T>) => void): () => void;
}

/** A value that can be bound: `bind:value={title.current}` or `bind:value={$title}`. */
export interface Bindable<T> extends Current<T> {
  get current(): Immutable<T>;
  set current(value: T | Immutable<T>);
  /** Sets the value. */
  set(value: T | Immutable<T>): void;
  /** Sets what a function makes of the value. */
  update(updater: (value: Immutable<T>) => T | Immutable<T>): void;
}

type Selector = (state: unknown) => unknown;

/**
 * The value of a store, a cursor, a selection or anything else that is {@link Readable}. A function that
 * gives one is followed: `useStore(() => store.at('rows', id))`.
 *
 * @example
 * const title = useStore(store.at('todos', 3, 'title'));
 * // {title.current} or {$title}
 */
export function useStore<T>(
  readable: Readable<T> | (() => Readable<T>),
  options?: UseStoreOptions,
): Current<T>;
/**
 * What a function makes of the state. One that depends on more than the state is made in a `$derived`,
 * which makes it anew.
 *
 * @example
 * const open = useStore(store, s => s.todos.filter(todo => !todo.done));
 * const mine = $derived(useStore(store, s => s.todos.filter(todo => todo.owner === owner)));
 */
export function useStore<S, T>(
  store: Store<S>,
  selector: (state: Immutable<S>) => T,
  options?: UseStoreOptions,
): Current<T>;
export function useStore(
  source: Readable<unknown> | (() => Readable<unknown>),
  second?: UseStoreOptions | Selector,
  third?: UseStoreOptions,
): Current<unknown> {
  if (typeof second !== 'function')
    return new Shown(typeof source === 'function' ? source : () => source, second);
  const selection = readableOf(source as Store<unknown>, second);
  // What else the function reads is noticed by the `$derived` around it.
  selection.get();
  return new Shown(() => selection, third);
}

/**
 * A cursor's value for two-way binding; setting it sets the state.
 *
 * @throws what {@link Cursor.set} throws, when it is set
 *
 * @example
 * const title = bindable(store.at('todos', 3, 'title'));
 * // <input bind:value={title.current} />
 */
export function bindable<T>(cursor: Cursor<T> | (() => Cursor<T>), options?: UseStoreOptions): Bindable<T> {
  return new Bound(typeof cursor === 'function' ? cursor : () => cursor, options);
}

class Shown<T> implements Current<T> {
  private readonly source: () => Readable<T>;
  private readonly options: UseStoreOptions;
  private readonly follower: Follower<T>;
  private readonly touch: () => void;
  /** Tells Svelte, while somebody reads this in an effect. */
  private tell: (() => void) | undefined;
  private followed: Readable<T> | undefined;
  private end: (() => void) | undefined;

  constructor(source: () => Readable<T>, options: UseStoreOptions = {}) {
    this.source = () => readableOf(source());
    this.options = options;
    this.follower = new Follower(options, untrack);
    this.touch = createSubscriber((update) => {
      this.tell = update;
      return () => this.stop();
    });
  }

  get current(): Immutable<T> {
    this.touch();
    const readable = this.source();
    if (this.tell !== undefined && readable !== this.followed) this.follow(readable);
    return this.follower.show(readable);
  }

  subscribe(run: (value: Immutable<T>) => void): () => void {
    const follower = new Follower<T>(this.options, untrack);
    let end: (() => void) | undefined;
    const follow = (readable: Readable<T>) => {
      const before = end;
      const first = follower.show(readable);
      run(first);
      const tell = () => run(follower.show(readable));
      end = follower.follow(readable, tell);
      before?.();
      // Who was told may have written.
      if (!Object.is(follower.show(readable), first)) tell();
    };
    // What gives the readable may depend on runes.
    const stop = toStore(this.source).subscribe((readable) => untrack(() => follow(readable)));
    return () => {
      stop();
      end?.();
    };
  }

  /** The new one first: what both are about stays watched. */
  private follow(readable: Readable<T>): void {
    const { end } = this;
    this.followed = readable;
    this.end = this.follower.follow(readable, () => this.tell?.());
    end?.();
  }

  private stop(): void {
    this.tell = undefined;
    this.followed = undefined;
    this.end?.();
    this.end = undefined;
  }
}

class Bound<T> extends Shown<T> implements Bindable<T> {
  private readonly cursor: () => Cursor<T>;

  constructor(cursor: () => Cursor<T>, options?: UseStoreOptions) {
    super(cursor, options);
    this.cursor = cursor;
  }

  override get current(): Immutable<T> {
    return super.current;
  }

  override set current(value: T | Immutable<T>) {
    this.set(value);
  }

  set(value: T | Immutable<T>): void {
    this.cursor().set(value);
  }

  update(updater: (value: Immutable<T>) => T | Immutable<T>): void {
    const cursor = this.cursor();
    cursor.set(updater(cursor.get()));
  }
}
