/** What tests do to the bytes of deltas, by what the documentation says of them. */
import { sealed } from '../support/deltaWriter.ts';

const FLAGS_BYTE = 3;
const VERSIONED = 1;
const CHECKSUM_BYTES = 4;

/** The same delta, without the versions that it leads from and to: it fits wherever its places do. */
export function unversioned(delta: Uint8Array): Uint8Array {
  const flags = delta[FLAGS_BYTE] as number;
  if ((flags & VERSIONED) === 0) return delta;
  let at = FLAGS_BYTE + 1;
  for (let varints = 0; varints < 2; varints += 1) {
    while ((delta[at] as number) >= 0x80) at += 1;
    at += 1;
  }
  const head = [...delta.subarray(0, FLAGS_BYTE), flags & ~VERSIONED];
  return sealed([...head, ...delta.subarray(at, -CHECKSUM_BYTES)]);
}
