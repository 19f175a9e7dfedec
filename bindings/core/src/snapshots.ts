import type { Bytes } from './commitTypes.ts';
import { assertOwn } from './copy.ts';
import { CursorNode } from './cursor.ts';
import { sealDelta } from './delta.ts';
import { Engine } from './engine.ts';
import { inspectIn } from './inspect.ts';
import { withSpareCore } from './spare.ts';
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
  { key }: Pick<ReconcileOptions, 'key'> = {},
): Bytes {
  const [before, after] = [bytesOf(a), bytesOf(b)];
  assertAdoption({ key });
  return withSpareCore(compiled(), (core) => {
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
  const one = bytesOf(a);
  if (a === b) return true;
  const other = bytesOf(b);
  if (areSame(one, other)) return true;
  return withSpareCore(compiled(), (core) => {
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

function bytesOf(state: Comparable): Uint8Array {
  if (isBytes(state)) return state;
  assertOwn(state, 'A comparison');
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
