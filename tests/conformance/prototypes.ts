/** Keys are data: no name reaches a prototype, on the way in or out. */
import { check, checkEqual, checkSame } from './check.ts';
import { type Harness, type Key, type Subject, withStore } from './subject.ts';

const HOSTILE_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  'toJSON',
  'then',
  'get',
  'set',
  'at',
  'length',
  'size',
  'push',
  'Symbol(Symbol.iterator)',
  'arguments',
  'caller',
  'name',
  'apply',
  'call',
  'bind',
];

/** What an attack would change, on every prototype a view or the runtime could touch. */
function prototypesNow(): string {
  const prototypes = [Object, Array, Map, Date, Uint8Array, Function, String, Number].map(
    (of) => of.prototype as object,
  );
  return JSON.stringify(
    prototypes.map((prototype) => [
      Reflect.ownKeys(prototype).map(String),
      Object.getPrototypeOf(prototype) === null ? 'null' : 'an object',
    ]),
  );
}

function ownData(key: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty({}, key, { value, writable: true, enumerable: true, configurable: true });
}

export function definePrototypes(subject: Subject, { describe, it }: Harness): void {
  describe('hostile keys', () => {
    it('are plain data in every container, from every write', () => {
      const before = prototypesNow();
      for (const key of HOSTILE_KEYS) {
        const value = { polluted: true };
        const object = ownData(key, value);
        withStore(subject, { initial: object, set: {}, merged: {}, map: new Map(), list: [] }, (store) => {
          store.at('set', key).set(value);
          store.at('merged').merge(object);
          store.at('map', key).set(value);
          store.at('list').push(object);
          checkEqual(
            store.get(),
            { initial: object, set: object, merged: object, map: new Map([[key, value]]), list: [object] },
            key,
          );
          for (const path of [
            ['initial', key],
            ['set', key],
            ['merged', key],
            ['map', key],
            ['list', 0, key],
          ] as Key[][]) {
            checkEqual(store.at(...path).get(), value, key);
            store.at(...path, 'polluted').set('changed');
            checkSame(store.at(...path, 'polluted').get(), 'changed');
            store.at(...path).delete();
            checkSame(store.at(...path).get(), undefined, `${key} after delete`);
          }
          checkEqual(store.get(), { initial: {}, set: {}, merged: {}, map: new Map(), list: [{}] }, key);
        });
      }
      checkSame(prototypesNow(), before, 'the built-in prototypes');
      checkSame(({} as Record<string, unknown>)['polluted'], undefined);
    });

    it('can be the state of a place function', () => {
      const key = '__proto__';
      withStore(subject, { o: ownData(key, { n: 1 }) }, (store) => {
        store.at((state: { o: Record<string, { n: number }> }) => state.o[key]?.n).increment();
        const view = store.at('o').get() as Record<string, unknown>;
        check(Object.hasOwn(view, key), '__proto__ is no own key');
        checkSame(Object.getPrototypeOf(view), Object.prototype);
        checkEqual(view, ownData(key, { n: 2 }));
      });
    });

    it('inherited names are not there until somebody sets them', () => {
      withStore(subject, { o: {}, map: new Map(), list: [] as unknown[] }, (store) => {
        for (const key of HOSTILE_KEYS) {
          checkSame(store.at('o', key).get(), undefined, key);
          checkSame(store.at('map', key).get(), undefined, key);
          checkSame(store.at(key).get(), undefined, key);
        }
      });
    });

    it('many of them at once make a dictionary like any other', () => {
      const before = prototypesNow();
      const map = new Map(
        HOSTILE_KEYS.flatMap((key) =>
          Array.from({ length: 200 }, (_, index) => [index === 0 ? key : `${key}${index}`, index]),
        ),
      );
      const object = {};
      for (const [key, value] of map)
        Object.defineProperty(object, key as string, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      withStore(subject, { map, object }, (store) => checkEqual(store.get(), { map, object }));
      checkSame(prototypesNow(), before, 'the built-in prototypes');
    });
  });
}
