import type { Core } from './core.ts';
import { freeze } from './freezing.ts';
import { rowOf, StreamKind, Tag, tableOf } from './protocol.ts';
import { define } from './views.ts';

/** The value of a container before the innermost batch, as a plain one; nothing if it was not there. */
export function valueBefore(core: Core, table: number, row: number): unknown {
  const { engine, views } = core;
  if (!engine.before(table, row)) return undefined;
  const { u32, output } = engine;
  const from = u32[output] / 4;
  const kind: StreamKind = u32[output + 2];
  // What is in it is asked for next, and answered in the same place.
  const words = u32.slice(from, from + u32[output + 1] * 2);
  const at = (index: number): unknown => {
    const [low, high] = [words[index * 2], words[index * 2 + 1]];
    const isContainer = high >>> 16 === Tag.Node;
    return isContainer ? valueBefore(core, tableOf(low, high), rowOf(low, high)) : views.scalar(low, high);
  };
  const count = words.length / 2;
  const finished = <T extends object>(value: T): T => (views.freezes ? freeze(value) : value);
  if (kind === StreamKind.Array) return finished(Array.from({ length: count }, (_, index) => at(index)));
  if (kind === StreamKind.Map) {
    const map = new Map<string, unknown>();
    for (let index = 0; index < count; index += 2) map.set(at(index) as string, at(index + 1));
    return finished(map);
  }
  const object: Record<string, unknown> = {};
  for (let index = 0; index < count; index += 2) define(object, at(index) as string, at(index + 1));
  return finished(object);
}
