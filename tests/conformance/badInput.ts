/** What cannot be state is refused with the place named, before anything has changed. */
import { check, checkEqual, checkSame, show, thrownBy } from './check.ts';
import {
  type CodedError,
  type Cursor,
  type Harness,
  type Key,
  type Store,
  type Subject,
  withStore,
} from './subject.ts';

class Point {
  constructor(readonly x = 1) {}
}

function cycle(): unknown {
  const object: Record<string, unknown> = { a: { b: [0, 0] } };
  (object['a'] as { b: unknown[] }).b[1] = object;
  return object;
}

function cyclicMap(): unknown {
  const map = new Map<string, unknown>();
  return map.set('inner', { map });
}

function sparse(): unknown {
  const list: unknown[] = [1, 2];
  list[3] = 4;
  return list;
}

/** Values that are refused, and the way inside them to the reason. */
const UNSUPPORTED: readonly (readonly [name: string, make: () => unknown, inside: readonly Key[]])[] = [
  ['a function', () => () => 1, []],
  ['a class', () => Point, []],
  ['a symbol', () => Symbol('s'), []],
  ['a class instance', () => new Point(), []],
  ['a boxed number', () => Object(1), []],
  ['a boxed string', () => Object('text'), []],
  ['a boxed big integer', () => Object(1n), []],
  ['a regular expression', () => /a/, []],
  ['an error', () => new Error('e'), []],
  ['a promise', () => Promise.resolve(1), []],
  ['a set', () => new Set([1]), []],
  ['a weak map', () => new WeakMap(), []],
  ['a buffer', () => new ArrayBuffer(8), []],
  ['a typed array that is no Uint8Array', () => new Float64Array(2), []],
  ['clamped bytes', () => new Uint8ClampedArray(2), []],
  ['a data view', () => new DataView(new ArrayBuffer(8)), []],
  ['an iterator', () => [1].values(), []],
  ['a function in a field', () => ({ a: { f: () => 1 } }), ['a', 'f']],
  ['a symbol in an item', () => [[0, Symbol('s')]], [0, 1]],
  ['an instance in an entry', () => new Map([['k', [new Point()]]]), ['k', 0]],
  ['a cycle', cycle, ['a', 'b', 1]],
  ['a cycle through a Map', cyclicMap, ['inner', 'map']],
  ['a hole', sparse, [2]],
  ['a field named by a symbol', () => ({ ok: 1, [Symbol('s')]: 1 }), []],
  [
    'a Map entry named by a number',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 2],
      ]),
    [],
  ],
  ['a Map entry named by an object', () => ({ map: new Map([[{}, 1]]) }), ['map']],
];

/** Fails unless the call throws the code at the path. */
function checkRefused(subject: Subject, run: () => unknown, code: string, path: readonly Key[]): CodedError {
  const error = thrownBy(run);
  check(
    error instanceof subject.GaesupError,
    `expected a GaesupError, got ${String((error as Error)?.stack ?? error)}`,
  );
  check(error instanceof Error && error.name === 'GaesupError', `the error is named ${String(error.name)}`);
  checkSame(error.code, code, 'code');
  checkEqual(error.path, path, 'path');
  return error;
}

/** After a refusal: same view, same version, and the next write works. */
function checkUntouched(store: Store, run: () => void): void {
  const view = store.get();
  const content = show(view);
  const { version } = store;
  run();
  checkSame(store.get(), view, 'state after the error');
  checkSame(show(store.get()), content, 'content after the error');
  checkSame(store.version, version, 'version after the error');
  const count = store.at('count').get() as number;
  store.at('count').increment();
  checkSame(store.at('count').get(), count + 1, 'a write after the error');
}

const SHOP = { count: 0, cities: [{ name: 'a' }, { name: 'b' }], map: new Map([['k', 1]]), list: [1, 2, 3] };

export function defineBadInput(subject: Subject, { describe, it }: Harness): void {
  describe('values that cannot be state', () => {
    for (const [name, make, inside] of UNSUPPORTED) {
      it(`${name} is refused by every write, with its path`, () => {
        const refused = (run: () => unknown, path: readonly Key[]): void =>
          void checkRefused(subject, run, 'UNSUPPORTED_VALUE', [...path, ...inside]);
        refused(() => subject.createStore(make()), []);
        refused(() => subject.createStore({ a: [make()] }), ['a', 0]);
        withStore(subject, SHOP, (store) => {
          const writes: [Key[], () => void][] = [
            [['cities', 1, 'name'], () => store.at('cities', 1, 'name').set(make())],
            [['cities', 1, 'new'], () => store.at('cities', 1, 'new').set(make())],
            [['map', 'k'], () => store.at('map', 'k').set(make())],
            [['cities', 0, 'second'], () => store.at('cities', 0).merge({ name: 'changed', second: make() })],
            [['list', 4], () => store.at('list').push('fine', make())],
            [['list', 2], () => store.at('list').insert(1, 'fine', make())],
            [[], () => store.set(make())],
          ];
          for (const [path, write] of writes) checkUntouched(store, () => refused(write, path));
        });
      });
    }

    it('the message names the place as one would write it', () =>
      withStore(subject, SHOP, (store) => {
        const given = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: () => 1 }];
        const error = checkRefused(subject, () => store.at('cities').set(given), 'UNSUPPORTED_VALUE', [
          'cities',
          3,
          'name',
        ]);
        check(error.message.includes('cities[3].name'), `the message is: ${error.message}`);
        const missing = thrownBy(() => store.at('cities', 7, 'name').set('x')) as CodedError;
        check(missing.message.includes('cities[7]'), `the message is: ${missing.message}`);
      }));

    it('an object that throws while it is read leaves the store as it was', () =>
      withStore(subject, SHOP, (store) =>
        checkUntouched(store, () => {
          const given = {
            fine: 1,
            get broken() {
              throw new RangeError('broken getter');
            },
          };
          thrownBy(() => store.at('cities', 0).merge(given));
          thrownBy(() => store.at('cities').push({ ok: 1 }, given));
        }),
      ));
  });

  describe('places that are not there', () => {
    const missing: [string, (store: Cursor) => void, Key[]][] = [
      ['a field of a missing field', (s) => s.at('x', 'y').set(1), ['x']],
      ['a field of a scalar', (s) => s.at('count', 'y').set(1), ['count']],
      ['a field of a missing item', (s) => s.at('cities', 2, 'name').set('c'), ['cities', 2]],
      ['an item past the end', (s) => s.at('cities', 3).set({}), ['cities', 3]],
      ['an item of a missing list', (s) => s.at('x').push(1), ['x']],
      ['a missing entry', (s) => s.at('map', 'x').delete(), ['map', 'x']],
      [
        'a place function into nothing',
        (s) => s.at((state: { x: { y: { z: 1 } } }) => state.x.y.z).set(1),
        ['x'],
      ],
    ];
    for (const [name, write, place] of missing) {
      it(`${name} is PATH_NOT_FOUND`, () =>
        withStore(subject, SHOP, (store) =>
          checkUntouched(store, () => {
            const error = thrownBy(() => write(store)) as CodedError;
            check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
            checkSame(error.code, 'PATH_NOT_FOUND', 'code');
            const start = error.path?.slice(0, place.length);
            checkEqual(start, place, 'the start of the path');
          }),
        ));
    }
  });

  defineWrongArguments(subject, { describe, it });
  defineLimits(subject, { describe, it });
}

function defineWrongArguments(subject: Subject, { describe, it }: Harness): void {
  const wrong: [string, (store: Cursor) => void][] = [
    ['merge of a scalar', (s) => s.at('cities', 0).merge(5)],
    ['merge of null', (s) => s.at('cities', 0).merge(null)],
    ['merge of a list', (s) => s.at('cities', 0).merge([1])],
    ['increment by text', (s) => s.at('count').increment('1' as never)],
    ['increment by a big integer', (s) => s.at('count').increment(1n as never)],
    ['insert at a fraction', (s) => s.at('list').insert(0.5, 1)],
    ['insert at NaN', (s) => s.at('list').insert(NaN, 1)],
    ['remove at text', (s) => s.at('list').remove('0' as never)],
    ['remove of a negative count', (s) => s.at('list').remove(0, -1)],
    ['remove of a fraction of items', (s) => s.at('list').remove(0, 1.5)],
    ['move to infinity', (s) => s.at('list').move(0, Infinity)],
    ['move from a negative index', (s) => s.at('list').move(-1, 0)],
    ['a key that is a symbol', (s) => s.at(Symbol('s') as never).set(1)],
    ['a key that is an object', (s) => s.at({} as never).set(1)],
    ['a place that is no place', (s) => s.at(() => 5).set(1)],
  ];
  describe('wrong arguments', () => {
    for (const [name, write] of wrong) {
      it(`${name} is refused`, () =>
        withStore(subject, SHOP, (store) =>
          checkUntouched(store, () => {
            // An argument of the wrong kind is a mistake in the program; one out of range may be in the data.
            const error = thrownBy(() => write(store));
            const isMeant = error instanceof subject.GaesupError || error instanceof TypeError;
            check(isMeant, `expected a GaesupError or a TypeError, got ${String(error)}`);
          }),
        ));
    }
  });
}

function nested(containers: number): unknown {
  let value: unknown = 'bottom';
  for (let depth = containers; depth > 0; depth -= 1)
    value = depth % 3 === 0 ? new Map([['k', value]]) : depth % 3 === 1 ? [value] : { k: value };
  return value;
}

function defineLimits(subject: Subject, { describe, it }: Harness): void {
  describe('limits', () => {
    for (const [name, limits, depth] of [
      ['by default', {}, 128],
      ['as given', { depth: 10 }, 10],
    ] as const) {
      it(`nest ${depth} containers deep ${name}, the root included, and no deeper`, () => {
        withStore(subject, nested(depth), (store) => checkEqual(store.get(), nested(depth)), { limits });
        const tooDeep = (run: () => unknown): void => {
          const error = thrownBy(run) as CodedError;
          check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
          checkSame(error.code, 'LIMIT_EXCEEDED', 'code');
        };
        tooDeep(() => subject.createStore(nested(depth + 1), { limits }));
        withStore(
          subject,
          { count: 0, a: { b: null } },
          (store) => {
            store.at('a', 'b').set(nested(depth - 2));
            checkUntouched(store, () => tooDeep(() => store.at('a', 'b').set(nested(depth - 1))));
            checkUntouched(store, () => tooDeep(() => store.at('a').merge({ c: nested(depth - 1) })));
            store.at('a').set([]);
            checkUntouched(store, () => tooDeep(() => store.at('a').push(1, nested(depth - 1))));
            checkEqual(store.at('a').get(), []);
          },
          { limits },
        );
      });
    }

    it('a value far too deep is an error, not an overflow', () => {
      let deep: unknown = 1;
      for (let depth = 0; depth < 200_000; depth += 1) deep = [deep];
      const error = thrownBy(() => subject.createStore(deep)) as CodedError;
      check(
        error instanceof subject.GaesupError,
        `expected a GaesupError, got ${String(error).slice(0, 200)}`,
      );
      checkSame(error.code, 'LIMIT_EXCEEDED', 'code');
    });

    it('a byte limit stops a write, and the store goes on', () => {
      const bytes = 8 * 2 ** 20;
      withStore(
        subject,
        { count: 0, big: null, list: [] as unknown[] },
        (store) => {
          const tooBig = (run: () => unknown): void => {
            const error = thrownBy(run) as CodedError;
            check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
            check(['LIMIT_EXCEEDED', 'OUT_OF_MEMORY'].includes(error.code), `code is ${error.code}`);
            check(Array.isArray(error.path), 'the error has no path');
          };
          const text = (size: number): string => 'x'.repeat(size);
          for (let attempt = 0; attempt < 20; attempt += 1) {
            checkUntouched(store, () => tooBig(() => store.at('big').set(text(bytes + attempt))));
            checkUntouched(store, () =>
              tooBig(() =>
                store
                  .at('list')
                  .push(...Array.from({ length: 12 }, (_, index) => new Uint8Array(bytes / 8).fill(index))),
              ),
            );
          }
          checkUntouched(store, () =>
            tooBig(() =>
              store.merge({
                big: Array.from({ length: 600_000 }, (_, index) => ({
                  id: index * 1.5,
                  name: `row ${index}`,
                })),
              }),
            ),
          );
          check(store.stats().bytes.reserved <= bytes, `${store.stats().bytes.reserved} bytes are reserved`);
          store.at('big').set(text(1_000));
          store.at('list').push({ id: 1 });
          checkSame(store.at('big').get(), text(1_000));
          checkEqual(store.at('list').get(), [{ id: 1 }]);
        },
        { limits: { bytes } },
      );
    });

    it('a byte limit fills up step by step, and room that is freed is room', () => {
      withStore(
        subject,
        { count: 0, list: [] as unknown[] },
        (store) => {
          const fill = (): number => {
            for (let rows = 0; rows < 100_000; rows += 100) {
              const before = store.get();
              try {
                store.at('list').push(
                  ...Array.from({ length: 100 }, (_, index) => ({
                    id: rows + index,
                    x: index / 3,
                    name: `name ${rows + index}`,
                  })),
                );
              } catch (error) {
                check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
                checkSame(store.get(), before, 'state after the error');
                return rows;
              }
            }
            return 100_000;
          };
          const first = fill();
          check(first > 1_000 && first < 100_000, `${first} rows fit`);
          checkSame((store.at('list').get() as unknown[]).length, first);
          store.at('list').set([]);
          const second = fill();
          check(second >= first * 0.8, `${first} rows fit at first, ${second} after they were removed`);
        },
        { limits: { bytes: 2 * 2 ** 20 } },
      );
    });

    it('a state beyond the byte limit is refused at the start', () => {
      const error = thrownBy(() =>
        subject.createStore({ big: 'x'.repeat(4 * 2 ** 20) }, { limits: { bytes: 2 ** 20 } }),
      ) as CodedError;
      check(error instanceof subject.GaesupError, `expected a GaesupError, got ${String(error)}`);
      check(['LIMIT_EXCEEDED', 'OUT_OF_MEMORY'].includes(error.code), `code is ${error.code}`);
    });
  });
}
