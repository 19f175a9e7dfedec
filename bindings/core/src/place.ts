import type { Key } from './errors.ts';
import { HOLDER_TABLE } from './protocol.ts';

/** Places remembered, per store, before all are let go. */
const REMEMBERED_MAX = 1 << 18;

/** How many places of one store are remembered. */
export interface Remembered {
  count: number;
}

/**
 * Where a path's container was found last: its handle, which the engine
 * recognises when it is stale. Places form a tree as paths do, and only those
 * exist that someone used; any of them may be forgotten at any time.
 */
export class Place {
  table = 0;
  row = 0;
  generation = 0;
  /** What the store's count of index shifts was when this was found; -1 never. */
  stamp = -1;
  /** Rises with every new handle, so that slots found in the old one are void. */
  version = 0;
  /** What the container was read as last, and at which of the store's versions. */
  private view: unknown;
  private viewVersion = -1;
  private inside: Map<Key, Place> | undefined;
  /** Entries of a dictionary, by key. */
  private slots: Map<Key, number> | undefined;

  /** The place of a key in this container. */
  kid(key: Key, remembered: Remembered): Place {
    const known = this.inside?.get(key);
    if (known !== undefined) return known;
    const kid = new Place();
    if (++remembered.count > REMEMBERED_MAX) {
      // Cursors in use keep theirs; whoever comes next finds the way again.
      remembered.count = 0;
      this.inside = undefined;
    }
    this.inside ??= new Map();
    this.inside.set(key, kid);
    return kid;
  }

  /** Notes where the container is now. */
  found(table: number, row: number, generation: number, stamp: number): void {
    this.stamp = stamp;
    if (this.table === table && this.row === row && this.generation === generation) return;
    this.table = table;
    this.row = row;
    this.generation = generation;
    this.slots = undefined;
    this.version++;
  }

  /** Notes that there is no container here. */
  lose(): void {
    this.stamp = -1;
  }

  /** What the container reads as, when it was read at this version. */
  viewAt(version: number): unknown {
    return this.viewVersion === version ? this.view : undefined;
  }

  keepView(view: unknown, version: number): void {
    this.view = view;
    this.viewVersion = version;
  }

  slot(key: Key): number | undefined {
    return this.slots?.get(key);
  }

  rememberSlot(key: Key, slot: number): void {
    this.slots ??= new Map();
    this.slots.set(key, slot);
  }
}

/** The container whose only cell holds the root value. */
export function holder(): Place {
  const place = new Place();
  place.found(HOLDER_TABLE, 0, 0, 0);
  return place;
}
