/** Damaged snapshots and data given to all that reads them: refused with a code and without a trace, or a valid state. */
import { difference } from '../conformance/check.ts';
import type { TransferStore, TransferSubject } from '../conformance/transferSubject.ts';
import { type Parts, taken, written } from '../support/snapshotParts.ts';
import { everyKind } from '../support/valueKinds.ts';
import { damaged, damagedSnapshot, INPUTS } from './byteDamage.ts';
import { Dice } from './hostileDeltas.ts';
import { deepCopy } from './oracle.ts';

/** What a state may take here. */
const LIMIT_BYTES = 16 * 2 ** 20;
/** What the engine needs besides that, whatever the input says of itself. */
const MEMORY_MAX = 96 * 2 ** 20;
/** How many inputs a store lasts, and how often what was taken is looked at in all ways. */
const STORE_LASTS = 500;
const LOOK_EVERY = 20;
/** How often a snapshot is compared with what it was; those of more containers are left out. */
const COMPARE_EVERY = 10;
const CONTAINERS_MAX = 10_000;

const CODES = new Set(['CORRUPT_DATA', 'UNSUPPORTED_VERSION', 'LIMIT_EXCEEDED', 'OUT_OF_MEMORY']);

/** What was tried, and how it ended. */
export interface HostileBytesTally {
  tried: number;
  taken: number;
  /** Of these, snapshots: behind all of their checksums. */
  snapshots: number;
  refused: number;
  limited: number;
  /** Snapshots that were compared with what they were before, and those of which a difference was told. */
  compared: number;
  told: number;
  memoryMax: number;
}

type Format = 'snapshot' | keyof typeof INPUTS;
const FORMATS: readonly Format[] = ['snapshot', 'snapshot', 'snapshot', 'json', 'ndjson', 'msgpack'];

const START = {
  rows: [
    { id: 1, name: 'a', tags: ['x', 'y'] },
    { id: 2, name: 'b' },
  ],
  map: new Map<string, unknown>([['k', { v: 1n }]]),
  n: 1,
};

function snapshotsOf(subject: TransferSubject): Parts[] {
  const small = {
    ...START,
    deep: [[{ a: [new Map([['m', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]])] }]],
    at: new Date(5),
  };
  const states = [...Object.values(everyKind()), small, START, [START, START], 'text', 5];
  return states.flatMap((state) =>
    (['none', 'lz4'] as const).flatMap((compression) => {
      const store = subject.createStore(deepCopy(state));
      const bytes = store.snapshot({ compression });
      store.dispose();
      // Small ones are damaged where it matters more often than long ones.
      return bytes.length > 4_000 ? [] : [taken(bytes)];
    }),
  );
}

/** A store that is given one input after the other. */
class Target {
  private store: TransferStore | undefined;
  private lasts = 0;
  private readonly subject: TransferSubject;
  private readonly tally: HostileBytesTally;

  constructor(subject: TransferSubject, tally: HostileBytesTally) {
    this.subject = subject;
    this.tally = tally;
  }

  give(format: Format, bytes: Uint8Array, dice: Dice, what: string): void {
    const { subject, tally } = this;
    this.store ??= this.fresh();
    const { store } = this;
    const before = store.get();
    const { version } = store;
    const key = dice.roll(2) === 0 ? 'id' : undefined;
    tally.tried++;
    try {
      if (format === 'snapshot') store.restore(bytes, { key });
      else store.ingest(bytes, { key, format });
    } catch (error) {
      if (!(error instanceof subject.GaesupError) || !CODES.has(error.code))
        throw new Error(`${what}: ${String((error as Error)?.stack ?? error)}`, { cause: error });
      if (error.code === 'CORRUPT_DATA' && !/byte \d+/.test(error.message))
        throw new Error(`${what}: no offset`);
      if (store.get() !== before || store.version !== version)
        throw new Error(`${what}: refused, and changed`);
      tally.refused++;
      if (error.code !== 'CORRUPT_DATA') tally.limited++;
      this.after(what);
      return;
    }
    tally.taken++;
    if (format === 'snapshot') tally.snapshots++;
    this.look(store, before, version, tally.taken % LOOK_EVERY === 0, what);
    this.after(what);
  }

  dispose(): void {
    this.store?.dispose();
    this.store = undefined;
  }

  private fresh(): TransferStore {
    this.lasts = STORE_LASTS;
    return this.subject.createStore(deepCopy(START), { history: true, limits: { bytes: LIMIT_BYTES } });
  }

  /** What was taken is a state: it can be read, written as a snapshot, and taken back. */
  private look(
    store: TransferStore,
    before: unknown,
    version: number,
    isThorough: boolean,
    what: string,
  ): void {
    const value = store.get();
    if (isThorough) {
      const opened = this.subject.openStore(store.snapshot());
      const found = difference(opened.get(), value);
      opened.dispose();
      if (found !== undefined) throw new Error(`${what}: its snapshot is another state: ${found}`);
    }
    if (store.version === version) return;
    const copy = isThorough ? deepCopy(before) : undefined;
    store.history.undo();
    const found = isThorough ? difference(store.get(), copy) : undefined;
    if (found !== undefined) throw new Error(`${what}: undone, which left ${found}`);
  }

  private after(what: string): void {
    const { store, tally } = this;
    if (store === undefined) return;
    tally.memoryMax = Math.max(tally.memoryMax, store.stats().bytes.total);
    if (tally.memoryMax > MEMORY_MAX) throw new Error(`${what}: ${tally.memoryMax} bytes of memory`);
    if (--this.lasts > 0) return;
    const found = difference(store.get(), START);
    if (found !== undefined) throw new Error(`${what}: in the end ${found}`);
    this.dispose();
  }
}

/** What is opened, told or answered; nothing when the bytes are refused with a code. */
function unlessRefused<T>(subject: TransferSubject, run: () => T, what: string): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof subject.GaesupError) || !CODES.has(error.code))
      throw new Error(`${what}: ${String((error as Error)?.stack ?? error)}`, { cause: error });
    if (error.code === 'CORRUPT_DATA' && !/byte \d+/.test(error.message))
      throw new Error(`${what}: no offset`);
    return undefined;
  }
}

/** Compares a snapshot with a damaged one: a difference is told only if that can be opened, and leads to what it is then. */
function compareWith(subject: TransferSubject, sound: Uint8Array, bytes: Uint8Array, what: string): boolean {
  const attempt = <T>(run: () => T) => unlessRefused(subject, run, what);
  const said = attempt(() => subject.inspect(bytes));
  if (said !== undefined && said.containers > CONTAINERS_MAX) return false;
  const opened = attempt(() => subject.openStore(bytes));
  const [there, back] = [
    attempt(() => subject.diff(sound, bytes)),
    attempt(() => subject.diff(bytes, sound)),
  ];
  const areEqual = [attempt(() => subject.equals(sound, bytes)), attempt(() => subject.equals(bytes, sound))];
  if ((there === undefined) !== (opened === undefined) || (back === undefined) !== (opened === undefined))
    throw new Error(`${what}: a difference was told of what cannot be opened, or none of what can`);
  if (areEqual[0] === true && opened === undefined) throw new Error(`${what}: equal, but cannot be opened`);
  if (opened === undefined || there === undefined || back === undefined) return false;
  const store = subject.openStore(sound);
  const before = deepCopy(store.get());
  // Dates that are no whole numbers differ only here.
  const isSame = difference(store.snapshot(), opened.snapshot()) === undefined;
  store.apply(there);
  const found = difference(store.get(), opened.get());
  store.apply(back);
  const other = difference(store.get(), before);
  if (found !== undefined || other !== undefined) throw new Error(`${what}: led to ${found ?? other}`);
  if (areEqual[0] !== isSame || areEqual[1] !== isSame) throw new Error(`${what}: equal is ${areEqual}`);
  store.dispose();
  opened.dispose();
  return true;
}

/** Damages valid inputs so many times; throws at the first that does harm. */
export function tryHostileBytes(subject: TransferSubject, count: number, seed: number): HostileBytesTally {
  const tally: HostileBytesTally = {
    tried: 0,
    taken: 0,
    snapshots: 0,
    refused: 0,
    limited: 0,
    compared: 0,
    told: 0,
    memoryMax: 0,
  };
  const snapshots = snapshotsOf(subject);
  const pieces = snapshots.flatMap(({ sections }) => sections);
  const dice = new Dice(seed);
  const target = new Target(subject, tally);
  while (tally.tried < count) {
    const format = FORMATS[dice.roll(FORMATS.length)] as Format;
    let bytes: Uint8Array;
    let sound: Uint8Array | undefined;
    if (format === 'snapshot') {
      const source = snapshots[dice.roll(snapshots.length)] as Parts;
      bytes = damagedSnapshot(dice, source, pieces);
      if (tally.tried % COMPARE_EVERY === 0) sound = written(source);
    } else {
      const inputs = INPUTS[format];
      bytes = damaged(dice, inputs[dice.roll(inputs.length)] as Uint8Array, inputs);
    }
    const what = `seed ${seed}, input ${tally.tried}, ${format} [${bytes.length > 3_000 ? `${bytes.length} bytes` : bytes}]`;
    target.give(format, bytes, dice, what);
    if (sound !== undefined) {
      tally.compared++;
      if (compareWith(subject, sound, bytes, what)) tally.told++;
    }
  }
  target.dispose();
  return tally;
}
