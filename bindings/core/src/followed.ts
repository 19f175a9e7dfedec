import type { Core } from './core.ts';
import type { Key } from './errors.ts';
import { ERRORS } from './protocol.ts';

/** A container's name with the engine, which is another one when it went to another row. */
export class Handle {
  readonly table: number;
  readonly row: number;
  readonly generation: number;

  constructor(table: number, row: number, generation: number) {
    this.table = table;
    this.row = row;
    this.generation = generation;
  }

  /** The same as text, to be found by. */
  get name(): string {
    return `${this.table} ${this.row} ${this.generation}`;
  }
}

/** Moves that are remembered for views of long ago. */
const MOVES_MAX = 1 << 16;

/** Whose view an object is. It is asked first, so it belongs to all stores. */
const owners = new WeakMap<object, readonly [owner: Followed, handle: Handle]>();

/** The store and the container of a view. */
export function ownerOf(view: object): readonly [owner: Followed, handle: Handle] | undefined {
  return owners.get(view);
}

/** The containers of one store that are followed: whose views those are, and where they are now. */
export class Followed {
  readonly core: Core;
  private readonly moves = new Map<string, Handle>();
  /** Cursors by their containers' names. */
  private readonly cursors = new Map<string, WeakRef<object>>();
  private cursorsMax = 1_000;
  /** The store's epoch at which it was asked last. */
  private learned = -1;

  constructor(core: Core) {
    this.core = core;
    const { engine, views } = core;
    // From now on streams of views name the containers.
    engine.check(engine.call((wasm) => wasm.follow()));
    const { u32, output } = engine;
    const from = u32[output] / 4;
    for (let at = from; at < from + u32[output + 1]; at += 4)
      this.add(views.byNumber(u32[at]), new Handle(u32[at + 1], u32[at + 2], u32[at + 3]));
  }

  /** Notes whose view an object is. */
  add(view: unknown, handle: Handle): void {
    if (typeof view === 'object' && view !== null) owners.set(view, [this, handle]);
  }

  /** Notes that a view took the place of another. */
  replaced(before: object, view: object): void {
    const owner = owners.get(before);
    if (owner !== undefined) owners.set(view, owner);
  }

  /** Learns which containers have other names now. */
  learn(): void {
    const { engine, moment } = this.core;
    if (!engine.isAlive || this.learned === moment) return;
    this.learned = moment;
    engine.check(engine.call((wasm) => wasm.moves()));
    const { u32, output } = engine;
    engine.bytesOut += u32[output + 1] * 4;
    const from = u32[output] / 4;
    for (let at = from; at < from + u32[output + 1]; at += 6) {
      const before = new Handle(u32[at], u32[at + 1], u32[at + 2]).name;
      const after = new Handle(u32[at + 3], u32[at + 4], u32[at + 5]);
      this.moves.set(before, after);
      const cursor = this.cursors.get(before);
      if (cursor !== undefined) this.cursors.set(after.name, cursor);
      this.cursors.delete(before);
    }
    for (const name of this.moves.keys()) {
      if (this.moves.size <= MOVES_MAX) return;
      this.moves.delete(name);
    }
  }

  /** The name that a container has now. */
  latest(handle: Handle): Handle {
    let now = handle;
    for (let next = this.moves.get(now.name); next !== undefined; next = this.moves.get(now.name)) now = next;
    return now;
  }

  /** The cursor of a container, as long as somebody holds it. */
  cursorOf<T extends object>(handle: Handle, make: () => T): T {
    this.learn();
    const { name } = this.latest(handle);
    const known = this.cursors.get(name)?.deref();
    if (known !== undefined) return known as T;
    if (this.cursors.size >= this.cursorsMax) {
      for (const [other, cursor] of this.cursors)
        if (cursor.deref() === undefined) this.cursors.delete(other);
      this.cursorsMax = Math.max(1_000, this.cursors.size * 2);
    }
    const cursor = make();
    this.cursors.set(name, new WeakRef(cursor));
    return cursor;
  }

  /** The keys that lead to a container now; `undefined` when it is gone. */
  pathOf({ table, row, generation }: Handle): Key[] | undefined {
    const { engine, views } = this.core;
    if (engine.call((wasm) => wasm.path_of(table, row, generation)) >= ERRORS) return undefined;
    const { u32, output } = engine;
    const from = u32[output] / 4;
    // Reading a string calls the engine.
    const words = u32.slice(from, from + u32[output + 1] * 2);
    const path: Key[] = [];
    for (let at = words.length - 2; at >= 0; at -= 2)
      path.push(views.scalar(words[at], words[at + 1]) as Key);
    return path;
  }
}
