/** What the documentation promises of ingesting bytes that are there, rule by rule. */
import { encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { difference } from '../../../tests/conformance/check.ts';
import { refusal } from '../../../tests/support/refusal.ts';
import { type Changes, type Commit, createStore, type IngestOptions } from './index.ts';

const SYNC = { schedule: 'sync' } as const;
const NONE: Changes = { added: 0, removed: 0, updated: 0, moved: 0 };
const utf8 = new TextEncoder();

interface Row {
  id: number;
  name: string;
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `name ${id}` }));

/** What bytes become. */
function ingested(source: string | ArrayBuffer | ArrayBufferView, options?: IngestOptions): unknown {
  const store = createStore<unknown>(0);
  store.ingest(source, options);
  const value = store.get();
  // The same in a state of its own, and over what is equal.
  const other = createStore<Record<string, unknown>>({});
  expect(other.at('new').ingest(source, options)).toEqual({ ...NONE, added: 1 });
  expect(other.at('new').ingest(source, options)).toEqual(NONE);
  expect([other.version, difference(other.get(), { new: value })]).toEqual([1, undefined]);
  store.dispose();
  other.dispose();
  return value;
}

describe('JSON', () => {
  test('means what JSON.parse makes of it', () => {
    for (const text of [
      'null',
      ' true ',
      '-0',
      '[-0, 0, 1e400, -1e400, 5e-324, 2e-324, 0.1, 123456789012345678901234567890]',
      '"\\ud800"',
      '"\\udc00\\ud800 \\ud83d\\ude00 😀"',
      '"\\u0000\\b\\f\\n\\r\\t\\"\\\\\\/"',
      // The same as they are, which no bytes can be.
      '["\ud800", "a\\\\\ud800", "\\ud83d\ude00", "\ud83d\\ude00", "\ude00\ud83d😀", {"\udfff": 1}]',
      '{"a": 1, "b": {"a": 2}, "a": 3}',
      '{"z": 0, "10": 1, "9": 2, "-1": 3}',
      '{"__proto__": {"a": 1}, "constructor": null, "toString": 1}',
      '{"": {"": []}}',
      '[[], {}, [[]], [{}]]',
      `[${'[1],'.repeat(1_030)}0]`,
      JSON.stringify(Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`k${at}`, at]))),
      JSON.stringify(rowsOf(1_100)),
    ]) {
      expect(difference(ingested(text), JSON.parse(text))).toBe(undefined);
    }
  });

  test('is what a string and bytes are when nothing else is said', () => {
    for (const options of [undefined, {}, { format: 'json' as const }]) {
      expect(ingested('{"a": [1]}', options)).toEqual({ a: [1] });
      expect(ingested(utf8.encode('{"a": "é"}'), options)).toEqual({ a: 'é' });
    }
  });

  test('may have a byte order mark as bytes', () => {
    expect(ingested(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toBe(1);
    for (const text of ['\ufeff1', '1\ufeff', '"\\\ud800"', '\ud800', '["a"\ud800]']) {
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
      expect(refusal(() => ingested(text)).code).toBe('CORRUPT_DATA');
    }
  });

  test('that JSON.parse refuses is refused with where, and nothing has changed', () => {
    const store = createStore<{ a: { b: unknown } }>({ a: { b: [1] } }, { history: true });
    const before = store.get();
    store.subscribe(() => expect.unreachable(), SYNC);
    const refused: readonly (readonly [string, number])[] = [
      ['', 0],
      ['  ', 2],
      ['[1, 2', 5],
      ['[1,]', 3],
      ['{"a":1,}', 7],
      ['[1] 2', 4],
      ['nul', 3],
      ['01', 1],
      ['[1.]', 3],
      ['"\u0001"', 1],
      ["{'a': 1}", 1],
      ['["é", x]', 7],
      ['[1e]', 3],
      ['"abc', 4],
      ['NaN', 0],
    ];
    for (const [text, at] of refused) {
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
      const error = refusal(() => store.at('a', 'b').ingest(text));
      expect([error.code, error.path]).toEqual(['CORRUPT_DATA', ['a', 'b']]);
      expect([text, error.message]).toEqual([text, `a.b: the bytes do not decode at byte ${at}.`]);
      expect(store.get()).toBe(before);
    }
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
  });

  test('that is not UTF-8 is refused', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
    ]) {
      expect(refusal(() => ingested(Uint8Array.from(bytes))).code).toBe('CORRUPT_DATA');
    }
  });

  test('names the byte also behind megabytes', () => {
    const text = `[${'"0123456789012345678901234567890", '.repeat(600_000)}x]`;
    expect(text.length).toBeGreaterThan(2 ** 24);
    expect(refusal(() => createStore<unknown>(0).ingest(text)).message).toContain(`byte ${text.length - 2}`);
  });
});

describe('bytes', () => {
  const value = { list: [1, 'é', null] };
  const bytes = utf8.encode(JSON.stringify(value));

  test('can be any view of a buffer, or a buffer', () => {
    expect(ingested(bytes.slice().buffer)).toEqual(value);
    const around = new Uint8Array(bytes.length + 20).fill(0x7b);
    around.set(bytes, 8);
    const { buffer } = around;
    for (const view of [
      new Uint8Array(buffer, 8, bytes.length),
      new Int8Array(buffer, 8, bytes.length),
      new DataView(buffer, 8, bytes.length),
      Buffer.from(buffer, 8, bytes.length),
    ]) {
      expect(ingested(view)).toEqual(value);
    }
    const wide = new Uint8Array(32).fill(0x20);
    wide.set(bytes, 8);
    expect(ingested(new Float64Array(wide.buffer, 8, 3))).toEqual(value);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect(ingested(shared)).toEqual(value);
  });

  test('are as they were', () => {
    const kept = bytes.slice();
    ingested(kept);
    expect(kept).toEqual(bytes);
  });
});

describe('lines of JSON', () => {
  const ndjson = { format: 'ndjson' } as const;

  test('become an array, blank ones aside', () => {
    for (const [text, value] of [
      ['', []],
      ['\n \r\n\t\n', []],
      ['1', [1]],
      ['{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
      [' [1, 2] \r\n\r\n"x"\r\nnull', [[1, 2], 'x', null]],
    ] as const) {
      expect(ingested(text, ndjson)).toEqual(value);
      expect(ingested(utf8.encode(text), ndjson)).toEqual(value);
    }
  });

  test('are one value each', () => {
    for (const [text, at] of [
      ['1 2', 2],
      ['1\n{"a":\n1}', 7],
      ['1\n2\n]', 4],
    ] as const) {
      const error = refusal(() => ingested(text, ndjson));
      expect([error.code, error.message]).toEqual(['CORRUPT_DATA', expect.stringContaining(`byte ${at}.`)]);
    }
  });

  test('are compared with an array that is there', () => {
    const store = createStore({ rows: rowsOf(100) });
    const before = store.get().rows;
    const next = rowsOf(101).reverse();
    (next[20] as Row).name = 'other';
    const text = next.map((row) => JSON.stringify(row)).join('\n');
    const { added, removed, updated } = store.at('rows').ingest(text, { ...ndjson, key: 'id' });
    expect([added, removed, updated]).toEqual([1, 0, 1]);
    expect(difference(store.get().rows, next)).toBe(undefined);
    expect(store.get().rows.filter((row) => row === before[row.id]).length).toBe(99);
  });
});

describe('MessagePack', () => {
  const msgpack = { format: 'msgpack' } as const;
  const of = (value: unknown, options: { forceFloat32?: boolean; useBigInt64?: boolean } = {}): unknown =>
    ingested(encode(value, options), msgpack);

  test('brings every kind of value that it has', () => {
    const value = {
      nothing: null,
      booleans: [true, false],
      numbers: [
        0,
        -0.5,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        2 ** 32,
        2 ** 53 - 1,
        -1,
        -32,
        -33,
        -129,
        -40_000,
        -3e9,
      ],
      floats: [0.1, 1e308, 5e-324, Number.POSITIVE_INFINITY, Number.NaN],
      texts: ['', 'é', '😀', 'x'.repeat(40), 'y'.repeat(300), 'z'.repeat(70_000)],
      bytes: [new Uint8Array(), Uint8Array.of(1, 255), new Uint8Array(300), new Uint8Array(70_000).fill(7)],
      lists: [[], [1], Array.from({ length: 20 }, (_, at) => at), Array.from({ length: 70_000 }, () => 1)],
      maps: [{}, Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`k${at}`, at]))],
      deep: [[[[{ a: [{}] }]]]],
    };
    expect(difference(of(value), value)).toBe(undefined);
    expect(difference(of([1.5, -0.25], { forceFloat32: true }), [1.5, -0.25])).toBe(undefined);
    expect(difference(ingested(Uint8Array.of(0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0), msgpack), -0)).toBe(undefined);
  });

  test('brings timestamps as dates', () => {
    for (const time of [
      0,
      1,
      999,
      1_700_000_000_000,
      1_700_000_000_123,
      -1,
      -1_500,
      2 ** 34 * 1_000 + 7,
      -8.64e15,
      8.64e15,
    ]) {
      expect(difference(of([new Date(time)]), [new Date(time)])).toBe(undefined);
    }
  });

  test('brings integers beyond 2 ** 53 as bigints', () => {
    for (const integer of [2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 53n) - 1n, -(2n ** 63n)]) {
      expect(of([integer], { useBigInt64: true })).toEqual([integer]);
    }
    for (const integer of [0n, 5n, -5n, 2n ** 53n, -(2n ** 53n)]) {
      expect(of([integer], { useBigInt64: true })).toEqual([Number(integer)]);
    }
  });

  test('takes the last of keys that are the same', () => {
    // A map of three: a 1, b 2, a 3.
    expect(ingested(Uint8Array.of(0x83, 0xa1, 0x61, 1, 0xa1, 0x62, 2, 0xa1, 0x61, 3), msgpack)).toEqual({
      a: 3,
      b: 2,
    });
    const special = ingested(Uint8Array.of(0x81, 0xa9, ...utf8.encode('__proto__'), 1), msgpack);
    expect(difference(special, JSON.parse('{"__proto__": 1}'))).toBe(undefined);
  });

  test('refuses what has no place in a state, with where that is', () => {
    for (const [bytes, at] of [
      [[], 0],
      [[0xc1], 0],
      [[0x92, 1], 0],
      [[0x91, 0xc1], 1],
      [[1, 2], 1],
      [[0x81, 1, 1], 1],
      [[0x81, 0xc4, 1, 0x61, 1], 1],
      [[0xd4, 5, 0], 0],
      [[0xd4, 0xff, 0], 0],
      [[0xdb, 0xff, 0xff, 0xff, 0xff], 0],
      [[0xdd, 0xff, 0xff, 0xff, 0xff], 0],
      [[0xa2, 0xc3, 0x28], 0],
    ] as const) {
      const { code, message } = refusal(() => ingested(Uint8Array.from(bytes), msgpack));
      expect([bytes, code, message]).toEqual([bytes, 'CORRUPT_DATA', expect.stringContaining(`byte ${at}.`)]);
    }
  });
});

describe('what arrives becomes the value as with reconcile', () => {
  test('telling only what differs', () => {
    const store = createStore({ rows: rowsOf(50), n: 1 }, { history: true });
    const before = store.get().rows;
    const told: string[] = [];
    for (let at = 0; at < 50; at++) store.at('rows', at).subscribe(() => void told.push(`row ${at}`), SYNC);
    store.at('n').subscribe(() => void told.push('n'), SYNC);
    store.at('rows').subscribe(() => void told.push('rows'), SYNC);
    const next = rowsOf(50);
    (next[7] as Row).name = 'other';
    expect(store.at('rows').ingest(JSON.stringify(next), { key: 'id' })).toEqual({ ...NONE, updated: 1 });
    expect(told.sort()).toEqual(['row 7', 'rows']);
    for (const [at, row] of store.get().rows.entries()) expect(row === before[at]).toBe(at !== 7);
    expect([store.version, store.history.steps.length]).toEqual([1, 1]);
    // A second time most records are recognised by their bytes.
    (next[9] as Row).name = 'new';
    next.reverse();
    expect(store.at('rows').ingest(JSON.stringify(next), { key: 'id' })).toMatchObject({
      added: 0,
      updated: 1,
    });
    expect(difference(store.get().rows, next)).toBe(undefined);
    store.history.jumpTo(0);
    expect(store.get()).toEqual({ rows: rowsOf(50), n: 1 });
  });

  test('also when what was taken in before was changed here since', () => {
    const store = createStore({ rows: [] as Row[] });
    const text = JSON.stringify(rowsOf(30));
    store.at('rows').ingest(text, { key: 'id' });
    store.at('rows', 4, 'name').set('mine');
    store.at('rows').remove(10, 2);
    store.at('rows').move(0, 5);
    const before = store.at('rows').get();
    expect(store.at('rows').ingest(text, { key: 'id' })).toMatchObject({ added: 2, removed: 0, updated: 1 });
    expect(store.get().rows).toEqual(rowsOf(30));
    expect(store.at('rows', 20).get()).toBe(before.find(({ id }) => id === 20));
    store.at('rows').ingest(text.replaceAll('name', 'label'), { key: 'id' });
    store.at('rows').ingest(text);
    expect(store.get().rows).toEqual(rowsOf(30));
  });

  test('with an origin it is told as such and not undone', () => {
    const store = createStore({ rows: rowsOf(3), n: 0 }, { history: true });
    const commits: Commit[] = [];
    store.onCommit((commit) => void commits.push(commit));
    store.at('n').set(1);
    store.at('rows').ingest(JSON.stringify(rowsOf(4)), { origin: 'server', key: 'id' });
    store.at('rows').ingest(JSON.stringify(rowsOf(5)));
    expect(commits.map(({ origin, version }) => [origin, version])).toEqual([
      [undefined, 1],
      ['server', 2],
      [undefined, 3],
    ]);
    expect(store.history.steps.length).toBe(2);
    store.history.jumpTo(0);
    expect(store.get()).toEqual({ rows: rowsOf(4), n: 0 });
  });

  test('and when nothing differs nothing has happened', () => {
    const store = createStore({ rows: rowsOf(200) }, { history: true });
    const before = store.get();
    store.onCommit(() => expect.unreachable());
    store.subscribe(() => expect.unreachable(), SYNC);
    for (let round = 0; round < 3; round++) {
      expect(store.at('rows').ingest(JSON.stringify(rowsOf(200)), { key: 'id' })).toEqual(NONE);
      expect(store.ingest(JSON.stringify({ rows: rowsOf(200) }), { origin: 'server' })).toEqual(NONE);
      expect(store.ingest(encode({ rows: rowsOf(200) }), { format: 'msgpack' })).toEqual(NONE);
    }
    expect(store.get()).toBe(before);
    expect([store.version, store.history.canUndo]).toEqual([0, false]);
  });
});

describe('in a batch', () => {
  test('it is part of it', () => {
    const store = createStore({ rows: rowsOf(5), n: 0 }, { history: true });
    store.batch(() => {
      store.at('n').set(1);
      expect(store.at('rows').ingest(JSON.stringify(rowsOf(7).reverse()), { key: 'id' }).added).toBe(2);
      expect(store.get()).toEqual({ rows: rowsOf(7).reverse(), n: 1 });
      store.at('rows', 0, 'name').set('later');
      store.at('rows').ingest(JSON.stringify(store.at('rows').get()), { key: 'id' });
      store.at('n').ingest('7');
    });
    expect(store.get().n).toBe(7);
    expect(store.at('rows', 0).get()).toEqual({ id: 6, name: 'later' });
    expect([store.version, store.history.steps.length]).toEqual([1, 1]);
    store.history.undo();
    expect(store.get()).toEqual({ rows: rowsOf(5), n: 0 });
  });

  test('that fails it has not happened, and neither has one that does not decode', () => {
    const store = createStore({ rows: rowsOf(5), n: 0 });
    store.at('rows').ingest(JSON.stringify(rowsOf(5)), { key: 'id' });
    const before = store.get();
    const boom = new Error('boom');
    const text = JSON.stringify(rowsOf(9).reverse());
    const fail = () => {
      store.at('rows').ingest(text, { key: 'id' });
      throw boom;
    };
    expect(() => store.batch(fail)).toThrow(boom);
    expect(store.get()).toBe(before);
    const broken = () =>
      store.batch(() => {
        store.at('n').set(1);
        store.at('rows').ingest(text.slice(0, -1), { key: 'id' });
      });
    expect(refusal(broken)).toMatchObject({ code: 'CORRUPT_DATA', path: ['rows'] });
    expect(store.get()).toBe(before);
    store.at('rows').ingest(text, { key: 'id' });
    expect(store.get().rows).toEqual(rowsOf(9).reverse());
  });
});

describe('while an optimistic update waits', () => {
  test('it stays when that is taken back', () => {
    const store = createStore({ n: 0, rows: rowsOf(3) });
    const update = store.optimistic(() => {
      store.at('n').set(1);
      store.at('rows', 0, 'name').set('mine');
    });
    store.at('rows').ingest(JSON.stringify(rowsOf(4)), { key: 'id', origin: 'server' });
    expect(store.get().rows).toEqual(rowsOf(4).with(0, { ...rowsOf(4)[0], name: 'mine' }));
    update.rollback();
    expect(store.get()).toEqual({ n: 0, rows: rowsOf(4) });
  });
});

describe('limits', () => {
  test('leave the store as it was', () => {
    const store = createStore<unknown>({ mine: [1] }, { limits: { bytes: 1_000_000, depth: 3 } });
    const before = store.get();
    const big = JSON.stringify(Array.from({ length: 60_000 }, (_, at) => `text ${at}`));
    for (let round = 0; round < 3; round++) {
      expect(refusal(() => store.ingest(big)).code).toBe('LIMIT_EXCEEDED');
      expect(refusal(() => store.ingest('[[[[]]]]')).code).toBe('LIMIT_EXCEEDED');
      expect(
        refusal(() => store.ingest(Uint8Array.of(0x91, 0x91, 0x91, 0x90), { format: 'msgpack' })).code,
      ).toBe('LIMIT_EXCEEDED');
      expect(store.get()).toBe(before);
    }
    expect(store.version).toBe(0);
    store.ingest('[[[]]]');
    expect(refusal(() => store.at(0, 0, 0).ingest('[]')).code).toMatch(/LIMIT_EXCEEDED|PATH_NOT_FOUND/);
    expect(store.get()).toEqual([[[]]]);
  });

  test('of depth hold for brackets without end', () => {
    for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000)]) {
      expect(refusal(() => createStore<unknown>(0, { limits: { depth: 1_000 } }).ingest(text)).code).toBe(
        'LIMIT_EXCEEDED',
      );
    }
  });

  test('make room by collecting what nobody needs any more', () => {
    const textsOf = (round: number) =>
      Array.from({ length: 5_000 }, (_, at) => `text ${at} of round ${round}`);
    const store = createStore<unknown>([], { limits: { bytes: 1_500_000 } });
    for (let round = 1; round < 12; round++) store.ingest(JSON.stringify(textsOf(round)));
    expect(store.get()).toEqual(textsOf(11));
  });
});

describe('options and sources of wrong types', () => {
  test('are a TypeError, and nothing has changed', () => {
    const store = createStore<unknown>({ a: 1 });
    for (const options of [
      { format: 'xml' },
      { format: 'toString' },
      { format: 1 },
      { format: null },
      { key: 5 },
      { key: null },
      { origin: {} },
    ]) {
      expect(() => store.ingest('{"a": 2}', options as never)).toThrow(TypeError);
      expect(() => store.batch(() => store.ingest('{"a": 2}', options as never))).toThrow(TypeError);
    }
    expect([store.get(), store.version]).toEqual([{ a: 1 }, 0]);
  });
});
