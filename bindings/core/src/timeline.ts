import type { Author } from './author.ts';
import type { ApplyOptions, Bytes, Commit, OptimisticOptions } from './commitTypes.ts';
import { OWN, pathOf, readConflicts } from './conflicts.ts';
import type { Core } from './core.ts';
import { DeltaReader, readDelta, sealDelta } from './delta.ts';
import { GaesupError } from './errors.ts';
import { HistoryNode } from './history.ts';
import { toJSONPatch } from './jsonPatch.ts';
import { OptimisticNode } from './optimistic.ts';
import { ERRORS } from './protocol.ts';
import { report } from './schedule.ts';
import type { StoreOptions } from './storeOptions.ts';
import { assertAdoption } from './transfer.ts';

const LOG_BYTES_DEFAULT = 1 << 20;
/** The greatest number that the engine can be told. */
const NUMBER_MAX = 0xffff_ffff;

/** So many versions the engine can count at once. */
const SPAN_MAX = 0xffff_ffff;

/** So often commits of listeners may follow each other, told at once. */
const ROUNDS_MAX = 100;

/** A commit for who listens; its delta is made when somebody asks for it. */
function commitOf(base: number, version: number, origin: string | undefined, record: Uint8Array): Commit {
  let sealed: Bytes | undefined;
  const seal = () => {
    sealed ??= sealDelta(record, [base, version]);
    return sealed;
  };
  return {
    version,
    origin,
    get delta() {
      return seal();
    },
    patches: (options) => toJSONPatch(seal(), options),
  };
}

/** Who is told of commits, from the first after a version on. */
interface CommitListener {
  readonly call: (commit: Commit) => void;
  readonly since: number;
}

/** Versions of one store: who is told of them, and how one leads to another. */
export class Timeline {
  readonly history: HistoryNode;
  private readonly core: Core;
  private readonly listeners = new Set<CommitListener>();
  /** Commits that listeners have not been told of. */
  private commits: Commit[] = [];
  private isTelling = false;
  /** The version that listeners were told of last. */
  private toldVersion = 0;
  private keepsLog = false;
  /** Effects that wait, oldest first. */
  private readonly waiting = new Set<OptimisticNode>();
  /** The number of the last thing that effects did. */
  private parts = 0;
  /** Who made commits that wait to be told of, by number. */
  private readonly origins: string[] = [];
  /** The engine's count of versions when it was asked last. */
  private confirmed = 0;

  constructor(core: Core, options: Pick<StoreOptions, 'history' | 'log'>) {
    this.core = core;
    const { log = false } = options;
    if (log !== false) {
      const bytes = (log === true ? undefined : log.bytes) ?? LOG_BYTES_DEFAULT;
      if (typeof bytes !== 'number' || !(bytes > 0)) {
        throw new TypeError('log.bytes must be a positive number.');
      }
      this.keepLog(bytes);
    }
    this.history = new HistoryNode(core, options.history ?? false);
    this.update();
  }

  /** Says what the next commit is, if anybody wants to know. */
  stamp(): void {
    if (this.history.isOn) this.history.stamp();
  }

  /** Takes note of a commit, and whose it was. */
  advance(origin?: string): void {
    const { core } = this;
    if (this.waiting.size === 0) {
      core.version++;
      this.advanced(origin);
      return;
    }
    const { version } = core;
    core.records.float();
    this.synchronize();
    // Whose they are is known by number.
    if (core.version !== version) this.advanced();
  }

  /** Says whose the commits from now on are. */
  author({ origin, isForeign }: Author): void {
    const { origins } = this;
    const known = origin === undefined ? -1 : origins.indexOf(origin);
    const number = origin === undefined ? 0 : known < 0 ? origins.push(origin) : known + 1;
    this.core.records.author(number, isForeign);
  }

  /** Nobody is told of anything any more. */
  dispose(): void {
    this.listeners.clear();
    this.commits = [];
  }

  /** Adds a listener for commits; answers how to end that. */
  onCommit(listener: (commit: Commit) => void): () => void {
    const { engine, records } = this.core;
    engine.assertReady();
    if (typeof listener !== 'function') throw new TypeError('onCommit() takes a function to call.');
    // The same function may be there twice, and each time ends for itself.
    const added = { call: listener, since: this.core.version };
    if (this.listeners.size === 0) {
      this.toldVersion = this.core.version;
      records.tellCommits(true);
    }
    this.listeners.add(added);
    this.update();
    return () => {
      if (!this.listeners.delete(added)) return;
      this.update();
      if (this.listeners.size === 0 && engine.isAlive) records.tellCommits(false);
    };
  }

  deltaSince(version: number): Bytes {
    const { core } = this;
    core.engine.assertReady();
    if (!Number.isInteger(version) || version < 0 || version > core.version) {
      throw new TypeError(`deltaSince() takes a version up to ${core.version}.`);
    }
    if (!this.keepsLog) this.keepLog(LOG_BYTES_DEFAULT);
    const missed = core.version - version;
    const record = missed > SPAN_MAX ? undefined : core.records.since(missed);
    if (record !== undefined) return sealDelta(record, [version, core.version]);
    throw new GaesupError(
      'VERSION_GONE',
      `The log does not know version ${version}: now it is ${core.version}.`,
    );
  }

  apply(delta: Uint8Array, options: ApplyOptions = {}): void {
    const { core } = this;
    this.assertBetween('apply()');
    assertAdoption({ origin: options.origin });
    const reader = new DeltaReader(delta);
    const { base = core.version, next = base + 1, isInverted } = reader;
    if (base !== core.version) {
      throw new GaesupError(
        base > core.version ? 'VERSION_BEHIND' : 'VERSION_AHEAD',
        `The delta leads on from version ${base}, and the store is at ${core.version}.`,
      );
    }
    const span = next - base;
    if (span < 0 || span > SPAN_MAX) {
      throw new GaesupError('CORRUPT_DATA', `The delta leads from version ${base} to ${next}.`);
    }
    const record = delta.subarray(reader.at, reader.end);
    if (span === 0) {
      if (reader.ops().length === 0) return;
      throw new GaesupError('CORRUPT_DATA', `The delta changes something and stays at version ${base}.`);
    }
    const answer = core.withRoom(() => {
      this.stamp();
      const answer = core.records.applyRecord(record, isInverted, span, options.origin !== undefined);
      if (answer >= ERRORS) throw this.refused(answer, delta);
      return answer;
    });
    this.settled(answer, options.origin);
  }

  optimistic(work: () => void, options: OptimisticOptions = {}): OptimisticNode {
    const { core } = this;
    this.assertBetween('optimistic()');
    if (typeof work !== 'function') throw new TypeError('optimistic() takes a function.');
    const effect = new OptimisticNode(this, core, options);
    this.waiting.add(effect);
    this.update();
    try {
      effect.run(work);
    } catch (error) {
      this.waiting.delete(effect);
      this.update();
      throw error;
    }
    return effect;
  }

  /** Confirms an effect that waits, or takes it back. */
  settle(effect: OptimisticNode, keep: boolean): void {
    const { core } = this;
    const { parts } = effect;
    // As long as a part of it waits, commits of others may have to wait as well.
    for (let part = parts[0]; part !== undefined; part = parts[0]) {
      const ended = part;
      const answer = core.withRoom(() => core.engine.check(core.records.settle(ended, keep)));
      parts.shift();
      if (parts.length === 0) this.waiting.delete(effect);
      this.settled(answer, undefined, effect);
      // Who was told of it may have disposed the store.
      if (!core.engine.isAlive) break;
    }
    this.waiting.delete(effect);
    this.update();
  }

  /** Whether there are effects that wait. */
  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** Makes a record, which leads on from what is confirmed, the next version under what waits. */
  applyUnder(record: Uint8Array, origin: string | undefined): void {
    const { core } = this;
    this.assertBetween('What goes under optimistic updates');
    const answer = core.withRoom(() => {
      this.stamp();
      return core.engine.check(core.records.applyRecord(record, false, 1, origin !== undefined));
    });
    this.settled(answer, origin);
  }

  /** Undoes steps, or redoes them when there are less than none. */
  travel(steps: number, exactly: boolean): number {
    const { core } = this;
    this.assertBetween('undo and redo');
    const answer = core.withRoom(() => core.engine.check(core.records.travel(steps, exactly)));
    const travelled = core.engine.u32[core.engine.output + 10];
    if (travelled > 0) this.settled(answer, 'history');
    else this.history.changed();
    return travelled;
  }

  /** Says whether commits have to be told here, or are just counted. */
  private update(): void {
    this.core.isRecorded = this.history.isOn || this.listeners.size > 0 || this.waiting.size > 0;
  }

  /** A number for something that an effect does: one of the engine's, of which there are so many. */
  nextPart(): number {
    this.parts = (this.parts % NUMBER_MAX) + 1;
    return this.parts;
  }

  /** Throws where a change cannot be a commit of its own, and gets ready for one that can. */
  assertBetween(what: string): void {
    const { core } = this;
    core.assertWritable();
    if (core.batch.isOpen) {
      throw new GaesupError('INVALID_CALL', `${what} cannot be part of a batch: it is a commit of its own.`);
    }
    this.confirmed = core.records.confirmed();
  }

  private keepLog(bytes: number): void {
    this.core.records.keepJournal(bytes);
    this.keepsLog = true;
  }

  /** Counts the versions that the engine has confirmed since it was asked last. */
  private synchronize(): void {
    const confirmed = this.core.records.confirmed();
    this.core.version += (confirmed - this.confirmed) >>> 0;
    this.confirmed = confirmed;
  }

  /** The error of a delta that the engine refused. */
  private refused(answer: number, delta: Uint8Array): GaesupError {
    const { engine } = this.core;
    const failed = engine.u32[engine.output];
    const op = readDelta(delta).ops[failed];
    return engine.error(answer, op === undefined ? [] : pathOf(op));
  }

  /** Takes note of what the engine did besides committing what was written. */
  private settled(answer: number, origin?: string, ended?: OptimisticNode): void {
    const { core } = this;
    const { version } = core;
    this.synchronize();
    let conflicts: Uint8Array | undefined;
    core.settled(answer, () => {
      conflicts = core.records.conflicts();
      if (core.version !== version) this.advanced(origin);
      else this.history.changed();
    });
    if (conflicts !== undefined) this.tellConflicts(conflicts, ended);
  }

  /** Tells of what no longer fits; own writes that built on an effect are that one's matter. */
  private tellConflicts(record: Uint8Array, ended: OptimisticNode | undefined): void {
    for (const { part, conflict } of readConflicts(record)) {
      if (!this.core.engine.isAlive) return;
      const [first] = this.waiting;
      if (part === OWN) (ended ?? first)?.heard(conflict);
      else [...this.waiting].find(({ parts }) => parts.includes(part))?.conflict(conflict);
    }
  }

  /** Tells of versions that there are now. */
  private advanced(origin?: string): void {
    if (this.history.isOn) this.history.changed();
    if (this.listeners.size > 0) this.collectCommits(origin);
    if (this.waiting.size === 0) this.origins.length = 0;
    if (!this.isTelling) this.tell();
  }

  /** Takes the commits that the engine has recorded for listeners. */
  private collectCommits(origin: string | undefined): void {
    const { core, origins } = this;
    const records = core.records.commits();
    for (const [index, { record, origin: number }] of records.entries()) {
      const isLast = index === records.length - 1;
      const version = isLast ? core.version : this.toldVersion + 1;
      this.commits.push(commitOf(this.toldVersion, version, origins[number - 1] ?? origin, record));
      this.toldVersion = version;
    }
  }

  /** Tells all listeners, commit by commit, also of those that are made meanwhile. */
  private tell(): void {
    this.isTelling = true;
    try {
      for (let round = 0; this.commits.length > 0; round++) {
        if (round >= ROUNDS_MAX) {
          report(
            new GaesupError(
              'LISTENER_LOOP',
              'Listeners for commits keep committing: they are told with the next one.',
            ),
          );
          break;
        }
        const { commits } = this;
        this.commits = [];
        for (const commit of commits) this.tellOf(commit);
      }
    } finally {
      this.isTelling = false;
    }
  }

  private tellOf(commit: Commit): void {
    for (const { call, since } of this.listeners) {
      if (commit.version <= since) continue;
      try {
        call(commit);
      } catch (error) {
        report(error);
      }
    }
  }
}
