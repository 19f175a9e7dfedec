import type { Bytes } from './commitTypes.ts';
import { DeltaReader, sealDelta } from './delta.ts';
import { Engine } from './engine.ts';
import { GaesupError } from './errors.ts';
import { Records } from './records.ts';

/** More than any delta is deep, and an engine without a state needs little else. */
const DEPTH_MAX = 1_000;

/** The engine that composes deltas of no store; made when it is first needed. */
let composing: { readonly engine: Engine; readonly records: Records } | undefined;

/** Composes deltas, with a compiled engine if there is anything to do. */
export function composeWith(module: () => WebAssembly.Module, deltas: readonly Uint8Array[]): Bytes {
  const parts = deltas.map((delta) => {
    const { base, next, isInverted, at, end } = new DeltaReader(delta);
    return { base, next, isInverted, record: delta.subarray(at, end) };
  });
  const [first] = parts;
  if (first === undefined) throw new TypeError('compose() takes at least one delta.');
  let { base, next } = first;
  for (const part of parts.slice(1)) {
    if (next === undefined || part.base === undefined) base = next = undefined;
    else if (part.base !== next) {
      throw new GaesupError(
        part.base > next ? 'VERSION_BEHIND' : 'VERSION_AHEAD',
        `A delta leads on from version ${part.base}, and the one before it to ${next}.`,
      );
    } else next = part.next;
  }
  // One that has died of it is of no more use.
  if (composing?.engine.isAlive !== true) {
    const engine = new Engine(module(), Number.POSITIVE_INFINITY, DEPTH_MAX);
    composing = { engine, records: new Records(engine) };
  }
  const record = composing.records.compose(parts);
  return sealDelta(record, base === undefined || next === undefined ? undefined : [base, next]);
}
