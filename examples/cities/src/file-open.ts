import type { Changes, Store } from 'gaesup-state';
import type { PlaceList } from './place-list.ts';
import { isState, type State } from './record.ts';

/** A file that was opened. */
export interface Opened {
  readonly changes: Changes;
  readonly storeMs: number;
}

/** Makes the state what a snapshot holds: one step, or none if it does not hold places. */
export function openSnapshot(store: Store<State>, list: PlaceList, bytes: Uint8Array, name: string): Opened {
  list.expect(`Opened ${name}`);
  try {
    const begin = performance.now();
    const changes = store.batch(() => {
      const made = store.restore(bytes, { key: 'id' });
      if (!store.get(isState)) throw new TypeError('This is a snapshot of something else than places.');
      return made;
    });
    const returnedAt = performance.now();
    return { changes, storeMs: (list.arrived() ?? returnedAt) - begin };
  } finally {
    list.arrived();
  }
}
