import type { Engine } from './engine.ts';
import { GaesupError } from './errors.ts';
import type { SnapshotInfo } from './transferTypes.ts';
import { isTagged } from './values.ts';

/** How a snapshot begins, up to its format's version. */
const NAME = [0x95, 0xaf, ...new TextEncoder().encode('gaesup-snapshot')];
const FORMAT = 1;
/** Where the length of the head stands, which comes right behind it. */
const HEAD_LENGTH_AT = 29;
/** What the high half of a long number is worth. */
export const HIGH = 2 ** 32;

/** Reads what a snapshot says of itself, in an engine that is between two calls: O(its head). */
export function inspectIn(engine: Engine, bytes: Uint8Array): SnapshotInfo {
  const head = headOf(bytes);
  // Room for it may move the memory, so that is looked at after.
  const address = engine.check(engine.call((wasm) => wasm.payload_room(head.length)));
  engine.u8.set(head, address);
  const answer = engine.call((wasm) => wasm.inspect());
  const { u32, output } = engine;
  const [version, containers, strings, plain, plainHigh, stored, storedHigh, compressed] = u32.slice(
    output,
    output + 8,
  );
  engine.call((wasm) => wasm.release_payload() ?? 0);
  engine.check(answer);
  return {
    format: FORMAT,
    version,
    containers,
    strings,
    plainBytes: plain + plainHigh * HIGH,
    bytes: stored + storedHigh * HIGH,
    isCompressed: compressed !== 0,
  };
}

/** The bytes up to the first section. */
function headOf(bytes: Uint8Array): Uint8Array {
  if (!isTagged(bytes, 'Uint8Array')) {
    throw new TypeError('A snapshot is a Uint8Array.');
  }
  const wrong = NAME.findIndex((byte, at) => bytes[at] !== byte);
  if (wrong >= 0)
    throw new GaesupError('CORRUPT_DATA', `These bytes are no snapshot, from byte ${wrong} on.`);
  const format = bytes[NAME.length];
  if (format !== FORMAT && format !== undefined) {
    throw new GaesupError(
      'UNSUPPORTED_VERSION',
      `The snapshot is of format ${format}, and this version reads format ${FORMAT}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = HEAD_LENGTH_AT + 4;
  return bytes.subarray(0, bytes.length < end ? bytes.length : end + view.getUint32(HEAD_LENGTH_AT));
}
