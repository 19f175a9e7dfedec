import { Kind, Moved, readDelta, type SpliceOp, type Trail } from './delta.ts';
import { GaesupError, type Key } from './errors.ts';
import { toJSONValue } from './jsonValues.ts';

/**
 * One operation of RFC 6902. Paths are JSON Pointers (RFC 6901). In a patch that came as
 * JSON values are what JSON has; one made from a delta may also hold `undefined`, bigints,
 * dates, byte arrays, `Map`s and numbers that are not finite, as the state does.
 */
export type JsonPatchOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'move'; readonly from: string; readonly path: string }
  | { readonly op: 'copy'; readonly from: string; readonly path: string }
  | { readonly op: 'test'; readonly path: string; readonly value: unknown };

/** How a delta becomes a JSON Patch. */
export interface JsonPatchOptions {
  /**
   * With `true`, all values are such that JSON can carry them: `undefined` and numbers that are not
   * finite become `null`, dates ISO texts, bigints decimal texts, byte arrays base64, and `Map`s objects.
   * Default `false`: values are in the patch as they are in the state.
   */
  json?: boolean;
}

/** Operations to be done in turn, all or none. */
export type JsonPatch = readonly JsonPatchOperation[];

/** Nobody means a longer pointer, and text has an end. */
const POINTER_MAX = 2 ** 24;

/** Paths as JSON Pointers; what they have in common is written once. */
class Pointers {
  private readonly known = new Map<Trail, string>();
  private readonly escaped = new Map<Key, string>();

  of(path: Trail | undefined): string {
    if (path === undefined) return '';
    let pointer = this.known.get(path);
    if (pointer === undefined) {
      pointer = this.to(path.around, path.key);
      this.known.set(path, pointer);
    }
    return pointer;
  }

  /** The pointer to a key of the container at a path. */
  to(path: Trail | undefined, key: Key): string {
    let escaped = this.escaped.get(key);
    if (escaped === undefined) {
      escaped = `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
      this.escaped.set(key, escaped);
    }
    const pointer = this.of(path) + escaped;
    if (pointer.length <= POINTER_MAX) return pointer;
    throw new GaesupError('CORRUPT_DATA', `The delta has a path of more than ${POINTER_MAX} letters.`);
  }
}

/**
 * A delta as a JSON Patch (RFC 6902), for those who do not read deltas: applied to the state
 * before it gives the state after. Items that have moved are `move`d, an increment is a
 * `replace`. JSON does not order the keys of an object, so the patch does not say where a new
 * one stands; and values that JSON lacks are in it as they are unless {@link JsonPatchOptions.json} is set.
 * O(bytes), and O(n log n) for n items moved in one array.
 *
 * @throws GaesupError `CORRUPT_DATA`, `UNSUPPORTED_VERSION`
 *
 * @example
 * store.onCommit(({ delta }) => socket.send(JSON.stringify(toJSONPatch(delta, { json: true }))));
 * store.at('todos', 0, 'done').set(true);
 * // sends [{"op":"replace","path":"/todos/0/done","value":true}]
 */
export function toJSONPatch(delta: Uint8Array, { json = false }: JsonPatchOptions = {}): JsonPatch {
  const patch = patchOf(delta);
  if (!json) return patch;
  return patch.map((operation) =>
    'value' in operation ? { ...operation, value: toJSONValue(operation.value) } : operation,
  );
}

function patchOf(delta: Uint8Array): JsonPatch {
  const { ops } = readDelta(delta);
  const patch: JsonPatchOperation[] = [];
  const pointers = new Pointers();
  for (let at = 0; at < ops.length; ) {
    const op = ops[at++];
    if (op.kind !== Kind.Splice) {
      const path = op.key === undefined ? '' : pointers.to(op.path, op.key);
      if (op.kind === Kind.Remove) patch.push({ op: 'remove', path });
      else patch.push({ op: op.kind === Kind.Add ? 'add' : 'replace', path, value: op.next });
      continue;
    }
    // Splices of one array stand together, and items move from one to another.
    const run = [op];
    for (let next = ops[at]; next?.kind === Kind.Splice && next.path === op.path; next = ops[++at]) {
      run.push(next);
    }
    const pointer = pointers.of(op.path);
    if (run.some(({ removed }) => removed.some((item) => item instanceof Moved))) {
      rearrange(run, pointer, patch);
    } else {
      for (const { index, removed, inserted } of run) {
        for (const _ of removed) patch.push({ op: 'remove', path: `${pointer}/${index}` });
        insert(index, inserted, pointer, patch);
      }
    }
  }
  return patch;
}

/** Adds those items of a splice that are not moved. */
function insert(
  index: number,
  items: readonly unknown[],
  pointer: string,
  patch: JsonPatchOperation[],
): void {
  items.forEach((value, item) => {
    if (!(value instanceof Moved)) patch.push({ op: 'add', path: `${pointer}/${index + item}`, value });
  });
}

/** A splice by where it was before all others of its array, and where it is after them. */
interface Placed {
  readonly from: number;
  readonly to: number;
  readonly removed: readonly unknown[];
  readonly inserted: readonly unknown[];
}

/** Splices from the first of the array to the last; an inverted delta has them from the last to the first. */
function placed(run: readonly SpliceOp[]): Placed[] {
  const [first, second] = run;
  const descends = second !== undefined && second.index < first.index + first.inserted.length;
  let end = 0;
  let shift = 0;
  return (descends ? [...run].reverse() : run).map(({ index, removed, inserted }) => {
    const from = descends ? index : index - shift;
    const to = from + shift;
    if (from < end) throw new GaesupError('CORRUPT_DATA', 'The delta has splices of an array in disorder.');
    end = from + removed.length;
    shift += inserted.length - removed.length;
    return { from, to, removed, inserted };
  });
}

/**
 * Splices with moved items: first the others are removed, then items move, then others are
 * added. Between, the array has only what it keeps and what moves; an item that is still to be
 * moved stands behind those that have come to the same splice.
 */
function rearrange(run: readonly SpliceOp[], pointer: string, patch: JsonPatchOperation[]): void {
  const splices = placed(run);
  /** By the number of a moved item: the splice it is taken from, and how many are taken before it. */
  const sources: { splice: number; rank: number }[] = [];
  /** By splice: items that are kept before it, that are taken before it, that are put up to it. */
  const kept: number[] = [];
  const taken: number[] = [];
  const put: number[] = [];
  let [gone, removals, rank, arrivals] = [0, 0, 0, 0];
  splices.forEach(({ from, removed, inserted }, splice) => {
    kept.push(from - removals);
    taken.push(rank);
    removals += removed.length;
    removed.forEach((item, at) => {
      if (item instanceof Moved) sources[item.number] = { splice, rank: rank++ };
      else patch.push({ op: 'remove', path: `${pointer}/${from + at - gone++}` });
    });
    for (const item of inserted) if (item instanceof Moved) arrivals++;
    put.push(arrivals);
  });
  const moved = new Ranks(rank);
  let done = 0;
  splices.forEach(({ inserted }, target) => {
    for (const item of inserted) {
      if (!(item instanceof Moved)) continue;
      const source = sources[item.number];
      const from = kept[source.splice] + Math.min(done, put[source.splice]) + moved.othersBefore(source.rank);
      moved.add(source.rank);
      const to = kept[target] + done++ + moved.othersBefore(taken[target]);
      if (from !== to) patch.push({ op: 'move', from: `${pointer}/${from}`, path: `${pointer}/${to}` });
    }
  });
  for (const { to, inserted } of splices) insert(to, inserted, pointer, patch);
}

/** A set of numbers that knows in O(log n) how many below one it lacks: a Fenwick tree. */
class Ranks {
  private readonly tree: Uint32Array;

  constructor(count: number) {
    this.tree = new Uint32Array(count + 1);
  }

  add(rank: number): void {
    for (let at = rank + 1; at < this.tree.length; at += at & -at) this.tree[at]++;
  }

  othersBefore(rank: number): number {
    let others = rank;
    for (let at = rank; at > 0; at -= at & -at) others -= this.tree[at];
    return others;
  }
}
