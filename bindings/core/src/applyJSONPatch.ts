import { assertOwn } from './copy.ts';
import { CursorNode } from './cursor.ts';
import { type Draft, Drafting } from './draft.ts';
import { draftOf, MISSING } from './draftMap.ts';
import { formatPath, GaesupError, type GaesupErrorCode, type Key } from './errors.ts';
import type { JsonPatch } from './jsonPatch.ts';
import { normalizeKey } from './keys.ts';
import { INDEX_END } from './protocol.ts';
import type { Cursor } from './types.ts';
import { kindOfObject } from './values.ts';

const INDEX = /^(?:0|[1-9]\d*)$/;
const NUMBER = /^[-+.]?\d/;
/** What comes behind a `~` in a pointer, and nothing else. */
const UNESCAPED = /~(?![01])/;

/** Which members an operation has beside its path. */
const MEMBERS: Readonly<Record<string, 'value' | 'from' | undefined>> = {
  add: 'value',
  replace: 'value',
  test: 'value',
  remove: undefined,
  move: 'from',
  copy: 'from',
};

/** A cursor or a store, whatever it holds: what all of them have. */
export type Patchable = Pick<Cursor<unknown>, 'path' | 'delete'>;

/** An operation whose form is right. */
interface Step {
  readonly op: string;
  /** What it is called in messages. */
  readonly name: string;
  readonly keys: readonly string[];
  readonly from: readonly string[];
  readonly value: unknown;
}

/**
 * Applies a JSON Patch (RFC 6902) to a store, or to what is at a cursor: its pointers start
 * there. It is one batch: one commit, told once, and where an operation cannot be done
 * nothing has happened. Items that `move` within their array stay what they are.
 *
 * `test` compares as JSON does: the order of keys does not count. Keys of objects are
 * strings even if they look like numbers; indexes of arrays have no leading zeros, and `-`
 * is the place behind the last item, for what `add`, `move` and `copy` put there. O(length of the
 * paths), and what the values take.
 *
 * @throws GaesupError that tells the operation's number: `PATH_NOT_FOUND`, `TYPE_MISMATCH`,
 * `PATCH_TEST_FAILED` for a `test` that fails, `CORRUPT_DATA` for a patch that is none; and as
 * {@link Cursor.set}
 *
 * @example
 * applyJSONPatch(store, [
 *   { op: 'test', path: '/todos/0/title', value: 'milk' },
 *   { op: 'replace', path: '/todos/0/done', value: true },
 *   { op: 'add', path: '/todos/-', value: { title: 'bread', done: false } },
 * ]);
 */
export function applyJSONPatch(target: Patchable, patch: JsonPatch): void {
  const node: unknown = target;
  assertOwn(node, 'applyJSONPatch()');
  if (!(node instanceof CursorNode)) throw new TypeError('applyJSONPatch() takes a store or a cursor.');
  if (!Array.isArray(patch))
    throw new GaesupError('CORRUPT_DATA', 'A JSON Patch is an array of operations.', node.path);
  const steps = patch.map((operation: unknown, number) => stepOf(operation, number, node.path));
  const core = node['core'];
  core.batch.run(() => {
    const drafting = new Drafting(core);
    core.encoder.drafting++;
    try {
      for (const step of steps) new Application(node, drafting, step).run();
    } finally {
      core.encoder.drafting--;
      drafting.end();
    }
  });
}

/** Checks the form of an operation. */
function stepOf(operation: unknown, number: number, path: readonly Key[]): Step {
  const name = `Operation ${number} of the patch`;
  const corrupt = (reason: string) => new GaesupError('CORRUPT_DATA', `${name} ${reason}.`, path);
  const members = Object(operation) as Record<string, unknown>;
  const { op, value } = members;
  if (typeof op !== 'string' || !Object.hasOwn(MEMBERS, op)) throw corrupt(`has no known 'op'`);
  const keysAt = (member: string): string[] => {
    const pointer = members[member];
    if (typeof pointer !== 'string' || !/^(?:\/|$)/.test(pointer) || UNESCAPED.test(pointer)) {
      throw corrupt(`has no JSON Pointer as '${member}'`);
    }
    const keys = pointer.split('/').slice(1);
    return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  };
  const keys = keysAt('path');
  const member = MEMBERS[op];
  if (member === 'value' && !('value' in members)) throw corrupt(`has no 'value'`);
  const from = member === 'from' ? keysAt('from') : [];
  if (op === 'remove' && keys.length === 0) throw corrupt('removes the root');
  if (op === 'move' && from.length < keys.length && from.every((key, at) => key === keys[at])) {
    throw corrupt('moves a value into itself');
  }
  return { op, name: `${name} (${op})`, keys, from, value };
}

/** One operation at work. Drafts tell what is there without building it; cursors write. */
class Application {
  private readonly node: CursorNode;
  private readonly drafting: Drafting;
  private readonly step: Step;

  constructor(node: CursorNode, drafting: Drafting, step: Step) {
    this.node = node;
    this.drafting = drafting;
    this.step = step;
  }

  run(): void {
    const { op, keys, from, value } = this.step;
    switch (op) {
      case 'add':
        return this.add(keys, value);
      case 'remove':
        return this.remove(keys);
      case 'replace':
        this.read(keys);
        return this.node.at(...keys).set(value);
      case 'copy':
        return this.add(keys, this.read(from));
      case 'move':
        return this.move(from, keys);
      default: {
        const found = this.read(keys);
        if (same(draftOf(found)?.view() ?? found, value)) return;
        throw this.refused('PATCH_TEST_FAILED', keys, 'has another value');
      }
    }
  }

  private add(keys: readonly string[], value: unknown): void {
    if (keys.length === 0) return this.node.set(value);
    const last = keys.length - 1;
    const around = keys.slice(0, last);
    const draft = this.container(this.read(around), keys, last);
    const cursor = this.node.at(...around);
    if (draft.isArray) cursor.insert(this.index(keys, last, draft.count() + 1), value);
    else cursor.merge({ [keys[last]]: value });
  }

  private remove(keys: readonly string[]): void {
    this.read(keys);
    this.node.at(...keys).delete();
  }

  private move(from: readonly string[], keys: readonly string[]): void {
    const value = this.read(from);
    const last = keys.length - 1;
    const isWithin = from.length === keys.length && from.every((key, at) => at === last || key === keys[at]);
    if (isWithin && from[last] === keys[last]) return;
    if (isWithin) {
      const parent = keys.slice(0, last);
      const draft = this.container(this.read(parent), keys, last);
      // Taken out and put back in at once, it stays the same item.
      if (draft.isArray) {
        const to = this.index(keys, last, draft.count());
        return this.node.at(...parent).move(Number(from[last]), to);
      }
    }
    this.remove(from);
    this.add(keys, value);
  }

  /** What is there: a scalar, or the draft of a container. */
  private read(keys: readonly string[]): unknown {
    let value = this.node.draft(this.drafting);
    for (let at = 0; at < keys.length; at++) {
      const draft = this.container(value, keys, at);
      value = draft.read(draft.isArray ? this.index(keys, at) : normalizeKey(keys[at]));
      if (value === MISSING) throw this.missing(keys, at);
    }
    return value;
  }

  /** The draft that the first `at` keys lead to. */
  private container(value: unknown, keys: readonly string[], at: number): Draft {
    const draft = draftOf(value);
    if (draft !== undefined) return draft;
    if (value === undefined) throw this.missing(keys, at);
    throw this.refused('TYPE_MISMATCH', keys.slice(0, at), 'has no keys and no items');
  }

  /** The index in an array that a key means; below an end, of which the last is called `-`. */
  private index(keys: readonly string[], at: number, end?: number): number {
    const key = keys[at];
    if (key === '-' && end !== undefined) return end - 1;
    if (key !== '-' && !INDEX.test(key)) {
      const code = NUMBER.test(key) ? 'CORRUPT_DATA' : 'TYPE_MISMATCH';
      throw this.refused(code, keys.slice(0, at), `is an array and ${JSON.stringify(key)} is no index`);
    }
    const index = Number(key);
    if (index < (end ?? INDEX_END)) return index;
    throw this.missing(keys, at);
  }

  private missing(keys: readonly string[], at: number): GaesupError {
    return this.refused('PATH_NOT_FOUND', keys.slice(0, at + 1), 'is not there');
  }

  private refused(code: GaesupErrorCode, keys: readonly string[], reason: string): GaesupError {
    const path = [...this.node.path, ...keys.map(normalizeKey)];
    return new GaesupError(code, `${this.step.name}: ${formatPath(path)} ${reason}.`, path);
  }
}

/** Whether two values are equal as JSON is: whatever the order of keys. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    // 0 and -0 are the same number, and NaN is itself.
    return one === other || Object.is(one, other);
  }
  const kind = kindOfObject(one);
  if (kind !== kindOfObject(other)) return false;
  if (kind === 'date') return same(Number(one), Number(other));
  const [ones, others] = [partsOf(one), partsOf(other)];
  if (ones.size !== others.size) return false;
  for (const [key, part] of ones) if (!others.has(key) || !same(part, others.get(key))) return false;
  return true;
}

function partsOf(whole: object): ReadonlyMap<unknown, unknown> {
  return whole instanceof Map ? whole : new Map(Object.entries(whole));
}
