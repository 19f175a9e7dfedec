import type { Bytes } from './commitTypes.ts';
import { DeltaReader, sealDelta } from './delta.ts';
import { GaesupError } from './errors.ts';
import { withSpareCore } from './spare.ts';

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
  const record = withSpareCore(module(), (core) => ({ answer: core.records.compose(parts), isEmpty: true }));
  return sealDelta(record, base === undefined || next === undefined ? undefined : [base, next]);
}
