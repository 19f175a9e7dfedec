import { Encoder } from 'cbor-x';
import { saverOf } from '../savers.mjs';

/** @import { Options } from 'cbor-x' */
/** @import { OpenSaver } from '../savers.mjs' */

/** @param {Options} options @returns {OpenSaver} */
const encoded = (options) => (rows) => {
  const encoder = new Encoder(options);
  return saverOf({
    save: (state) => encoder.encode(state),
    size: (saved) => saved.byteLength,
    open: (saved) => encoder.decode(saved),
  })(rows);
};

/** CBOR that any reader understands. */
export const plain = encoded({ useRecords: false });
/** The keys of objects that are alike are written once. */
export const records = encoded({ useRecords: true });
/** They are kept apart from what is saved, by the one who also opens it. */
export const shared = encoded({ structures: [] });
