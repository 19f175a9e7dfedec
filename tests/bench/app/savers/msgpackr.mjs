import { Packr } from 'msgpackr';
import { saverOf } from '../savers.mjs';

/** @import { Options } from 'msgpackr' */
/** @import { OpenSaver } from '../savers.mjs' */

/** @param {Options} options @returns {OpenSaver} */
const packed = (options) => (rows) => {
  const packr = new Packr(options);
  return saverOf({
    save: (state) => packr.pack(state),
    size: (saved) => saved.byteLength,
    open: (saved) => packr.unpack(saved),
  })(rows);
};

/** MessagePack that any reader understands. */
export const plain = packed({ useRecords: false });
/** The keys of objects that are alike are written once. */
export const records = packed({ useRecords: true });
/** They are kept apart from what is saved, by the one who also opens it. */
export const shared = packed({ structures: [] });
/** Its documentation has this for browsers, which have no native part to read text with. */
export const bundled = packed({ useRecords: true, bundleStrings: true });
