/** What goes in comes out: every kind of value, exactly, wherever it is put. */
import { check, checkEqual, checkNotSame, checkSame, show } from './check.ts';
import { type Harness, type Subject, withStore } from './subject.ts';

/** A value of every kind, and the ones next to an edge. */
const SCALARS: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['booleans', [true, false]],
  ['zero and negative zero', [0, -0]],
  ['NaN and infinities', [NaN, Infinity, -Infinity]],
  [
    'integers at each width',
    [7, 8, 15, 16, 31, 32, 52, 53].flatMap((bits) => [
      2 ** bits - 1,
      2 ** bits,
      -(2 ** bits),
      -(2 ** bits) - 1,
    ]),
  ],
  ['fractions', [0.1, -0.1, 1 / 3, 1e-300, 5e-324, 1.7976931348623157e308, 16_777_217, 0.1 + 0.2]],
  [
    'strings',
    ['', ' ', 'a', 'ä', '東京', '😀', '👩‍👩‍👧', '\u0000', '\ufeff', '\ufffd', '\uffff', 'a\u0000b'],
  ],
  [
    'lone surrogates',
    ['\ud800', '\udfff', 'a\ud83d', '\ude00a', '\ude00\ud83d', '\ud83d\ud83d\ude00', '\ud800\ud800'],
  ],
  [
    'strings that look like something else',
    ['null', 'undefined', 'NaN', '0', '-0', 'true', '1n', '{}', '[]'],
  ],
  ['long strings', ['x'.repeat(1_000_000), '😀'.repeat(300_000), '\ud800'.repeat(100_000)]],
  ['dates', [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15), new Date(1_700_000_000_123)]],
  ['an invalid date', new Date(NaN)],
  ['big integers', [0n, 1n, -1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n, 10n ** 400n, -(10n ** 400n)]],
  [
    'bytes',
    [new Uint8Array(), Uint8Array.of(0, 255, 128), Uint8Array.from({ length: 70_000 }, (_, index) => index)],
  ],
  ['bytes that are part of a buffer', new Uint8Array(Uint8Array.of(1, 2, 3, 4, 5).buffer, 1, 3)],
  ['empty containers', [{}, [], new Map()]],
  ['containers in containers', { a: [{ b: new Map([['c', [[], {}, [new Map([['', {}]])]]]]) }] }],
];

export function defineValues(subject: Subject, { describe, it }: Harness): void {
  const roundTrip = (value: unknown): void =>
    withStore(subject, value, (store) => checkEqual(store.get(), value, 'createStore(x).get()'));

  describe('values', () => {
    for (const [name, value] of SCALARS) {
      it(`${name} come back as they were put in`, () => {
        roundTrip(value);
        roundTrip({ value });
        roundTrip([value, { value }, new Map([['value', value]])]);
        withStore(subject, { place: 0 as unknown, list: [0, 1, 2], map: new Map() }, (store) => {
          store.at('place').set(value);
          store.at('list', 1).set(value);
          store.at('list').push(value);
          store.at('map', 'k').set(value);
          store.merge({ merged: value });
          checkEqual(store.get(), {
            place: value,
            list: [0, value, 2, value],
            map: new Map([['k', value]]),
            merged: value,
          });
          checkEqual(store.at('merged').get(), value);
        });
      });
    }

    it('a value can be replaced by one of any other kind, in a field, an item and an entry', () => {
      const kinds = [
        undefined,
        null,
        true,
        1,
        -0,
        1.5,
        2 ** 40,
        'text',
        new Date(5),
        5n,
        Uint8Array.of(1),
        {},
        { a: 1 },
        [],
        [1],
        new Map([['k', 1]]),
      ];
      withStore(subject, { rows: [{ v: 0 }, { v: 1 }], list: [0], map: new Map([['k', 0]]) }, (store) => {
        for (const from of kinds) {
          for (const to of kinds) {
            for (const path of [
              ['rows', 1, 'v'],
              ['list', 0],
              ['map', 'k'],
            ]) {
              store.at(...path).set(from);
              store.at(...path).set(to);
              checkEqual(store.at(...path).get(), to, `${show(from)} replaced by ${show(to)}`);
            }
          }
        }
        checkEqual(store.at('rows', 0).get(), { v: 0 });
      });
    });

    it('every UTF-16 code unit survives as a value, alone and between letters', () => {
      const units = Array.from({ length: 65_536 }, (_, unit) => String.fromCharCode(unit));
      roundTrip(units);
      roundTrip(units.map((unit) => `a${unit}z`));
    });

    it('every UTF-16 code unit survives as a key of an object and of a Map', () => {
      const entries = Array.from(
        { length: 65_536 },
        (_, unit) => [`k${String.fromCharCode(unit)}`, unit] as const,
      );
      roundTrip(Object.fromEntries(entries));
      roundTrip(new Map(entries));
    });

    it('pairs of code units survive, well-formed or not', () => {
      const units = [
        0, 0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xd83d, 0xdbff, 0xdc00, 0xde00, 0xdfff, 0xe000,
        0xfffd, 0xffff,
      ];
      const strings = units.flatMap((a) =>
        units.flatMap((b) => units.map((c) => String.fromCharCode(a, b, c))),
      );
      roundTrip(strings);
      roundTrip(new Map(strings.map((text, index) => [text, index])));
    });

    it('strings that differ only in form stay apart', () => {
      const map = new Map([
        ['é', 1],
        ['e\u0301', 2],
        ['\ud800', 3],
        ['\ufffd', 4],
      ]);
      withStore(subject, { map }, (store) => {
        for (const [key, number] of map) checkSame(store.at('map', key).get(), number);
      });
    });

    it('a root may be of any kind', () => {
      for (const root of [undefined, null, 5, 'text', 5n, new Date(1), Uint8Array.of(1), [], {}, new Map()]) {
        withStore(subject, root, (store) => {
          checkEqual(store.get(), root);
          store.set({ now: 'an object' });
          checkEqual(store.get(), { now: 'an object' });
        });
      }
    });
  });

  defineKeyOrder(subject, { describe, it });
  defineCopying(subject, { describe, it });
}

function defineKeyOrder(subject: Subject, { describe, it }: Harness): void {
  describe('key order', () => {
    it('belongs to each object, however alike they are', () => {
      const rows = [
        { a: 1, b: 2, c: 3 },
        { c: 1, b: 2, a: 3 },
        { b: 1, a: 2 },
        { a: 1, c: 2 },
        { c: 1 },
        {},
        { a: 1, b: 2, c: 3, d: 4 },
      ];
      withStore(subject, { rows }, (store) => checkEqual(store.get(), { rows }));
    });

    it('a new key comes last, a key set again stays, a key deleted and set comes last', () => {
      for (const wrap of [(entries: [string, number][]): unknown => new Map(entries), Object.fromEntries]) {
        withStore(
          subject,
          {
            it: wrap([
              ['x', 1],
              ['y', 2],
              ['z', 3],
            ]),
          },
          (store) => {
            const place = store.at('it');
            place.at('w').set(4);
            place.at('x').set(5);
            checkEqual(
              place.get(),
              wrap([
                ['x', 5],
                ['y', 2],
                ['z', 3],
                ['w', 4],
              ]),
            );
            place.at('x').delete();
            place.at('x').set(6);
            checkEqual(
              place.get(),
              wrap([
                ['y', 2],
                ['z', 3],
                ['w', 4],
                ['x', 6],
              ]),
            );
            place.merge({ a: 7, y: 8 });
            checkEqual(
              place.get(),
              wrap([
                ['y', 8],
                ['z', 3],
                ['w', 4],
                ['x', 6],
                ['a', 7],
              ]),
            );
          },
        );
      }
    });

    it('keys that look like indices come first in objects, as in JavaScript, and in turn in Maps', () => {
      const keys = ['b', '10', '2', 'a', '0', '4294967294', '4294967295', '-1', '01'];
      const fields = Object.fromEntries(keys.map((key, index) => [key, index]));
      const map = new Map(keys.map((key, index) => [key, index]));
      withStore(subject, { fields: {}, map: new Map() }, (store) => {
        for (const [index, key] of keys.entries()) {
          store.at('fields', key).set(index);
          store.at('map', key).set(index);
        }
        checkEqual(store.get(), { fields, map });
      });
    });

    it('survives thousands of keys, deletions and returns', () => {
      const plain = new Map<string, number>();
      withStore(subject, { map: new Map() }, (store) => {
        for (let step = 0; step < 6_000; step += 1) {
          const key = `k${(step * 7_919) % 2_500}`;
          if (step % 3 === 2 && plain.has(key)) {
            plain.delete(key);
            store.at('map', key).delete();
          } else {
            plain.set(key, step);
            store.at('map', key).set(step);
          }
        }
        checkEqual(store.at('map').get(), plain);
      });
    });

    it('objects with many optional keys are no danger', () => {
      const rows = Array.from({ length: 2_000 }, (_, row) =>
        Object.fromEntries(
          Array.from({ length: 12 }, (_, bit) => [`f${bit}`, row * bit] as const).filter(
            (_, bit) => (row >> (bit % 11)) & 1,
          ),
        ),
      );
      withStore(subject, rows, (store) => {
        checkEqual(store.get(), rows);
        check(
          store.stats().shapes < 1_000,
          `expected shapes to be shared, got ${store.stats().shapes} for 2,000 objects`,
        );
      });
    });
  });
}

function defineCopying(subject: Subject, { describe, it }: Harness): void {
  describe('copies', () => {
    it('the caller keeps what it gave: neither frozen nor linked to the state', () => {
      const given = {
        list: [{ a: 1 }],
        map: new Map([['k', [1]]]),
        date: new Date(1),
        bytes: Uint8Array.of(1),
      };
      withStore(subject, given, (store) => {
        check(
          !Object.isFrozen(given) && !Object.isFrozen(given.list) && !Object.isFrozen(given.list[0]),
          'the input was frozen',
        );
        const [first] = given.list;
        if (first) first.a = 2;
        given.list.push({ a: 3 });
        given.map.set('k2', []);
        given.date.setTime(2);
        given.bytes[0] = 2;
        checkEqual(store.get(), {
          list: [{ a: 1 }],
          map: new Map([['k', [1]]]),
          date: new Date(1),
          bytes: Uint8Array.of(1),
        });
        const item = { deep: [1] };
        store.at('list').push(item);
        item.deep.push(2);
        checkEqual(store.at('list', 1).get(), { deep: [1] });
      });
    });

    it('an object given twice becomes two places', () => {
      const shared = { n: 1 };
      withStore(subject, { a: shared, b: shared, list: [shared, shared] }, (store) => {
        store.at('a', 'n').set(2);
        checkEqual(store.get(), { a: { n: 2 }, b: { n: 1 }, list: [{ n: 1 }, { n: 1 }] });
      });
    });

    it('a view can be given to the store it came from', () => {
      withStore(subject, { a: { x: [1, { y: 2 }] }, b: null as unknown }, (store) => {
        store.at('b').set(store.at('a').get());
        checkEqual(store.get(), { a: { x: [1, { y: 2 }] }, b: { x: [1, { y: 2 }] } });
        checkNotSame(store.at('b').get(), store.at('a').get());
        store.at('b', 'x', 1, 'y').set(3);
        checkSame(store.at('a', 'x', 1, 'y').get(), 2);
        store.at('a').set(store.get());
        checkEqual(store.at('a').get(), { a: { x: [1, { y: 2 }] }, b: { x: [1, { y: 3 }] } });
      });
    });

    it('objects without a prototype are plain objects', () => {
      const bare = Object.assign(Object.create(null) as object, { a: 1 });
      withStore(subject, { bare }, (store) => checkEqual(store.get(), { bare: { a: 1 } }));
    });

    it('stores do not know each other', () => {
      withStore(subject, { n: 1 }, (first) =>
        withStore(subject, { n: 1 }, (second) => {
          first.at('n').set(2);
          checkEqual(second.get(), { n: 1 });
          checkSame(second.version, 0);
        }),
      );
    });
  });
}
