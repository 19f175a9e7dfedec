import { createStore, diff } from 'gaesup-state';

/** @import { Store } from 'gaesup-state' */
/** @import { Differ, OpenDiffer, State } from '../differs.mjs' */

const byKey = { key: 'id' };

/** @param {(store: Store<State>) => Uint8Array | Store<State>} form what is compared @returns {OpenDiffer} */
const differOf = (form) => (before, after) => {
  const store = createStore(before);
  const [one, other] = [form(store), form(createStore(after))];
  /** @type {Differ<Uint8Array>} */
  const differ = {
    diff: () => diff(one, other, byKey),
    applied: (delta) => {
      store.apply(delta);
      return /** @type {State} */ (store.get());
    },
  };
  return /** @type {Differ} */ (differ);
};

export const ofSnapshots = differOf((store) => store.snapshot({ compression: 'none' }));
export const ofStores = differOf((store) => store);
