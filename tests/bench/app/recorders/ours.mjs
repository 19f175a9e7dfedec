import { createStore } from 'gaesup-state';

/** @import { Recorder, State } from '../recorders.mjs' */

/** @param {State} given @returns {Recorder} */
export function open(given) {
  const store = createStore(given);
  const replica = createStore(given);
  /** @type {Uint8Array} */
  let told = new Uint8Array();
  store.onCommit(({ delta }) => {
    told = delta;
  });
  const tell = (/** @type {() => void} */ change) => {
    store.batch(change);
    return told;
  };
  return {
    score: (ids, first) =>
      tell(() => {
        ids.forEach((id, at) => {
          store.at('rows', id, 'score').set(first + at);
        });
      }),
    add: (rows) =>
      tell(() => {
        for (const row of rows) store.at('rows', row.id).set(row);
      }),
    move: (from, to) => tell(() => store.at('order').move(from, to)),
    type: (id, letter) => tell(() => store.at('rows', id, 'title').update((title) => title + letter)),
    apply: (delta) => replica.apply(/** @type {Uint8Array} */ (delta), { origin: 'peer' }),
    replica: () => /** @type {State} */ (replica.get()),
  };
}
