import {
  computed,
  customRef,
  getCurrentInstance,
  getCurrentScope,
  hasInjectionContext,
  inject,
  type MaybeRefOrGetter,
  onActivated,
  onDeactivated,
  onMounted,
  onScopeDispose,
  ReactiveEffect,
  type Ref,
  type ShallowRef,
  shallowRef,
  ssrContextKey,
  toRef,
  toValue,
  triggerRef,
  watch,
} from 'vue';
import { Follower, type UseStoreOptions } from '../../core/src/follower.ts';
import { readableOf } from '../../core/src/readableOf.ts';
import type { ServerState } from '../../core/src/serverState.ts';
import type { Cursor, Readable, Store } from '../../core/src/types.ts';
import type { Immutable } from '../../core/src/valueTypes.ts';
import { SERVER_STATE } from './context.ts';

type Selector = (state: unknown) => unknown;

/**
 * A ref of the value of a store, a cursor, a selection or anything else that is {@link Readable}. A function or
 * a ref that gives one is followed: `useStore(() => store.at('rows', props.id))`. It
 * ends with the effect scope, and is never made deeply reactive: what is in it does not change. In a component
 * that `KeepAlive` has deactivated, a change causes nothing until it is activated again.
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
      ? computed(() => readableOf(toValue(source)))
      : selectionOf(source as Store<unknown>, selector);
  if (isRenderedOnce()) return uncached(() => readable.value.get());
  const follower = new Follower<unknown>(options ?? {});
  const changes = shallowRef();
  const server = serverStateOf(source, selector);
  const value = computed(() => {
    noted(changes);
    return (server.value ?? { get: () => follower.show(readable.value) }).get();
  });
  restUnseen(follower);
  let end: (() => void) | undefined;
  const follow = (now: Readable<unknown>) => {
    end = follower.follow(now, () => triggerRef(changes));
  };
  watch(readable, follow, { immediate: true, flush: 'sync' });
  onScopeDispose(() => end?.(), true);
  return toRef(() => {
    const shown = value.value;
    // Who asks meanwhile gets what is there.
    return follower.isResting ? follower.show(readable.value) : shown;
  });
}

/** Lets a follower rest while its component is kept alive unseen. */
function restUnseen(follower: Follower<unknown>): void {
  const component = getCurrentInstance() as { scope?: unknown } | null;
  // What was made in a scope of its own may be others', too.
  if (component === null || component.scope !== getCurrentScope()) return;
  onDeactivated(() => follower.rest());
  onActivated(() => follower.wake());
}

/** What the server rendered, while the component that shows it is being hydrated and something else is there now. */
function serverStateOf(source: MaybeRefOrGetter<Readable<unknown>>, selector: Selector | undefined) {
  const instance = getCurrentInstance();
  // Only what is hydrated has its element before it is set up.
  const server = instance?.vnode.el ? inject(SERVER_STATE, undefined) : undefined;
  const found = shallowRef<ServerState | undefined>(server);
  if (server !== undefined) onMounted(() => (found.value = undefined));
  return {
    get value() {
      // Another function each time, as it may read something else that has changed.
      return found.value?.of(toValue(source), selector && ((state) => selector(state)));
    },
  };
}

/** A selection that is made anew when something else has changed that the function read. */
function selectionOf(store: Store<unknown>, selector: Selector) {
  // Another function each time: the same one would be the same selection.
  if (isRenderedOnce()) return computed(() => readableOf(store, (now) => selector(now)));
  const changes = shallowRef();
  let state: unknown;
  const reading = new ReactiveEffect(() => selector(state));
  reading.scheduler = () => triggerRef(changes);
  onScopeDispose(() => reading.stop(), true);
  const select = (now: unknown) => {
    state = now;
    return reading.run();
  };
  return computed(() => {
    noted(changes);
    return readableOf(store, (now) => select(now));
  });
}

/**
 * Whether this is for a component that a server renders, where there is nothing to hear of. Only the renderer
 * knows: a server may have a `document`, and a page of another kind none.
 */
function isRenderedOnce(): boolean {
  return hasInjectionContext() && inject(ssrContextKey, undefined) !== undefined;
}

/** A ref that asks each time: a computed one does not hear on a server of what is written while it waits for data. */
function uncached<T, U = T>(get: () => T, set: (next: U) => void = () => {}): Ref<T, U> {
  return customRef<T>(() => ({ get, set: set as (next: unknown) => void })) as unknown as Ref<T, U>;
}

/** Has the computation that runs depend on what is triggered. Counting instead would have who writes depend on it. */
function noted(changes: ShallowRef<undefined>): void {
  changes.value;
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
): Ref<Immutable<T>, T | Immutable<T>> {
  const value = useStore<T>(cursor, options);
  return uncached<Immutable<T>, T | Immutable<T>>(
    () => value.value,
    (next) => toValue(cursor).set(next),
  );
}
