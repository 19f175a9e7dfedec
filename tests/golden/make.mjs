/**
 * Writes the golden files from the built package: `node tests/golden/make.mjs`. Files that are there
 * stay as they are, since what they are for is that they never change.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createStore } from '../../dist/index.js';
import { GOLDEN } from './states.mjs';

for (const [name, { state, version, compression }] of Object.entries(GOLDEN)) {
  const file = new URL(`${name}.gaesup`, import.meta.url);
  if (existsSync(file)) continue;
  const store = createStore(state, { schema: { version } });
  const bytes = store.snapshot({ compression });
  store.dispose();
  await writeFile(file, bytes);
  console.info(`${name}.gaesup: ${bytes.length} bytes`);
}
