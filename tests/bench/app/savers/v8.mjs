import { saverOf } from '../savers.mjs';

// Asked for at run time: the page is built from the same files and has no such module.
const { serialize, deserialize } = globalThis.process.getBuiltinModule('node:v8');

export const open = saverOf({
  save: (state) => serialize(state),
  size: (saved) => saved.byteLength,
  open: (saved) => deserialize(saved),
});
