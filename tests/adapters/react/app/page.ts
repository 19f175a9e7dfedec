import { createStore, type Readable, type Store } from 'gaesup-state';

export interface State {
  n: number;
  other: number;
  title: string;
  rows: { title: string }[];
}

export function initial(): State {
  return { n: 0, other: 0, title: 'title', rows: ['a', 'b', 'c'].map((title) => ({ title })) };
}

/** What tests use of a page. */
declare global {
  interface Window {
    store: Store<State>;
    reactVersion: string;
    /** What happened how often, by the names that scenes give it. */
    counts: Record<string, number>;
    /** Shows the scene; answers how to take it away. */
    mount(): () => void;
    unmount(): void;
    /** Resolves when React has nothing to do. */
    settled(): Promise<void>;
  }
}

export const store = createStore(initial());

window.store = store;
window.counts = {};
window.settled = async () => {
  for (let round = 0; round < 3; round++) {
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
  }
};

/** Counts something that happens; a call, so that compilers of components leave it where it is. */
export function note(name: string): void {
  window.counts[name] = (window.counts[name] ?? 0) + 1;
}

/** A readable that counts who listens. */
export function counted<T>(readable: Readable<T>, name: string): Readable<T> {
  return {
    get: () => readable.get(),
    subscribe(listener, options) {
      note(`${name}: subscribe`);
      const end = readable.subscribe(listener, options);
      return () => {
        note(`${name}: end`);
        end();
      };
    },
  };
}
