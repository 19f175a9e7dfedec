/** What the documentation promises of snapshots, rule by rule. */
import { describe, expect, test } from 'vitest';
import { difference } from '../../../tests/conformance/check.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { everyKind } from '../../../tests/support/valueKinds.ts';
import { createStore, inspect, openStore, type SnapshotOptions, type Store } from './index.ts';

const CODECS = ['none', 'lz4', 'auto'] as const;

interface Row {
  id: number;
  name: string;
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `name of the row ${id % 100}` }));

/** The bytes of a state that was never anything else. */
function bytesOf(state: unknown, options?: SnapshotOptions): Uint8Array {
  const store = createStore<unknown>(state);
  const bytes = store.snapshot(options);
  store.dispose();
  return bytes;
}

test('texts that are more than a block of memory together come back', () => {
  for (const length of [5_000, 8_190, 8_192, 8_193]) {
    const texts = Array.from({ length: 60 }, (_, number) => `${number}`.padStart(length, 'x'));
    for (const compression of CODECS) {
      const opened = openStore<{ texts: string[] }>(bytesOf({ texts }, { compression }));
      expect(opened.get()).toEqual({ texts });
    }
  }
});

describe('every kind of value comes back as it was', () => {
  for (const [kind, state] of Object.entries(everyKind())) {
    test(kind, () => {
      for (const compression of CODECS) {
        const bytes = bytesOf(state, { compression });
        const opened = openStore<unknown>(bytes);
        expect(difference(opened.get(), state)).toBe(undefined);
        // What was opened writes the same again.
        expect(opened.snapshot({ compression })).toEqual(bytes);
        const restored = createStore<unknown>({ was: 'other' });
        restored.restore(bytes);
        expect(difference(restored.get(), state)).toBe(undefined);
        expect(restored.snapshot({ compression })).toEqual(bytes);
        for (const store of [opened, restored]) store.dispose();
      }
    });

    test(`${kind}, inside a state`, () => {
      const store = createStore<unknown>({ before: [1, 2], here: state, after: 'x' });
      const bytes = store.at('here').snapshot();
      expect(bytes).toEqual(bytesOf(state));
      const other = createStore<unknown>({ there: [0] });
      other.at('there', 0).restore(bytes);
      expect(difference(other.get(), { there: [state] })).toBe(undefined);
    });
  }
});

test('so many texts that their numbers take 32 bits come back as well', () => {
  const texts = Array.from({ length: 70_000 }, (_, at) => at.toString(36));
  const state = {
    texts,
    mixed: Array.from({ length: 600 }, (_, at) => texts[at % 2 === 0 ? at : 69_999 - at]),
  };
  const opened = openStore<typeof state>(bytesOf(state));
  expect(difference(opened.get(), state)).toBe(undefined);
});

describe('equal states give equal bytes, whatever happened to them before', () => {
  const state = (): Record<string, unknown> => ({
    title: 'a',
    rows: rowsOf(30),
    map: new Map<string, unknown>([
      ['x', 1],
      ['y', [true]],
    ]),
    deep: { list: Array.from({ length: 20 }, (_, at) => at) },
  });
  const histories: Readonly<Record<string, (store: Store<Record<string, unknown>>) => void>> = {
    'built key by key': (store) => {
      store.set({});
      for (const [key, value] of Object.entries(state())) store.at(key).set(value);
    },
    'with strings in another order before': (store) => {
      store.set({ z: rowsOf(30).reverse(), y: 'name of the row 7', x: 'title' });
      store.set(state());
    },
    'rows moved there and back': (store) => {
      store.at('rows').move(0, 20);
      store.at('rows').move(20, 0);
    },
    'rows pushed one by one': (store) => {
      store.at('rows').set([]);
      for (const row of rowsOf(30)) store.at('rows').push(row);
    },
    'with a key added and deleted again': (store) => {
      store.at('rows', 3, 'extra').set({ deep: [1] });
      store.at('rows', 3, 'extra').delete();
      store.at('map', 'z').set(0);
      store.at('map', 'z').delete();
    },
    'with many shapes before': (store) => {
      for (let at = 0; at < 100; at++) store.at('rows', 0).set({ [`k${at}`]: at });
      store.at('rows', 0).set(rowsOf(1)[0]);
    },
    'with a long list cut': (store) => {
      store.at('deep', 'list').push(...Array.from({ length: 3_000 }, (_, at) => at));
      store.at('deep', 'list').remove(20, 3_000);
    },
    'with numbers wider for a while': (store) => {
      for (let at = 0; at < 30; at++) store.at('rows', at, 'id').set(0.5);
      for (let at = 0; at < 30; at++) store.at('rows', at, 'id').set(at);
    },
    undone: (store) => {
      store.at('rows').remove(2, 9);
      store.at('map').set('gone');
      store.history.jumpTo(0);
    },
    'rolled back': (store) => {
      const run = () =>
        store.batch(() => {
          store.at('rows').remove(2, 9);
          store.at('map', 'x').delete();
          throw new RangeError();
        });
      expect(run).toThrow(RangeError);
    },
  };
  for (const [how, happen] of Object.entries(histories)) {
    test(how, () => {
      const store = createStore(state(), { history: true });
      happen(store);
      expect(difference(store.get(), state())).toBe(undefined);
      for (const compression of CODECS) {
        expect(store.snapshot({ compression })).toEqual(bytesOf(state(), { compression }));
      }
    });
  }

  test('and other states other ones, the order of keys included', () => {
    const states = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      { a: 1 },
      { a: 1, b: -0 },
      { a: 1, b: 0 },
      { a: 1, b: undefined },
    ];
    const all = [
      ...states,
      new Map(Object.entries({ a: 1, b: 2 })),
      [1, 2],
      [1, '2'],
      [1, 2n],
      null,
      undefined,
    ];
    const seen = new Set(all.map((each) => bytesOf(each).join()));
    expect(seen.size).toBe(all.length);
  });
});

describe('compression', () => {
  test('lz4 makes what repeats short, none leaves it as it is', () => {
    const store = createStore({ rows: rowsOf(5_000), text: 'again and again, '.repeat(1_000) });
    const [none, lz4, auto] = CODECS.map((compression) => store.snapshot({ compression }));
    expect(lz4.length).toBeLessThan(none.length / 2);
    expect(auto.length).toBeLessThan(none.length / 2);
    expect(lz4.length).toBeLessThanOrEqual(auto.length);
    expect([none, lz4, auto].map((bytes) => inspect(bytes).isCompressed)).toEqual([false, true, true]);
    expect(store.snapshot()).toEqual(auto);
  });

  test('what is small or gets hardly shorter stays plain by default', () => {
    expect(inspect(bytesOf({ a: 'short' })).isCompressed).toBe(false);
    let state = 7;
    const noise = Uint8Array.from({ length: 20_000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    });
    for (const compression of CODECS)
      expect(inspect(bytesOf({ noise }, { compression })).isCompressed).toBe(false);
  });

  test('another word for it is a TypeError', () => {
    const store = createStore({ a: 1 });
    for (const compression of ['gzip', 'toString', '', null, 1]) {
      expect(() => store.snapshot({ compression: compression as 'none' })).toThrow(TypeError);
    }
    expect(store.snapshot({})).toEqual(store.snapshot({ compression: 'auto' }));
  });
});

describe('inspect', () => {
  test('says what a snapshot is', () => {
    const store = createStore(
      { rows: rowsOf(3), map: new Map([['k', ['v']]]), text: 'long '.repeat(1_000) },
      { schema: { version: 12 } },
    );
    for (const compression of CODECS) {
      const bytes = store.snapshot({ compression });
      const { plainBytes, ...info } = inspect(bytes);
      expect(info).toEqual({
        format: 1,
        version: 12,
        // The root, the rows and each of them, the map and what is in it.
        containers: 1 + 1 + 3 + 1 + 1,
        // Keys: rows, map, text, id, name, k. Values: three names, v and the text.
        strings: 11,
        bytes: bytes.length,
        isCompressed: compression !== 'none',
      });
      expect(plainBytes).toBeGreaterThan(5_000);
    }
  });

  test('needs the head alone, and looks at nothing behind it', () => {
    const bytes = bytesOf({ rows: rowsOf(2_000) }, { compression: 'none' });
    const info = inspect(bytes);
    const heads = Array.from({ length: bytes.length + 1 }, (_, length) => length);
    const least = heads.find((length) => {
      try {
        return inspect(bytes.subarray(0, length)).containers > 0;
      } catch {
        return false;
      }
    }) as number;
    expect(least).toBeLessThan(bytes.length / 10);
    const damaged = bytes.slice();
    damaged.fill(0xff, least);
    expect(inspect(damaged)).toEqual(info);
    expect(inspect(bytes.slice(0, least))).toEqual(info);
    expect(refusal(() => inspect(bytes.slice(0, least - 1))).code).toBe('CORRUPT_DATA');
  });

  test('of a head that is longer than the memory of a new store', () => {
    const objects = Array.from({ length: 600 }, (_, at) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, key) => [`k${(at * 7 + key * key) % 5_000}`, 0])),
    );
    const bytes = bytesOf(objects);
    expect(inspect(bytes).containers).toBe(601);
    const store = createStore<unknown>(null);
    store.restore(bytes);
    expect(store.snapshot()).toEqual(bytes);
  });

  test('of something else is an error with a code', () => {
    const bytes = bytesOf({ a: 1 });
    for (const other of [new Uint8Array(), Uint8Array.of(1, 2, 3), bytes.slice(1), bytes.slice(0, 20)]) {
      expect(refusal(() => inspect(other)).code).toBe('CORRUPT_DATA');
    }
    const later = bytes.slice();
    later[17] = 2;
    const { code, message } = refusal(() => inspect(later));
    expect([code, message]).toEqual(['UNSUPPORTED_VERSION', expect.stringContaining('2')]);
    for (const other of ['bytes', [...bytes], bytes.buffer, undefined, null]) {
      expect(() => inspect(other as never)).toThrow(TypeError);
    }
  });

  test('of bytes that stand within others', () => {
    const bytes = bytesOf({ rows: rowsOf(100) });
    const around = new Uint8Array(bytes.length + 13).fill(0xaa);
    around.set(bytes, 7);
    const inside = around.subarray(7, 7 + bytes.length);
    expect(inspect(inside)).toEqual(inspect(bytes));
    expect(openStore(inside).get()).toEqual({ rows: rowsOf(100) });
  });
});

describe('bytes that are damaged', () => {
  const bytes = bytesOf({ rows: rowsOf(300), map: new Map([['k', 1n]]) });

  test('are refused with where that is, and nothing has changed', () => {
    const store = createStore<unknown>({ mine: [1, { a: 2 }] }, { history: true });
    const before = store.get();
    for (let at = 0; at < bytes.length; at += 7) {
      for (const damaged of [bytes.slice(0, at), flipped(at)]) {
        for (const run of [() => store.restore(damaged), () => openStore(damaged)]) {
          const { code, message, path } = refusal(run);
          expect(code).toMatch(/^(CORRUPT_DATA|UNSUPPORTED_VERSION|LIMIT_EXCEEDED)$/);
          if (code === 'CORRUPT_DATA') expect(message).toMatch(/byte \d+/);
          expect(path).toEqual([]);
        }
        expect(store.get()).toBe(before);
      }
    }
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
    const behind = new Uint8Array([...bytes, 0]);
    expect(refusal(() => store.restore(behind)).message).toContain(`byte ${bytes.length}`);
  });

  test('name the place where they were to be restored', () => {
    const store = createStore<{ a: { b: unknown } }>({ a: { b: 1 } });
    const { code, path, message } = refusal(() => store.at('a', 'b').restore(bytes.slice(0, -5)));
    expect([code, path, message.startsWith('a.b: ')]).toEqual(['CORRUPT_DATA', ['a', 'b'], true]);
  });

  function flipped(at: number): Uint8Array {
    const damaged = bytes.slice();
    damaged[at] ^= 1 << (at & 7);
    return damaged;
  }
});

describe('a snapshot of a part', () => {
  test('is what a snapshot of that value is', () => {
    const store = createStore({ a: { b: rowsOf(20) }, c: 'x' });
    expect(store.at('a', 'b').snapshot()).toEqual(bytesOf(rowsOf(20)));
    expect(store.at('a', 'b', 3, 'name').snapshot()).toEqual(bytesOf('name of the row 3'));
    expect(store.at('c').snapshot({ compression: 'none' })).toEqual(bytesOf('x', { compression: 'none' }));
  });

  test('of what is not there is PATH_NOT_FOUND', () => {
    const store = createStore<{ a: Record<string, unknown>; list: number[] }>({ a: {}, list: [1] });
    const places = [store.at('a', 'x'), store.at('a', 'x', 'y'), store.at('list', 1)];
    for (const place of places) {
      const { code, path } = refusal(() => place.snapshot());
      expect(code).toBe('PATH_NOT_FOUND');
      expect(place.path.slice(0, path.length)).toEqual(path);
    }
  });

  test('holds the version of the schema', () => {
    const store = createStore({ a: { b: 1 } }, { schema: { version: 5 } });
    expect(inspect(store.at('a').snapshot()).version).toBe(5);
  });
});

describe('the bytes are a copy', () => {
  test('that does not change with the store', () => {
    const store = createStore({ rows: rowsOf(100) });
    const bytes = store.snapshot();
    const kept = bytes.slice();
    store.set({ rows: rowsOf(5_000) });
    store.dispose();
    expect(bytes).toEqual(kept);
    expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
  });

  test('and taking them changes nothing', () => {
    const store = createStore({ rows: rowsOf(100) }, { history: true });
    const before = store.get();
    store.onCommit(() => expect.unreachable());
    store.subscribe(() => expect.unreachable(), { schedule: 'sync' });
    const { records, strings } = store.stats();
    for (let round = 0; round < 3; round++) store.snapshot();
    expect(store.get()).toBe(before);
    expect([store.version, store.stats().records, store.stats().strings]).toEqual([0, records, strings]);
  });
});

describe('a snapshot', () => {
  test('cannot be taken in a batch', () => {
    const store = createStore({ n: 1 });
    store.batch(() => {
      store.at('n').set(2);
      expect(refusal(() => store.snapshot()).code).toBe('INVALID_CALL');
      expect(refusal(() => store.at('n').snapshot()).code).toBe('INVALID_CALL');
    });
    // What was refused is no reason for the batch to fail.
    expect(store.get()).toEqual({ n: 2 });
  });

  test('holds what is visible while an optimistic update waits', () => {
    const store = createStore({ n: 1, rows: rowsOf(3) });
    const update = store.optimistic(() => {
      store.at('n').set(2);
      store.at('rows').remove(0);
    });
    expect(store.snapshot()).toEqual(bytesOf({ n: 2, rows: rowsOf(3).slice(1) }));
    update.rollback();
    expect(store.snapshot()).toEqual(bytesOf({ n: 1, rows: rowsOf(3) }));
  });

  test('cannot be taken by a getter of a value being written', () => {
    const store = createStore<{ n: number; big: unknown }>({ n: 1, big: null });
    const value = {
      get part() {
        return store.snapshot();
      },
    };
    expect(refusal(() => store.at('big').set(value)).code).toBe('INVALID_CALL');
    expect(store.snapshot()).toEqual(bytesOf({ n: 1, big: null }));
  });

  test('of a store that is disposed says so', () => {
    const store = createStore({ n: 1 });
    const bytes = store.snapshot();
    store.dispose();
    expect(refusal(() => store.snapshot()).code).toBe('DISPOSED');
    expect(refusal(() => store.restore(bytes)).code).toBe('DISPOSED');
    expect(refusal(() => store.at('n').restore(bytes)).code).toBe('DISPOSED');
  });
});

describe('a store that is opened', () => {
  test('begins there: no version, no step, no view', () => {
    const bytes = bytesOf({ rows: rowsOf(2_000) });
    const store = openStore<{ rows: Row[] }>(bytes, {
      name: 'opened',
      version: 40,
      history: true,
      log: true,
    });
    expect([store.name, store.version, store.history.canUndo, store.stats().commits]).toEqual([
      'opened',
      40,
      false,
      0,
    ]);
    expect(store.stats().views.built).toBe(0);
    expect(store.at('rows', 7).get()).toEqual(rowsOf(8)[7]);
    expect(store.stats().views.built).toBe(1);
    store.at('rows', 7, 'name').set('new');
    expect(store.history.undo()).toBe(true);
    expect(store.snapshot()).toEqual(bytes);
    expect(store.version).toBe(42);
  });

  test('obeys its limits, or is not made', () => {
    const bytes = bytesOf({ rows: rowsOf(20_000).map((row) => ({ ...row, name: `${row.id} is unique` })) });
    expect(refusal(() => openStore(bytes, { limits: { bytes: 200_000 } })).code).toBe('LIMIT_EXCEEDED');
    const deep = bytesOf([[[[]]]]);
    expect(refusal(() => openStore(deep, { limits: { depth: 3 } })).code).toBe('LIMIT_EXCEEDED');
    expect(openStore(deep, { limits: { depth: 4 } }).get()).toEqual([[[[]]]]);
  });
});
