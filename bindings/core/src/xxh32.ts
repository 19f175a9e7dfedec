const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const LANES = 4;

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The 32 bit xxHash, with seed 0, of the first `length` bytes. O(length). */
export function xxh32(bytes: Uint8Array, length: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let at = 0;
  let hash = PRIME_5;
  if (length >= LANES * 4) {
    const lanes = Int32Array.of(PRIME_1 + PRIME_2, PRIME_2, 0, -PRIME_1);
    for (; at <= length - LANES * 4; at += LANES * 4) {
      for (let lane = 0; lane < LANES; lane++) {
        const mixed = lanes[lane] + Math.imul(view.getUint32(at + lane * 4, true), PRIME_2);
        lanes[lane] = Math.imul(rotate(mixed, 13), PRIME_1);
      }
    }
    hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
  }
  hash += length;
  for (; at <= length - 4; at += 4) {
    hash = Math.imul(rotate(hash + Math.imul(view.getUint32(at, true), PRIME_3), 17), PRIME_4);
  }
  for (; at < length; at++) {
    hash = Math.imul(rotate(hash + Math.imul(view.getUint8(at), PRIME_5), 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
