import {
  computed,
  type MaybeRefOrGetter,
  onScopeDispose,
  ReactiveEffect,
  type ShallowRef,
  shallowRef,
  toValue,
  type WritableComputedRef,
  watch,
} from 'vue';
import { Follower, type UseStoreOptions } from '../../core/src/follower.ts';
import type { Cursor, Immutable, Readable, Store } from '../../core/src/types.ts';

/** On a server a component is rendered once: there is nothing to hear of. */
const IS_SERVER = typeof document === 'undefined';

type Selector = (state: unknown) => unknown;

/**
 * A ref of the value of a store, a cursor, a selection or anything else that is {@link Readable}. A function or
 * a ref that gives one is followed: `useStore(() => store.at('rows', props.id))`. It
 * ends with the effect scope, and is never made deeply reactive: what is in it does not change.
 *
 * @example
 * const title = useStore(store.at('todos', 3, 'title'));
 */
export function useStore<T>(
  readable: MaybeRefOrGetter<Readable<T>>,
  options?: UseStoreOptions,
): Readonly<ShallowRef<Immutable<T>>>;
/**
 * A ref of what a function makes of the state. The function may read refs and props, too.
 *
 * @example
 * const mine = useStore(store, s => s.todos.filter(todo => todo.owner === props.owner));
 */
export function useStore<S, T>(
  store: Store<S>,
  selector: (state: Immutable<S>) => T,
  options?: UseStoreOptions,
): Readonly<ShallowRef<Immutable<T>>>;
export function useStore(
  source: MaybeRefOrGetter<Readable<unknown>>,
  second?: UseStoreOptions | Selector,
  third?: UseStoreOptions,
): Readonly<ShallowRef<unknown>> {
  const [selector, options] = typeof second === 'function' ? [second, third] : [undefined, second];
  const readable =
    selector === undefined
      ? computed(() => toValue(source))
      : selectionOf(source as Store<unknown>, selector);
  const follower = new Follower<unknown>(options ?? {});
  const changes = shallowRef(0);
  const value = computed(() => {
    noted(changes);
    return follower.show(readable.value);
  });
  if (!IS_SERVER) {
    const follow = (now: Readable<unknown>, _: unknown, onCleanup: (end: () => void) => void) => {
      onCleanup(follower.follow(now, () => changes.value++));
    };
    watch(readable, follow, { immediate: true, flush: 'sync' });
  }
  return value;
}

/** A selection that is made anew when something else has changed that the function read. */
function selectionOf(store: Store<unknown>, selector: Selector) {
  const changes = shallowRef(0);
  let state: unknown;
  const reading = new ReactiveEffect(() => selector(state));
  reading.scheduler = () => changes.value++;
  onScopeDispose(() => reading.stop(), true);
  const select = (now: unknown) => {
    state = now;
    return reading.run();
  };
  return computed(() => {
    noted(changes);
    // Another function each time: the same one would be the same selection.
    return store.select((now) => select(now));
  });
}

/** Has the computation that runs depend on a count. */
function noted(count: ShallowRef<number>): void {
  count.value;
}

/**
 * A ref that is a cursor's value and sets it, for `v-model`.
 *
 * @throws what {@link Cursor.set} throws, when it is set
 *
 * @example
 * const title = useCursor(() => store.at('todos', props.id, 'title'));
 * // <input v-model="title">
 */
export function useCursor<T>(
  cursor: MaybeRefOrGetter<Cursor<T>>,
  options?: UseStoreOptions,
): WritableComputedRef<Immutable<T>, T | Immutable<T>> {
  const value = useStore<T>(cursor, options);
  return computed<Immutable<T>, T | Immutable<T>>({
    get: () => value.value,
    set: (next) => toValue(cursor).set(next),
  });
}
