import { createStore, type Store } from 'gaesup-state';
import { storePlugin } from 'gaesup-state/vue';
import { type Component, createApp, nextTick } from 'vue';

export const initial = () => ({
  n: 1,
  other: 0,
  title: 'hello',
  done: false,
  picked: ['a'],
  size: 's',
  rows: [{ title: 'a' }, { title: 'b' }, { title: 'c' }],
});

export type State = ReturnType<typeof initial>;

export const storeOf = () => createStore<State>(initial());

/** How often each component of a scene has rendered, and what else it has to say. */
export const seen: Record<string, unknown[]> = {};

export function see(name: string, value: unknown = undefined): void {
  seen[name] ??= [];
  seen[name].push(value);
}

export function count(name: string): number {
  return seen[name]?.length ?? 0;
}

/** Shows a component in an app of its own, with a store for what is in it. */
export async function show<S = State>(
  component: Component,
  props: object = {},
  store = storeOf() as Store<unknown> as Store<S>,
) {
  for (const name of Object.keys(seen)) delete seen[name];
  const host = document.createElement('main');
  document.body.append(host);
  const errors: unknown[] = [];
  const app = createApp(component, { ...props });
  app.config.errorHandler = (error) => errors.push(error);
  const made: unknown = app.use(storePlugin(store)).mount(host);
  await nextTick();
  const unmount = () => {
    app.unmount();
    host.remove();
  };
  return {
    app,
    made,
    host,
    errors,
    store,
    unmount,
    text: () => host.textContent?.trim().replace(/\s+/g, ' '),
  };
}
