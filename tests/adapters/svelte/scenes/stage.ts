import { createStore } from 'gaesup-state';
import { type Component, flushSync, mount, unmount } from 'svelte';

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

/** What the components of a scene have to say. */
export const seen: Record<string, unknown[]> = {};

/** Notes a value, and answers it. */
export function see<T>(name: string, value: T): T {
  seen[name] ??= [];
  seen[name].push(value);
  return value;
}

/** Shows a component. */
export function show<P extends Record<string, unknown>>(component: Component<P>, props: P) {
  for (const name of Object.keys(seen)) delete seen[name];
  const host = document.createElement('main');
  document.body.append(host);
  const made = mount(component, { target: host, props });
  flushSync();
  return {
    host,
    made,
    text: () => host.textContent?.trim().replace(/\s+/g, ' '),
    /** Svelte lets go of what was subscribed to a moment later. */
    unmount: async () => {
      await unmount(made);
      host.remove();
      await later();
    },
  };
}

export function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
