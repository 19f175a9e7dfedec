import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './command.mjs';

/** @param {string} path @returns {string[]} every file at or below a path, in a stable order */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/**
 * A hash of the names and contents of files. Content, not time: a checkout or
 * a copy changes times and nothing else.
 *
 * @param {string[]} paths files and folders, relative to the project
 * @returns {string}
 */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((each) => filesBelow(join(root, each)))) {
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Does work unless its inputs and outputs are what they were after the last time.
 *
 * @param {string} name
 * @param {{ inputs: string[], outputs: string[] }} paths
 * @param {() => Promise<void>} work
 * @returns {Promise<string | undefined>} the note for the step
 */
export async function unlessFresh(name, { inputs, outputs }, work) {
  const stamp = join(root, 'node_modules/.cache/gaesup-state', name);
  // Taken before the work: what is edited while it runs is not in its outputs.
  const before = fingerprint(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === `${before} ${fingerprint(outputs)}`)
    return 'up to date';
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${before} ${fingerprint(outputs)}`);
  return undefined;
}
