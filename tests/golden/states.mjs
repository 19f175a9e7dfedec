/**
 * The states of the golden files. They never change: a later version of the package has to open what
 * this one wrote. What is new in a later format gets files of its own.
 */

/** @template T @param {number} count @param {(index: number) => T} of */
const items = (count, of) => Array.from({ length: count }, (_, index) => of(index));

/** Values of every kind. */
const kinds = {
  nothing: [null, undefined],
  booleans: [true, false],
  numbers: [
    0,
    -0,
    1,
    -1,
    0.1,
    2 ** 53,
    -(2 ** 31),
    5e-324,
    1.7976931348623157e308,
    Number.NaN,
    Infinity,
    -Infinity,
  ],
  texts: ['', 'a', 'Zürich', '東京', '😀', '\ud800', 'x\udc00y', '\u0000', 'long '.repeat(60)],
  dates: [new Date(0), new Date(1_700_000_000_123), new Date(-1), new Date(Number.NaN)],
  integers: [0n, -1n, 2n ** 64n, -(10n ** 30n)],
  bytes: [new Uint8Array(), Uint8Array.of(0, 127, 128, 255), new Uint8Array(400).fill(9)],
  empty: [{}, [], new Map()],
  map: new Map(
    /** @type {[string, unknown][]} */ ([
      ['z', 1],
      ['1', new Map([['inner', [1]]])],
      ['', undefined],
    ]),
  ),
  keys: JSON.parse('{"z": 1, "10": 2, "9": 3, "-1": 4, "": 5, "__proto__": {"x": 6}, "constructor": 7}'),
  many: Object.fromEntries(items(70, (at) => [`key ${at}`, at])),
  deep: [[[[[{ a: { b: [{ c: new Map([['d', [null]]]) }] } }]]]]],
  tuples: items(9, (length) => items(length, (at) => at * 2)),
};

/** Rows whose columns take every encoding that a page can have, some of them with holes. */
const columns = items(1_100, (at) => ({
  constant: 7,
  bits: at % 3 === 0,
  int8: at % 200,
  int16: at % 256 === 0 ? undefined : (at % 1_000) * 30,
  int32: at * 1_000_000,
  tag8: ['a', 'b', null, 'c'][at % 4],
  tag16: `t${at % 500}`,
  wide: at % 2 === 0 ? at / 8 : `${at % 3}`,
}));

/**
 * Items among which many texts are, some pages with few of them and a hole: offsets of 8, 16 and 32
 * bits from the number of the first.
 */
const offsets = items(3_072, (at) => {
  if (at === 0) return null;
  // The last page has the first texts and the last ones.
  return at < 2_048 ? `${at % 1_500}` : at % 2 === 0 ? '1' : `${at % 1_024}`;
});

/** @type {Readonly<Record<string, { state: unknown, version: number, compression: 'none' | 'lz4' | 'auto' }>>} */
export const GOLDEN = {
  'kinds-none': { state: kinds, version: 0, compression: 'none' },
  'kinds-lz4': { state: kinds, version: 3, compression: 'lz4' },
  'columns-none': { state: { rows: columns.slice(0, 1_030) }, version: 0, compression: 'none' },
  'columns-lz4': {
    state: { rows: columns, list: items(2_500, (at) => at % 90) },
    version: 4_294_967_295,
    compression: 'lz4',
  },
  'offsets-none': { state: offsets, version: 7, compression: 'none' },
  'columns-auto': { state: columns.slice(0, 600), version: 1, compression: 'auto' },
  scalar: { state: 'alone', version: 0, compression: 'none' },
};
