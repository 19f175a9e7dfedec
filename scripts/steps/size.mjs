import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './command.mjs';
import { StepFailure } from './failure.mjs';

/**
 * What a page may load for a store, with gzip; in thousands of bytes as download sizes are. The aim is
 * 100,000; ARCHITECTURE.md says what the rest is spent on.
 */
const budget_bytes = 266_000;

const entries = [
  { name: 'gaesup-state', script: 'index.js', assets: [] },
  { name: 'gaesup-state/url', script: 'url.js', assets: ['gaesup.wasm'] },
];

const read = (/** @type {string} */ name) => readFileSync(join(root, 'dist', name));

/** @param {string} script @param {Set<string>} seen @returns {Set<string>} it and every chunk it imports */
function withImports(script, seen = new Set()) {
  if (seen.has(script)) return seen;
  seen.add(script);
  const imports = read(script)
    .toString()
    .matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
  for (const [, name = ''] of imports) withImports(name, seen);
  return seen;
}

/**
 * Prints what each entry weighs, and fails when one is over the budget.
 *
 * @returns {string} the note for the step
 */
export function weigh() {
  const weights = entries.map(({ name, script, assets }) => {
    const files = [...withImports(script), ...assets];
    const gzip_bytes = files.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0);
    const raw_bytes = files.reduce((sum, file) => sum + read(file).length, 0);
    console.log(`${name.padEnd(17)} ${raw_bytes} bytes, ${gzip_bytes} gzip (${files.join(', ')})`);
    return { name, gzip_bytes };
  });
  const over = weights.find(({ gzip_bytes }) => gzip_bytes > budget_bytes);
  if (over) {
    throw new StepFailure(
      `${over.name} weighs ${over.gzip_bytes} bytes with gzip; the budget is ${budget_bytes}.`,
    );
  }
  return `within ${budget_bytes} bytes`;
}
