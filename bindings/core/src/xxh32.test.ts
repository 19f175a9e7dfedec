import { expect, test } from 'vitest';
import { checksumOf } from '../../../tests/support/deltaWriter.ts';
import { xxh32 } from './xxh32.ts';

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test.each<[bytes: Uint8Array, hash: number]>([
  [textBytes(''), 0x02cc5d05],
  [textBytes('a'), 0x550d7456],
  [textBytes('abc'), 0x32d153ff],
  [textBytes('0123456789abcde'), 0x1dbdfa0f],
  [textBytes('0123456789abcdef'), 0xc2c45b69],
  [Uint8Array.from([...Array(3 * 256).keys(), ...textBytes('xyz')]), 0xbaa54da9],
])('%s has the hash that other implementations give it', (bytes, hash) => {
  expect(xxh32(bytes, bytes.length)).toBe(hash);
  expect(checksumOf(bytes)).toBe(hash);
});

test('every length has its hash, wherever the bytes begin', () => {
  const bytes = Uint8Array.from({ length: 103 }, (_, at) => (at * 151) ^ (at >> 2));
  for (let length = 0; length <= 100; length++) {
    expect(xxh32(bytes.subarray(3), length)).toBe(checksumOf(bytes.slice(3, 3 + length)));
  }
});
