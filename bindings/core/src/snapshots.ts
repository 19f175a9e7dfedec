import type { Bytes } from './commitTypes.ts';
import { Core } from './core.ts';
import { CursorNode } from './cursor.ts';
import { sealDelta } from './delta.ts';
import { Engine } from './engine.ts';
import { inspectIn } from './inspect.ts';
import type { ReconcileOptions, SnapshotInfo } from './transferTypes.ts';
import type { Store } from './types.ts';

const DEPTH_MAX = 1_000;

type Compiled = () => WebAssembly.Module;
/** A state: a store now, or bytes of one. What its type is does not matter to what is compared. */
type State = Uint8Array | Pick<Store<unknown>, 'snapshot'>;

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
export function diffWith(compiled: Compiled, a: State, b: State, { key }: ReconcileOptions = {}): Bytes {
  const [before, after] = [bytesOf(a), bytesOf(b)];
  const core = new Core(compiled(), Number.POSITIVE_INFINITY, DEPTH_MAX);
  try {
    const root = new CursorNode(core, core.holder, '');
    core.transfer.load(root, before, {});
    core.records.tellCommits(true);
    core.transfer.load(root, after, { key });
    const [record] = core.records.commits();
    return record === undefined
      ? sealDelta(core.records.compose([]), undefined)
      : sealDelta(record, undefined);
  } finally {
    core.dispose();
  }
}

/** Whether two states are the same. */
export function equalsWith(compiled: Compiled, a: State, b: State): boolean {
  if (a === b) return true;
  const [one, other] = [bytesOf(a), bytesOf(b)];
  if (areSame(one, other)) return true;
  // Both written here and the same way: then each state has its bytes.
  if (!(a instanceof Uint8Array) && !(b instanceof Uint8Array)) return false;
  const core = new Core(compiled(), Number.POSITIVE_INFINITY, DEPTH_MAX);
  try {
    const root = new CursorNode(core, core.holder, '');
    core.transfer.load(root, one, {});
    const { version } = core;
    core.transfer.load(root, other, {});
    return core.version === version;
  } finally {
    core.dispose();
  }
}

function bytesOf(state: State): Uint8Array {
  return state instanceof Uint8Array ? state : state.snapshot({ compression: 'none' });
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
