import type { Conflict } from './commitTypes.ts';
import { type DeltaOp, DeltaReader, Kind, type SetOp, sealDelta, type Trail } from './delta.ts';
import type { Key } from './errors.ts';
import { normalizeKey } from './keys.ts';
import { ErrorNumber } from './protocol.ts';

/** The engine's number of what is no part of an effect. */
export const OWN = 0;
/** Operations that the engine tells of one conflict: what was to be done, and what is there. */
const OPS_PER_CONFLICT = 2;

/** The keys that lead to what an operation is about. */
export function pathOf(op: DeltaOp): Key[] {
  const path: Key[] = [];
  for (let at: Trail | undefined = op.path; at !== undefined; at = at.around) path.push(normalizeKey(at.key));
  path.reverse();
  if (op.kind !== Kind.Splice && op.key !== undefined) path.push(normalizeKey(op.key));
  return path;
}

/** Conflicts that the engine tells of, each with the number of what was to be done. */
export function readConflicts(record: Uint8Array): { part: number; conflict: Conflict }[] {
  const ops = new DeltaReader(sealDelta(record, undefined)).ops() as SetOp[];
  const conflicts: { part: number; conflict: Conflict }[] = [];
  for (let at = 0; at < ops.length; at += OPS_PER_CONFLICT) {
    const { old: base, next: ours } = ops[at];
    const { old: theirs, next } = ops[at + 1];
    const [part, number, ...keys] = next as [number, ErrorNumber, ...Key[]];
    const code = number === ErrorNumber.TypeMismatch ? 'TYPE_MISMATCH' : 'PATH_NOT_FOUND';
    conflicts.push({
      part,
      conflict: {
        path: keys.map(normalizeKey),
        code,
        of: part === OWN ? 'write' : 'update',
        base,
        ours,
        theirs,
      },
    });
  }
  return conflicts;
}
