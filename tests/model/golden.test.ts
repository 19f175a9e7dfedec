/** Snapshots that earlier versions wrote are opened for ever, and hold what they held. */
import { readdir, readFile } from 'node:fs/promises';
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import { difference } from '../conformance/check.ts';
import type { TransferSubject } from '../conformance/transferSubject.ts';
import { GOLDEN } from '../golden/states.mjs';
import { taken } from '../support/snapshotParts.ts';

const subject = gaesup as unknown as TransferSubject;
const FOLDER = new URL('../golden/', import.meta.url);

async function read(name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(new URL(`${name}.gaesup`, FOLDER)));
}

/** Bits of a word in each encoding, and those that have a base of eight bytes in front. */
const WIDTHS = [0, 1, 8, 16, 32, 8, 16, 32, 64];
const WITHOUT_BASE = [1, 8];

/** The encodings of all pages, which have so many words. */
function encodingsOf(snapshot: Uint8Array, words: readonly number[]): number[] {
  const { head, sections } = taken(snapshot);
  const plain = Buffer.concat(sections.filter((_, at) => head.sections[at]?.[0] === 2));
  let at = 0;
  const encodings = words.map((count) => {
    const encoding = plain[at] as number;
    at +=
      1 + (WITHOUT_BASE.includes(encoding) ? 0 : 8) + Math.ceil((count * (WIDTHS[encoding] as number)) / 8);
    return encoding;
  });
  expect(at).toBe(plain.length);
  return encodings;
}

describe('golden files', () => {
  it('are all described, and small', async () => {
    const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.gaesup'));
    expect(files.sort()).toEqual(
      Object.keys(GOLDEN)
        .map((name) => `${name}.gaesup`)
        .sort(),
    );
    const sizes = await Promise.all(Object.keys(GOLDEN).map(async (name) => (await read(name)).length));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(100_000);
  });

  for (const [name, { state, version, compression }] of Object.entries(GOLDEN)) {
    it(`${name} is opened`, async () => {
      const bytes = await read(name);
      const info = subject.inspect(bytes);
      expect([info.format, info.version, info.bytes]).toEqual([1, version, bytes.length]);
      const store = subject.openStore(bytes, { schema: { version } });
      expect(difference(store.get(), state)).toBe(undefined);
      const other = subject.createStore({ was: 'other' }, { schema: { version } });
      other.restore(bytes);
      expect(difference(other.get(), state)).toBe(undefined);
      expect(subject.equals(store, other)).toBe(true);
      // While the format is 1, it is also written like this.
      expect(Buffer.compare(store.snapshot({ compression }), bytes)).toBe(0);
      for (const each of [store, other]) each.dispose();
    });
  }

  it('have pages of every encoding but that of ids of 32 bits, which takes too many texts for a file', async () => {
    const rows = [1_024, 6];
    const ofColumns = encodingsOf(await read('columns-none'), [
      1,
      1,
      1,
      ...rows,
      ...Array(8).fill(rows).flat(),
    ]);
    const ofOffsets = encodingsOf(await read('offsets-none'), [1, 1, 1_024, 1_024, 1_024]);
    expect([...new Set([...ofColumns, ...ofOffsets])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 8]);
  });

  it('have every kind of form and both ways of storing sections', async () => {
    const heads = await Promise.all(Object.keys(GOLDEN).map(async (name) => taken(await read(name)).head));
    const kinds = new Set(heads.flatMap(({ forms }) => forms.map(([kind]) => kind)));
    expect([...kinds].sort()).toEqual([0, 1, 2, 3, 4]);
    const sections = heads.flatMap((head) => head.sections.map(([stream, codec]) => `${stream} ${codec}`));
    expect([...new Set(sections)].sort()).toEqual(['0 0', '0 1', '1 0', '1 1', '2 0', '2 1']);
  });
});
