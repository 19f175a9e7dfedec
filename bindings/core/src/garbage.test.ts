import { afterEach, expect, test, vi } from 'vitest';
import { createStore, type GaesupError } from './index.ts';

const MIB = 2 ** 20;

// They count, and take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.useRealTimers();
});

/** A number that follows another one, in no order that shows. */
function mixed(number: number): number {
  return Math.imul(number ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
}

function textOf(number: number): string {
  return `a text of some thirty letters ${String(mixed(number)).padStart(10, '0')}`;
}

function refusals(times: number, write: (index: number) => void): string[] {
  const codes: string[] = [];
  for (let index = 0; index < times; index++) {
    try {
      write(index);
    } catch (error) {
      codes.push((error as GaesupError).code);
    }
  }
  return codes;
}

test('frames of a megabyte take the memory of a few', () => {
  const store = createStore({ frame: new Uint8Array() });
  const frame = store.at('frame');
  const set = (index: number) => frame.set(new Uint8Array(MIB).fill(index));
  for (let index = 0; index < 10; index++) set(index);
  const { total } = store.stats().bytes;
  for (let index = 10; index < 300; index++) set(index);
  expect(frame.get()[7]).toBe(299 & 255);
  expect(store.stats().bytes.total).toBe(total);
  expect(store.stats().bytes.strings).toBeLessThan(1.2 * MIB);
});

test('saves of a long text take the memory of a few, in a cell of its own and in an object', () => {
  for (const whole of [false, true]) {
    const store = createStore({ title: 'a', document: { body: '' } });
    const save = (index: number) => {
      const body = `${index} `.padEnd(200_000, 'text ');
      if (whole) store.at('document').set({ body });
      else store.at('document', 'body').set(body);
      expect(store.at('document', 'body').get()).toBe(body);
    };
    for (let index = 0; index < 50; index++) save(index);
    const { total } = store.stats().bytes;
    for (let index = 50; index < 400; index++) save(index);
    expect(store.stats().bytes.total).toBe(total);
    expect(store.stats().bytes.strings).toBeLessThan(1.2 * MIB);
  }
});

test('two hundred thousand dates and bigints take the memory of those that are kept', () => {
  const store = createStore({ at: new Date(0), count: 0n });
  const write = (index: number) => {
    store.at('at').set(new Date(index));
    store.at('count').set(BigInt(index) * 3n);
  };
  for (let index = 0; index < 100_000; index++) write(index);
  const { total } = store.stats().bytes;
  for (let index = 100_000; index < 200_000; index++) write(index);
  expect(store.stats().bytes.total).toBe(total);
  expect(store.get()).toEqual({ at: new Date(199_999), count: 599_997n });
});

test('a long text that is in several places is freed with none of them but the last', () => {
  const long = 'long '.repeat(4_000);
  const store = createStore<Record<string, string>>({ a: 'x', b: 'y' });
  store.at('a').set(long);
  store.at('b').set(long);
  store.at('a').set('short');
  expect(store.at('b').get()).toBe(long);
  const other = createStore<{ rows: { body: string }[] }>({ rows: [{ body: 'x' }, { body: 'y' }] });
  other.at('rows', 0, 'body').set(long);
  other.update((draft) => {
    // The row moves within the list, and a copy of it stays.
    draft.rows.push(draft.rows[0]);
    draft.rows.reverse();
  });
  other.at('rows', 0, 'body').set('short');
  expect(other.get().rows.map(({ body }) => body.length)).toEqual([5, 1, long.length]);
});

test('a long text survives what a batch, a draft, undo and a failure do with it', () => {
  const long = (index: number) => `${index} `.repeat(5_000);
  const store = createStore<{ items: string[]; map: Record<string, string> }>(
    { items: ['a', 'b', 'c'], map: { k: 'v' } },
    { history: true },
  );
  store.at('map', 'k').set(long(1));
  store.at('items', 1).set(long(2));
  store.update((draft) => {
    draft.items.sort().reverse();
    draft.map.other = draft.map.k;
    delete draft.map.k;
  });
  expect(store.get()).toEqual({ items: ['c', 'a', long(2)].sort().reverse(), map: { other: long(1) } });
  expect(() =>
    store.batch(() => {
      store.at('map', 'other').set(long(3));
      store.at('items').set([]);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(store.get().map.other).toBe(long(1));
  store.at('map', 'other').set(long(4));
  store.history.undo();
  expect(store.get().map.other).toBe(long(1));
  store.history.redo();
  expect(store.get().map.other).toBe(long(4));
});

test('a store of half its limit takes new texts for ever', () => {
  const store = createStore(
    Array.from({ length: 10_485 }, (_, index) => textOf(index)),
    { limits: { bytes: MIB } },
  );
  expect(refusals(30_000, (index) => store.at(mixed(index) % 10_485).set(textOf(20_000 + index)))).toEqual(
    [],
  );
});

test('a small state under a small limit takes texts of all lengths for ever, as values and as keys', () => {
  const store = createStore<{ list: string[]; map: Map<string, string> }>(
    { list: Array.from({ length: 500 }, (_, index) => textOf(index)), map: new Map() },
    { limits: { bytes: MIB / 2 } },
  );
  const failed = refusals(30_000, (index) => {
    const text = textOf(1_000 + index).repeat(1 + (index % 3));
    store.at('list', mixed(index) % 500).set(text);
    store.at('map').set(new Map([[text, text]]));
  });
  expect(failed).toEqual([]);
});

test('every way of writing collects garbage when there is no room, and is done', () => {
  const count = 6_000;
  const texts = (round: number) => Array.from({ length: count }, (_, index) => textOf(round * count + index));
  const open = () =>
    createStore<{ list: string[]; map: Record<string, unknown> }>(
      { list: texts(0), map: { a: 1 } },
      { limits: { bytes: MIB }, history: { bytes: 1 } },
    );
  type Opened = ReturnType<typeof open>;
  const writers: Record<string, (store: Opened, round: number) => void> = {
    set: (store, round) => store.at('list', round).set(textOf(-round)),
    merge: (store, round) => store.at('map').merge({ [`key ${round}`]: textOf(-round), a: textOf(-round) }),
    batch: (store, round) => {
      store.batch(() => {
        for (let index = 0; index < 300; index++) store.at('list', index).set(textOf(-300 * round - index));
      });
    },
    'batch with reads': (store, round) => {
      store.batch(() => {
        for (let index = 0; index < 300; index++) {
          store.at('list', index).set(textOf(-300 * round - index));
          if (index % 100 === 99) store.at('list', index).get();
        }
      });
    },
    update: (store, round) => {
      store.update((draft) => {
        for (let index = 0; index < 300; index++) draft.list[index] = textOf(-300 * round - index);
      });
    },
    optimistic: (store, round) => {
      const effect = store.optimistic(() => store.at('list', round).set(textOf(-round)));
      if (round % 2 === 0) effect.commit();
      else effect.rollback();
    },
    reconcile: (store, round) => void store.at('list').reconcile(texts(0).with(round, textOf(-round))),
    ingest: (store, round) =>
      void store.at('list').ingest(JSON.stringify(texts(0).with(round, textOf(-round)))),
    undo: (store, round) => {
      store.at('list', round).set(textOf(-round));
      store.history.undo();
      store.history.redo();
    },
  };
  for (const [name, write] of Object.entries(writers)) {
    const store = open();
    const failed = refusals(6, (round) => {
      // So much garbage that there is hardly room for anything.
      refusals(4_000, (index) => store.at('map', 'a').set(textOf(1e6 + round * 4_000 + index)));
      write(store, round);
    });
    expect([name, failed]).toEqual([name, []]);
  }
});

test('a value that is too deep, or longer than the limit, starts no collection', () => {
  const store = createStore<{ value: unknown }>({ value: 1 }, { limits: { bytes: MIB, depth: 4 } });
  for (let index = 0; index < 50; index++) store.at('value').set(textOf(index));
  const { strings } = store.stats();
  expect(refusals(1, () => store.at('value').set([[[[[1]]]]]))).toEqual(['LIMIT_EXCEEDED']);
  expect(refusals(1, () => void store.at('value').ingest('[[[[[1]]]]]'))).toEqual(['LIMIT_EXCEEDED']);
  expect(refusals(1, () => store.at('value').set('x'.repeat(2 * MIB)))).toEqual(['LIMIT_EXCEEDED']);
  expect(store.stats().strings).toBe(strings);
});

test('a first state, look-ups and reads plan no collection; new texts do', () => {
  vi.useFakeTimers();
  const store = createStore<{ list: string[]; map: Record<string, number> }>({
    list: Array.from({ length: 50_000 }, (_, index) => textOf(index)),
    map: {},
  });
  for (let index = 0; index < 50_000; index++) store.at('map', textOf(100_000 + index)).get();
  expect(vi.getTimerCount()).toBe(0);
  for (let index = 0; index < 40_000; index++) store.at('list', index).set(textOf(200_000 + index));
  expect(vi.getTimerCount()).toBe(1);
  const { strings } = store.stats();
  vi.runAllTimers();
  expect(store.stats().strings).toBeLessThan(strings);
});

test('nothing throws from the timer of a collection', () => {
  vi.useFakeTimers();
  const store = createStore({ list: Array.from({ length: 50_000 }, (_, index) => textOf(index)) });
  for (let index = 0; index < 40_000; index++) store.at('list', index).set(textOf(200_000 + index));
  const { core } = store as unknown as { core: { engine: { collect: () => number } } };
  vi.spyOn(core.engine, 'collect').mockImplementation(() => {
    throw new Error('no memory');
  });
  expect(() => vi.runAllTimers()).not.toThrow();
  expect(store.at('list', 0).get()).toBe(textOf(200_000));
});

test('a write to a dictionary that collects garbage finds its place again', () => {
  const store = createStore<{ map: Map<string, string>; other: string }>(
    { map: new Map(), other: '' },
    { limits: { bytes: MIB / 2 } },
  );
  const map = store.at('map');
  const failed = refusals(20_000, (index) => {
    map.at(`key ${index % 50}`).set(textOf(index));
    if (index % 3 === 0) map.at(`key ${index % 50}`).delete();
    if (index % 7 === 0) store.merge({ other: textOf(-index) });
  });
  expect(failed).toEqual([]);
});
