import type { Bytes } from './commitTypes.ts';
import { Core } from './core.ts';
import { CursorNode } from './cursor.ts';
import { sealDelta } from './delta.ts';
import { Engine } from './engine.ts';
import { inspectIn } from './inspect.ts';
import { assertAdoption } from './transfer.ts';
import type { Comparable, ReconcileOptions, SnapshotInfo } from './transferTypes.ts';
import { isTagged } from './values.ts';

const DEPTH_MAX = 1_000;

type Compiled = () => WebAssembly.Module;

/** Reads what a snapshot says of itself. */
export function inspectWith(compiled: Compiled, bytes: Uint8Array): SnapshotInfo {
  const engine = new Engine(compiled(), Number.POSITIVE_INFINITY, DEPTH_MAX);
  try {
    return inspectIn(engine, bytes);
  } finally {
    engine.dispose();
  }
}

/** The delta that leads from one state to another. */
export function diffWith(
  compiled: Compiled,
  a: Comparable,
  b: Comparable,
  { key }: ReconcileOptions = {},
): Bytes {
  const [before, after] = [bytesOf(a), bytesOf(b)];
  assertAdoption({ key });
  return comparing(compiled(), (core) => {
    const told = core.transfer.difference(before, after, key);
    if (told !== undefined) return { answer: sealDelta(told, undefined), isEmpty: true };
    const root = new CursorNode(core, core.holder, '');
    core.transfer.load(root, before, {});
    core.records.tellCommits(true);
    core.transfer.load(root, after, { key });
    const [commit] = core.records.commits();
    return { answer: sealDelta(commit?.record ?? core.records.compose([]), undefined), isEmpty: false };
  });
}

/** Whether two states are the same. */
export function equalsWith(compiled: Compiled, a: Comparable, b: Comparable): boolean {
  if (a === b) return true;
  const [one, other] = [bytesOf(a), bytesOf(b)];
  if (areSame(one, other)) return true;
  return comparing(compiled(), (core) => {
    const { transfer } = core;
    const told = transfer.areEqual(one, other);
    if (told !== undefined) return { answer: told, isEmpty: true };
    const [said, otherSaid] = [transfer.inspect(one), transfer.inspect(other)];
    // Whoever writes a snapshot names each container once.
    if (said.containers !== otherSaid.containers) return { answer: false, isEmpty: true };
    // Both written here and the same way: then each state has its bytes, but for the schema's version.
    const areFresh = !isBytes(a) && !isBytes(b);
    if (areFresh && said.version === otherSaid.version) return { answer: false, isEmpty: true };
    const root = new CursorNode(core, core.holder, '');
    transfer.load(root, one, {});
    return { answer: transfer.holds(root, other), isEmpty: false };
  });
}

/** How long an engine without a state waits for the next comparison, and how large it may be. */
const RESTS_MS = 1_000;
const RESTING_BYTES_MAX = 1 << 26;

/** The engine that waits: taking memory anew takes longer than comparing pages. */
let resting: Resting | undefined;

interface Resting {
  readonly core: Core;
  readonly module: WebAssembly.Module;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Runs a comparison in an engine of its own, which is kept for a moment if it `isEmpty` afterwards. */
function comparing<T>(
  module: WebAssembly.Module,
  compare: (core: Core) => { readonly answer: T; readonly isEmpty: boolean },
): T {
  const known = resting?.module === module ? resting : undefined;
  if (known !== undefined) {
    clearTimeout(known.timer);
    resting = undefined;
  }
  const core = known?.core ?? new Core(module, Number.POSITIVE_INFINITY, DEPTH_MAX);
  let isKept = false;
  try {
    const { answer, isEmpty } = compare(core);
    isKept = isEmpty && resting === undefined && core.engine.totalBytes <= RESTING_BYTES_MAX;
    if (isKept) rest(core, module);
    return answer;
  } finally {
    if (!isKept) core.dispose();
  }
}

function rest(core: Core, module: WebAssembly.Module): void {
  const timer = setTimeout(() => {
    resting = undefined;
    core.dispose();
  }, RESTS_MS);
  // A waiting engine is no reason for a process to stay.
  (timer as { unref?: () => void }).unref?.();
  resting = { core, module, timer };
}

function bytesOf(state: Comparable): Uint8Array {
  if (isBytes(state)) return state;
  if (typeof state?.snapshot !== 'function')
    throw new TypeError('A state is a store, a cursor or a snapshot.');
  return state.snapshot({ compression: 'none' });
}

/** Bytes of another realm are none of this one's class. */
function isBytes(state: Comparable): state is Uint8Array {
  return isTagged(state, 'Uint8Array');
}

/** Compares bytes, four at a time where they lie so. */
function areSame(one: Uint8Array, other: Uint8Array): boolean {
  const { length } = one;
  if (length !== other.length) return false;
  let from = 0;
  if ((one.byteOffset & 3) === 0 && (other.byteOffset & 3) === 0) {
    const words = length >>> 2;
    const a = new Int32Array(one.buffer, one.byteOffset, words);
    const b = new Int32Array(other.buffer, other.byteOffset, words);
    for (let at = 0; at < words; at++) if (a[at] !== b[at]) return false;
    from = words * 4;
  }
  for (let at = from; at < length; at++) if (one[at] !== other[at]) return false;
  return true;
}
