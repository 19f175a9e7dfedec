import { join } from 'node:path';

/** All that webpack needs: nothing is said of gaesup-state, nor of its wasm file. */
export default {
  mode: 'production',
  context: import.meta.dirname,
  entry: { counter: './counter.js', url: './url.js' },
  output: { path: join(import.meta.dirname, 'dist') },
};
