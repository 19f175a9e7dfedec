import { createStore, openStore } from 'gaesup-state';

/** @import { OpenSaver, Saver, State } from '../savers.mjs' */
/** @import { Row } from '../rows.mjs' */

/** @param {'none' | 'lz4' | 'auto'} compression @returns {OpenSaver} */
const saverOf = (compression) => (rows) => {
  /** @type {State} */
  const state = { rows };
  const store = createStore(state);
  /** @type {Saver<Uint8Array>} */
  const saver = {
    edit: (at, score) => store.at('rows', at, 'score').set(score),
    save: () => store.snapshot({ compression }),
    size: (saved) => saved.byteLength,
    open: (saved) => {
      /** @type {typeof store} */
      const opened = openStore(saved);
      return {
        row: (at) => /** @type {Row} */ (opened.at('rows', at).get()),
        all: () => /** @type {State} */ (opened.get()),
        close: () => opened.dispose(),
      };
    },
  };
  return /** @type {Saver} */ (saver);
};

export const none = saverOf('none');
export const lz4 = saverOf('lz4');
export const auto = saverOf('auto');
