import { Assigned, type Clock } from './assigned.ts';
import type { Draft } from './draft.ts';
import { draftOf } from './draftMap.ts';
import type { Key } from './errors.ts';

/** More rounds than this are needed only by what contains itself. */
const ROUNDS_MAX = 20;

/** A draft in a second place, where the engine has a copy. */
interface Alias {
  readonly source: Draft;
  readonly home: Draft;
  readonly key: Key;
  /** The draft of the copy, which nobody else has. */
  copy: Draft;
  copiedAt: number;
}

/**
 * What a recipe has assigned and may still change: plain values, and drafts that are in a second
 * place. The engine has copies of them, which are brought up to date before they are read.
 */
export class Live implements Clock {
  clock = 1;
  /** The copies of plain values, by value. */
  private readonly copies = new Map<object, Draft>();
  private aliases: Alias[] = [];
  /** Where else drafts are, for telling what would contain itself. */
  private readonly homes = new Map<Draft, Draft[]>();
  private isSyncing = false;
  private isDoubtful = false;

  /** Whether there is nothing to look after. */
  get isEmpty(): boolean {
    return this.copies.size === 0 && this.aliases.length === 0;
  }

  /** What is written for a value: the draft of its copy where it has been assigned before. */
  resolve(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.copies.size === 0) return value;
    return this.copies.get(value)?.standIn ?? value;
  }

  /** Takes note of a value that was put at a key of a draft. */
  assigned(home: Draft, key: Key, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const source = draftOf(value);
    if (source !== undefined) {
      if (source.drafting === home.drafting) this.addAlias(source, home, key);
      return;
    }
    const assigned = Assigned.of(value, this);
    const copy = assigned && home.node(key);
    if (copy === undefined) return;
    copy.copy = assigned;
    this.copies.set(value, copy);
    assigned?.eachDraft((draft) => this.addHome(draft, copy));
  }

  /** Takes note that a draft was made equal to a value, without a copy. */
  keeps(draft: Draft, value: object): void {
    draft.copy = Assigned.of(value, this)?.startAt(draft);
    this.copies.set(value, draft);
  }

  /** Brings all copies up to date. */
  sync(): void {
    if (this.isSyncing || this.isEmpty) return;
    this.isSyncing = true;
    try {
      if (this.isDoubtful) this.rewrite();
      // What is brought up to date may itself have been copied.
      for (let round = 0, before = -1; before !== this.clock; round++) {
        if (round === ROUNDS_MAX) throw new TypeError('A recipe has assigned a value that contains itself.');
        before = this.clock;
        for (const copy of this.copies.values()) copy.copy?.bring(() => copy);
        this.bringAliases();
      }
    } finally {
      this.isSyncing = false;
    }
  }

  /** Brings back what was rolled back with a batch within the recipe, before anything is read. */
  settle(): void {
    if (this.isDoubtful) this.sync();
  }

  /** Takes note that the engine may have other copies than were written. */
  doubt(): void {
    this.isDoubtful = !this.isEmpty;
  }

  private addAlias(source: Draft, home: Draft, key: Key): void {
    // What would contain itself is a copy of what it was.
    if (this.isInside(home, source, new Set())) return;
    const copy = home.node(key);
    if (copy === undefined) return;
    copy.standIn = source.standIn;
    this.aliases.push({ source, home, key, copy, copiedAt: this.clock });
    this.addHome(source, home);
  }

  private addHome(source: Draft, home: Draft): void {
    const homes = this.homes.get(source);
    if (homes === undefined) this.homes.set(source, [home]);
    else homes.push(home);
  }

  private isInside(draft: Draft, around: Draft, seen: Set<Draft>): boolean {
    for (let at: Draft | undefined = draft; at !== undefined && !seen.has(at); at = at.outer) {
      if (at === around) return true;
      seen.add(at);
      if (this.homes.get(at)?.some((home) => this.isInside(home, around, seen)) === true) return true;
    }
    return false;
  }

  private bringAliases(): void {
    const stale = this.aliases.filter(({ source, copiedAt }) => source.changedAt > copiedAt);
    if (stale.length === 0) return;
    const indexes = new Map<Draft, Map<Draft, number>>();
    const gone = new Set<Alias>();
    for (const alias of stale) {
      const { home, copy, source } = alias;
      const key = home.isArray ? indexesOf(home, indexes).get(copy) : alias.key;
      if (key === undefined || !home.isThere() || home.node(key) !== copy) {
        gone.add(alias);
        continue;
      }
      alias.copiedAt = this.clock;
      home.writeRaw(key, source.standIn);
      const written = home.node(key);
      if (written === undefined) continue;
      written.standIn = source.standIn;
      alias.copy = written;
      if (home.isArray) indexesOf(home, indexes).set(written, key as number);
    }
    if (gone.size > 0) this.aliases = this.aliases.filter((alias) => !gone.has(alias));
  }

  private rewrite(): void {
    this.isDoubtful = false;
    for (const [value, copy] of this.copies) {
      if (!copy.isThere()) this.copies.delete(value);
      else {
        copy.rewrite(value);
        copy.copy = Assigned.of(value, this)?.startAt(copy);
      }
    }
    this.aliases = this.aliases.filter(({ source, copy }) => source.isThere() && copy.isThere());
    for (const alias of this.aliases) alias.copiedAt = 0;
  }
}

function indexesOf(home: Draft, known: Map<Draft, Map<Draft, number>>): Map<Draft, number> {
  let indexes = known.get(home);
  if (indexes === undefined) {
    indexes = new Map();
    const count = home.isThere() ? home.countRaw() : 0;
    for (let index = 0; index < count; index++) {
      const draft = home.node(index);
      if (draft !== undefined) indexes.set(draft, index);
    }
    known.set(home, indexes);
  }
  return indexes;
}
