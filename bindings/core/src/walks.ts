import type { Core } from './core.ts';
import type { Key } from './errors.ts';
import type { Place } from './place.ts';
import { BY_PATH, isDictionaryTable, Operation } from './protocol.ts';

/** Words of a command without its value. */
export const COMMAND_WORDS = 3;

/** Commands of a batch that lead to where the next one is to happen, and where they led. */
export class Walks {
  private readonly core: Core;
  /** The places that walks lead to, with their keys and the count of shifts then. */
  private readonly walks: { place: Place; key: Key | undefined; shifts: number }[] = [];
  /** Whether the engine's answers are those walks, one by one. */
  private areTold = true;

  constructor(core: Core) {
    this.core = core;
  }

  /** Nothing that was written will be answered. */
  forget(): void {
    this.walks.length = 0;
    this.areTold = true;
  }

  /** Takes note of where walks led, so that the next command needs none. */
  remember(): void {
    const { walks } = this;
    if (walks.length === 0) return;
    const { u32, output } = this.core.engine;
    const from = u32[output + 8] / 4;
    if (this.areTold && u32[output + 9] === walks.length * 4) {
      for (let index = 0; index < walks.length; index++) {
        const at = from + index * 4;
        const { place, key, shifts } = walks[index];
        place.found(u32[at], u32[at + 1], u32[at + 2], shifts);
        if (key !== undefined && isDictionaryTable(place.table)) place.rememberSlot(key, u32[at + 3]);
      }
    }
    this.forget();
  }

  /** Writes the way to a container, or to a key in it, from the nearest place that is known. */
  write(place: Place, key: Key | undefined, fromRoot = false): void {
    const { core } = this;
    const { engine, encoder, holder } = core;
    const keys: Key[] = key === undefined ? [] : [place === holder ? 0 : key];
    let start = place;
    while (start !== holder && (keys.length === 0 || fromRoot || start.isLost(core.shifts, core.moved))) {
      keys.push(start.parent === undefined ? 0 : start.key);
      start = start.parent ?? holder;
    }
    if (fromRoot) this.areTold = false;
    else this.walks.push({ place, key, shifts: core.shifts });
    const header = engine.written;
    core.command(Operation.Walk | BY_PATH, start.table, start.row, start.generation, keys.length);
    const from = engine.written;
    for (let step = keys.length - 1; step >= 0; step--) encoder.key(keys[step]);
    engine.u32[(engine.start + header) * 2 + 5] = engine.written - from;
  }

  /** Room for a walk. */
  words(place: Place, key: Key | undefined): number {
    const { texts } = this.core;
    let words = COMMAND_WORDS + 2;
    if (typeof key === 'string') words += texts.wordsOf(key);
    for (let at = place; at.parent !== undefined; at = at.parent) {
      words += typeof at.key === 'string' ? texts.wordsOf(at.key) : 1;
    }
    return words;
  }
}
