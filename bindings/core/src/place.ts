import type { Key } from './errors.ts';
import { normalizeKey } from './keys.ts';
import { HOLDER_TABLE } from './protocol.ts';
import type { PlaceSource } from './watching.ts';

/** What knows where in the state it is. */
export interface Located {
  readonly path: readonly Key[];
  /** How many keys that are. */
  readonly depth: number;
}

/** Places remembered, per store, before all are let go. */
const REMEMBERED_MAX = 1 << 18;

/** The places of one store that are remembered. */
export class Remembered {
  /** The places that others are remembered in, whoever keeps those. */
  private readonly around: Place[] = [];
  private count = 0;
  private readonly most: number;

  constructor(most = REMEMBERED_MAX) {
    this.most = most;
  }

  /** Counts a place that is about to be remembered in another one. */
  add(around: Place): void {
    if (++this.count > this.most) {
      // Cursors in use keep theirs; whoever comes next finds the way again.
      for (const place of this.around) place.forget();
      this.around.length = 0;
      this.count = 1;
    }
    if (!around.remembersOthers) this.around.push(around);
  }
}

/**
 * Where a path's container was found last: its handle, which the engine
 * recognises when it is stale. Places form a tree as paths do, and only those
 * exist that someone used; any of them may be forgotten at any time.
 */
export class Place {
  /** The place of the container around this one, and this one's key there. */
  readonly parent: Place | undefined;
  readonly key: Key;
  /** Whether an array's index is among the keys: then a shift can mislead. */
  readonly indexed: boolean;
  table = 0;
  row = 0;
  generation = 0;
  /** What the store's count of shifts was when this was found; -1 never. */
  stamp = -1;
  /** Rises with every new handle, so that slots found in the old one are void. */
  version = 0;
  /** What only some places need. */
  private more: More | undefined;

  constructor(parent: Place | undefined, key: Key) {
    this.parent = parent;
    this.key = key;
    this.indexed = typeof key === 'number' || parent?.indexed === true;
  }

  /** The keys that lead here. */
  get path(): Key[] {
    const path: Key[] = [];
    for (let place: Place = this; place.parent !== undefined; place = place.parent) path.push(place.key);
    return path.reverse();
  }

  /** How many keys lead here. */
  get depth(): number {
    let depth = 0;
    for (let place: Place = this; place.parent !== undefined; place = place.parent) depth++;
    return depth;
  }

  /** The place of a key in this container, when somebody used it before. */
  known(key: Key): Place | undefined {
    return this.more?.inside?.get(key);
  }

  /** The place of a key in this container. */
  kid(key: Key, remembered: Remembered): Place {
    // Most keys are written as they are kept, and looking is cheaper than asking.
    const known = this.known(key);
    if (known !== undefined) return known;
    const normal = normalizeKey(key);
    if (normal !== key) return this.kid(normal, remembered);
    const kid = new Place(this, key);
    remembered.add(this);
    this.more ??= new More();
    this.more.inside ??= new Map();
    this.more.inside.set(key, kid);
    return kid;
  }

  /** Whether places in here are remembered. */
  get remembersOthers(): boolean {
    return this.more?.inside !== undefined;
  }

  /** Lets go of what is known of the inside. */
  forget(): void {
    if (this.more === undefined) return;
    this.more.inside = undefined;
    this.more.slots = undefined;
  }

  /**
   * Whether the container may have become another one since it was found: with any of the shifts on a
   * path through an array, else with the last one that gave containers other keys.
   */
  isLost(shifts: number, moved: number): boolean {
    if (this.stamp === shifts) return false;
    return this.indexed || this.stamp < moved;
  }

  /** Notes where the container is now. */
  found(table: number, row: number, generation: number, stamp: number): void {
    this.stamp = stamp;
    if (this.table === table && this.row === row && this.generation === generation) return;
    this.table = table;
    this.row = row;
    this.generation = generation;
    this.version++;
    if (this.more !== undefined) this.more.slots = undefined;
  }

  /** Notes that there is no container here. */
  lose(): void {
    this.stamp = -1;
  }

  /** The number of the container's view, when it was read at this version; else 0. */
  viewAt(version: number): number {
    return this.more?.viewVersion === version ? this.more.view : 0;
  }

  keepView(view: number, version: number): void {
    this.more ??= new More();
    this.more.view = view;
    this.more.viewVersion = version;
  }

  /** The source of what is here, while somebody uses it. */
  get source(): PlaceSource | undefined {
    return this.more?.source;
  }

  set source(source: PlaceSource | undefined) {
    if (source === undefined && this.more === undefined) return;
    this.more ??= new More();
    this.more.source = source;
  }

  slot(key: Key): number | undefined {
    return this.more?.slots?.get(key);
  }

  rememberSlot(key: Key, slot: number): void {
    this.more ??= new More();
    this.more.slots ??= new Map();
    this.more.slots.set(key, slot);
  }
}

/** Kept apart so that the places of a hundred thousand rows stay small. */
class More {
  inside: Map<Key, Place> | undefined;
  /** Entries of a dictionary, by key. */
  slots: Map<Key, number> | undefined;
  source: PlaceSource | undefined;
  /** The number of the view read last, and at which of the store's versions. */
  view = 0;
  viewVersion = -1;
}

/** The container whose only cell holds the root value. */
export function holder(): Place {
  const place = new Place(undefined, '');
  place.found(HOLDER_TABLE, 0, 0, 0);
  return place;
}

/** The keys that lead from the root to a container, or to a key in it. */
export function pathOf(
  { holder }: { readonly holder: Place },
  place: Located,
  key: Key | undefined,
): readonly Key[] {
  if (place === holder) return [];
  return key === undefined ? place.path : [...place.path, key];
}
