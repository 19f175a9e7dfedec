/** Every kind of value that a state can hold, and the sizes at which it is held in another way. */

const TIMES = [0, 1, -1, 1_700_000_000_123, 8.64e15, -8.64e15, Number.NaN];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  255,
  256,
  65_536,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  0.1,
  -2.5,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

const TEXTS = [
  '',
  'a',
  'Zürich',
  '東京',
  '😀',
  '\ud800',
  '\udc00',
  'x\ud83dy',
  '\u0000',
  '\ufeff',
  'long '.repeat(40),
  '0a1b2c3d-4e5f-6789-abcd-ef0123456789',
];

const INTEGERS = [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 64n, -(2n ** 64n), 10n ** 60n];

function keyed(count: number, of: (index: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, of(index)]));
}

function items<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}

/** An object with an own key that would set the prototype if it were assigned. */
function withPrototypeKey(): Record<string, unknown> {
  return JSON.parse('{"a": 1, "__proto__": {"b": 2}, "constructor": 3}') as Record<string, unknown>;
}

/** States by what is special about them, each made anew. */
export function everyKind(): Readonly<Record<string, unknown>> {
  return {
    null: null,
    undefined: undefined,
    booleans: [true, false],
    numbers: NUMBERS,
    texts: TEXTS,
    dates: TIMES.map((time) => new Date(time)),
    'big integers': INTEGERS,
    bytes: [new Uint8Array(), Uint8Array.of(0, 255, 128), Uint8Array.from({ length: 300 }, (_, at) => at)],
    'a scalar': 'alone',
    'empty containers': { object: {}, array: [], map: new Map(), all: [{}, [], new Map()] },
    maps: new Map<string, unknown>([
      ['b', 1],
      ['a', new Map([['', undefined]])],
      ['10', null],
      ['2', [new Map()]],
    ]),
    'keys that are special': withPrototypeKey(),
    'keys that are indexes': { z: 0, 10: 'a', 9: 'b', '-1': 'c', '01': 'd', 4294967295: 'e', '': 'f' },
    'a row that lacks a key': [{ a: 1, b: 2 }, { a: 1 }, { b: 2 }, { b: 2, a: 1 }, {}],
    'a key that is undefined, and one that is not there': [{ a: undefined }, {}, { a: null }],
    'objects of 64, 65 and 200 keys': [64, 65, 200].map((count) => keyed(count, (index) => index % 7)),
    'lists of 7, 8, 9 and 10 items': [7, 8, 9, 10].map((count) => items(count, (index) => index)),
    'lists around a page': [1_023, 1_024, 1_025, 2_049].map((count) => items(count, (index) => index % 300)),
    'rows beyond a page': items(1_500, (id) => ({
      id,
      name: `name ${id % 50}`,
      on: id % 3 === 0,
      half: id / 2,
    })),
    // Those that are many get pages of their own, and share the last of them with the others.
    'rows of which few have a key more': [511, 512, 513, 514, 1_024, 1_025, 1_026].map((count) =>
      items(count, (id) => (id % 500 === 0 ? { id, a: 1, b: 2 } : { id, a: 1 })),
    ),
    'a map of 1,100 entries': new Map(items(1_100, (id) => [`k${id}`, { id }] as const)),
    'columns of each width': items(1_100, (id) => ({
      constant: 7,
      bit: id % 5 === 0,
      small: id % 200,
      medium: id * 50,
      large: id * 1_000_000,
      float: id / 3,
      mixed: [id, `${id}`, null, undefined, id % 2 === 0, new Date(id)][id % 6],
      optional: id % 2 === 0 ? id : undefined,
      few: `text ${id % 20}`,
      many: `text ${id}`,
      big: BigInt(id),
    })),
    'containers inside one another': items(60, () => null).reduce<unknown>(
      (inner, _, at) => (at % 3 === 0 ? { inner } : at % 3 === 1 ? [inner] : new Map([['inner', inner]])),
      1,
    ),
  };
}
