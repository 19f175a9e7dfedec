/** Views: plain, frozen, built when read and only once, shared where nothing changed. */
import { check, checkEqual, checkNotSame, checkSame, thrownBy } from './check.ts';
import { type Harness, type Store, type Subject, withStore } from './subject.ts';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly score: number;
}

function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, id) => ({ id, name: `name ${id % 100}`, score: id % 100 }));
}

/** How many views a function makes the store build. */
function built(store: Store, run: () => unknown): number {
  const before = store.stats().views.built;
  run();
  return store.stats().views.built - before;
}

function checkDeeplyFrozen(view: unknown, what: string): void {
  if (typeof view !== 'object' || view === null) return;
  // Typed arrays cannot be frozen, and freezing protects no Map and no Date.
  if (view instanceof Uint8Array || view instanceof Date) return;
  if (view instanceof Map) {
    for (const [key, item] of view) checkDeeplyFrozen(item, `${what}.${String(key)}`);
    return;
  }
  check(Object.isFrozen(view), `${what} is not frozen`);
  for (const [key, item] of Object.entries(view)) checkDeeplyFrozen(item, `${what}.${key}`);
}

export function defineViews(subject: Subject, { describe, it }: Harness): void {
  describe('views', () => {
    it('are frozen all the way down in development', () =>
      withStore(
        subject,
        { a: { b: [{ c: 1 }, []] }, map: new Map([['k', { d: [1] }]]), date: new Date(0) },
        (store) => {
          checkDeeplyFrozen(store.get(), 'the state');
          checkDeeplyFrozen(store.at('a', 'b', 0).get(), 'a row');
          store.at('a', 'b', 0, 'c').set({ e: [] });
          checkDeeplyFrozen(store.get(), 'the state after a write');
          const view = store.get() as { a: { b: { c: unknown }[] } };
          thrownBy(() => Object.assign(view.a.b[0] as object, { c: 2 }));
          thrownBy(() => view.a.b.push({ c: 3 }));
          thrownBy(() => (view as unknown as { map: Map<string, unknown> }).map.set('k', 4));
          checkEqual(store.at('a', 'b', 0, 'c').get(), { e: [] });
        },
      ));

    it('are plain objects, arrays and Maps', () =>
      withStore(subject, { object: { a: 1 }, array: [1], map: new Map([['k', 1]]) }, (store) => {
        const view = store.get() as { object: object; array: unknown[]; map: Map<string, number> };
        checkSame(Object.getPrototypeOf(view.object), Object.prototype);
        checkSame(Object.getPrototypeOf(view.array), Array.prototype);
        check(Array.isArray(view.array) && view.map instanceof Map, 'an array and a Map');
        checkSame(JSON.stringify(view), '{"object":{"a":1},"array":[1],"map":{}}');
        checkEqual({ ...view.object, b: 2 }, { a: 1, b: 2 });
        checkEqual(structuredClone(view), { object: { a: 1 }, array: [1], map: new Map([['k', 1]]) });
      }));

    it('are the same object until something below changes', () =>
      withStore(
        subject,
        { a: { x: { n: 1 }, y: { n: 1 } }, list: [{ n: 1 }, { n: 2 }], map: new Map([['k', { n: 1 }]]) },
        (store) => {
          type State = { a: { x: object; y: object }; list: object[]; map: Map<string, object> };
          const before = store.get() as State;
          checkSame(store.get(), before);
          checkSame(store.at('a', 'x').get(), before.a.x, 'a cursor and the whole');
          checkSame(store.at('map', 'k').get(), before.map.get('k'), 'a cursor and the whole');
          store.at('a', 'x', 'n').set(2);
          const after = store.get() as State;
          for (const place of ['list', 'map'] as const) checkSame(after[place], before[place], place);
          checkSame(after.a.y, before.a.y, 'a.y');
          checkNotSame(after, before, 'the root');
          checkNotSame(after.a, before.a, 'a');
          checkNotSame(after.a.x, before.a.x, 'a.x');
          checkEqual(before.a.x, { n: 1 }, 'the old view');
        },
      ));

    it('of items stay the same objects when the list around them changes', () =>
      withStore(subject, rowsOf(3_000), (store) => {
        const before = store.get() as Row[];
        store.insert(1_024, { id: -1, name: 'new', score: 0 });
        store.remove(5);
        store.move(0, 2_999);
        const after = store.get() as Row[];
        const kept = new Set(before);
        checkSame(after.filter((row) => kept.has(row)).length, 2_999, 'rows that kept their identity');
        checkSame(after.at(-1), before[0], 'the row that moved');
        checkSame(before.length, 3_000, 'the old list');
      }));

    it('of dates and bytes are kept too', () =>
      withStore(subject, { when: new Date(5), data: Uint8Array.of(1, 2), n: 0 }, (store) => {
        const before = store.get() as { when: Date; data: Uint8Array };
        store.at('n').increment();
        const after = store.get() as { when: Date; data: Uint8Array };
        checkSame(after.when, before.when, 'the date');
        checkSame(after.data, before.data, 'the bytes');
      }));

    it('of a replaced container are new, also inside', () =>
      withStore(subject, { o: { same: { n: 1 }, n: 1 } }, (store) => {
        const before = store.at('o', 'same').get();
        store.at('o').set({ same: { n: 1 }, n: 2 });
        checkNotSame(store.at('o', 'same').get(), before);
      }));
  });

  describe('views are built when they are read', () => {
    it('loading builds none', () =>
      withStore(subject, { rows: rowsOf(20_000) }, (store) =>
        checkSame(store.stats().views.built, 0, 'views built'),
      ));

    it('one row of 100,000 is one view, and reading it again is none', () =>
      withStore(subject, { rows: rowsOf(100_000) }, (store) => {
        const row = store.at('rows', 54_321);
        checkSame(
          built(store, () => checkEqual(row.get(), { id: 54_321, name: 'name 21', score: 21 })),
          1,
          'first read',
        );
        checkSame(
          built(store, () => row.get()),
          0,
          'second read',
        );
        checkSame(
          built(store, () => store.at('rows', 54_321).get()),
          0,
          'read by another cursor',
        );
        checkSame(
          built(store, () => store.at('rows', 54_321, 'score').get()),
          0,
          'read of a field',
        );
        checkSame(
          built(store, () => store.at('rows', 7, 'score').get()),
          0,
          'read of a field of a row not seen yet',
        );
      }));

    it('after a write, only what changed is built again', () =>
      withStore(subject, { rows: rowsOf(10_000), other: { n: 1 } }, (store) => {
        checkSame(
          built(store, () => store.get()),
          10_003,
          'everything',
        );
        checkSame(
          built(store, () => store.get()),
          0,
          'everything again',
        );
        store.at('rows', 77, 'score').set(-1);
        checkSame(
          built(store, () => store.get()),
          3,
          'a row, the list, the root',
        );
        checkSame(
          built(store, () => store.at('rows', 78, 'score').set(-1)),
          0,
          'a write',
        );
        checkSame(
          built(store, () => store.at('rows', 79).get()),
          0,
          'a row beside it',
        );
      }));

    it('a write that changes nothing drops none', () =>
      withStore(subject, { rows: rowsOf(10) }, (store) => {
        store.get();
        store.at('rows', 1, 'score').set(1);
        store.at('rows').set(rowsOf(10));
        checkSame(
          built(store, () => store.get()),
          0,
          'views built',
        );
      }));
  });
}
