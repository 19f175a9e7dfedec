import type { Core } from './core.ts';
import { normalizeKey } from './keys.ts';
import { MAPS_TABLE } from './protocol.ts';

/** The keys of an object or map with their slots, in the order JavaScript has them. */
export function listKeys({ engine, texts }: Core, table: number, row: number): Map<string, number> {
  engine.keys(table, row);
  const { u32, output } = engine;
  const from = u32[output] / 4;
  // Reading a string calls the engine, so what stands there is copied first.
  const pairs = u32.slice(from, from + u32[output + 1]);
  const keys = new Map<string, number>();
  for (let at = 0; at < pairs.length; at += 2) keys.set(texts.read(pairs[at]), pairs[at + 1]);
  return table === MAPS_TABLE ? keys : inOrder(keys);
}

/** Objects have keys that are array indexes first, in ascending order. */
function inOrder(keys: Map<string, number>): Map<string, number> {
  const isIndex = ([key]: [string, number]) => typeof normalizeKey(key) === 'number';
  const entries = [...keys];
  if (!entries.some(isIndex)) return keys;
  const indexes = entries.filter(isIndex).sort(([a], [b]) => Number(a) - Number(b));
  return new Map([...indexes, ...entries.filter((entry) => !isIndex(entry))]);
}
