import { saverOf } from '../savers.mjs';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text is what it takes in a file. */
export const text = saverOf({
  save: (state) => JSON.stringify(state),
  size: (saved) => encoder.encode(saved).byteLength,
  open: (saved) => JSON.parse(saved),
});

/** A file has bytes: text becomes some before it is there, and is made of some when it is back. */
export const bytes = saverOf({
  save: (state) => encoder.encode(JSON.stringify(state)),
  size: (saved) => saved.byteLength,
  open: (saved) => JSON.parse(decoder.decode(saved)),
});

/** A copy that is kept in memory, or that IndexedDB would make. */
export const clone = saverOf({
  save: (state) => structuredClone(state),
  size: () => undefined,
  open: (saved) => saved,
});
