/** What the documentation promises of ingesting what arrives bit by bit, rule by rule. */
import { runInNewContext } from 'node:vm';
import { encode } from '@msgpack/msgpack';
import { describe, expect, test, vi } from 'vitest';
import {
  type Changes,
  createStore,
  GaesupError,
  type IngestSource,
  type IngestStreamOptions,
} from './index.ts';

const NONE: Changes = { added: 0, removed: 0, updated: 0, moved: 0 };
const SYNC = { schedule: 'sync' } as const;
const utf8 = new TextEncoder();

interface Row {
  id: number;
  name: string;
}

/** Names of letters of one to four bytes. */
const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `nö 名 😀 ${id}` }));
const lines = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A stream of bytes in pieces, with a turn between two of them. */
function streamOf(
  bytes: Uint8Array,
  sizes: readonly number[],
  log: string[] = [],
): ReadableStream<Uint8Array> {
  let at = 0;
  let turn = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((then) => setImmediate(then));
      if (at >= bytes.length) {
        log.push('closed');
        return controller.close();
      }
      const size = sizes[turn++ % sizes.length] as number;
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
    cancel(reason) {
      log.push(`cancelled: ${reason}`);
    },
  });
}

async function rejection(promise: Changes | Promise<Changes>): Promise<unknown> {
  return Promise.resolve(promise).then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

async function codeOf(promise: Changes | Promise<Changes>): Promise<string> {
  const error = await rejection(promise);
  if (error instanceof GaesupError) return error.code;
  throw error;
}

/** What a source becomes. */
async function ingested(source: Blob | Response | ReadableStream<Uint8Array>, options?: IngestStreamOptions) {
  const store = createStore<unknown>(0);
  await store.ingest(source, options);
  return store.get();
}

describe('a stream', () => {
  const rows = rowsOf(60);
  const json = utf8.encode(JSON.stringify(rows));

  test('can be cut anywhere, also inside of a letter', async () => {
    for (const sizes of [[1], [2, 3], [7], [64, 1], [1_000_000]]) {
      expect(await ingested(streamOf(json, sizes))).toEqual(rows);
      expect(await ingested(streamOf(utf8.encode(lines(rows)), sizes), { format: 'ndjson' })).toEqual(rows);
      expect(await ingested(streamOf(encode(rows), sizes), { format: 'msgpack' })).toEqual(rows);
    }
  });

  test('can have pieces of nothing, or none at all', async () => {
    expect(await ingested(streamOf(utf8.encode('[1]'), [0, 1, 0, 0, 2]))).toEqual([1]);
    expect(await ingested(streamOf(new Uint8Array(), [1]), { format: 'ndjson' })).toEqual([]);
    expect(await codeOf(createStore<unknown>(0).ingest(streamOf(new Uint8Array(), [1])))).toBe(
      'CORRUPT_DATA',
    );
  });

  test('is one commit when all of it has arrived, and nothing before', async () => {
    const store = createStore({ rows: rowsOf(59), n: 0 }, { history: true });
    const before = store.at('rows').get();
    const told: unknown[] = [];
    store.onCommit(({ origin }) => void told.push(origin));
    store.at('rows').subscribe(() => void told.push('rows'), SYNC);
    let received = 0;
    const coming = store.at('rows').ingest(streamOf(json, [500]), {
      key: 'id',
      origin: 'server',
      onProgress: (bytes) => {
        received = bytes;
        expect(store.at('rows').get()).toBe(before);
        expect(told).toEqual([]);
      },
    });
    expect(coming).toBeInstanceOf(Promise);
    expect(await coming).toEqual({ ...NONE, added: 1 });
    expect(received).toBe(json.length);
    expect(told).toEqual(['server', 'rows']);
    expect([store.version, store.history.canUndo]).toEqual([1, false]);
    expect(store.at('rows', 58).get()).toBe(before[58]);
  });

  test('is compared with what is there when it has arrived', async () => {
    const store = createStore<{ rows: Row[] }>({ rows: [] });
    const coming = store.at('rows').ingest(streamOf(json, [500]), { key: 'id' });
    store.at('rows').set(rowsOf(60));
    expect(await coming).toEqual(NONE);
    expect(store.version).toBe(1);
  });

  test('that breaks off changes nothing', async () => {
    const store = createStore({ rows: rowsOf(3) });
    const before = store.get();
    const boom = new Error('the line is dead');
    let turn = 0;
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (turn++ < 2) controller.enqueue(json.slice(0, 100));
        else controller.error(boom);
      },
    });
    expect(await rejection(store.at('rows').ingest(broken))).toBe(boom);
    expect(store.get()).toBe(before);
    expect(await codeOf(store.at('rows').ingest(streamOf(json.slice(0, -1), [100])))).toBe('CORRUPT_DATA');
    expect(store.get()).toBe(before);
    expect(store.version).toBe(0);
  });

  test('says how much has arrived', async () => {
    const told: (readonly [number, number | undefined])[] = [];
    await ingested(streamOf(json, [1_000]), { onProgress: (...progress) => void told.push(progress) });
    expect(told.at(-1)).toEqual([json.length, undefined]);
    expect(told.length).toBe(Math.ceil(json.length / 1_000));
    expect(told.map(([received]) => received)).toEqual(
      told.map((_, at) => Math.min((at + 1) * 1_000, json.length)),
    );
  });

  test('of something else than bytes is a TypeError', async () => {
    const store = createStore<unknown>('mine');
    for (const piece of ['[1]', 5, null, [1], new ArrayBuffer(3), new Uint16Array(2)]) {
      const log: string[] = [];
      const stream = new ReadableStream<never>({
        start: (controller) => controller.enqueue(piece as never),
        cancel: () => void log.push('cancelled'),
      });
      expect(await rejection(store.ingest(stream))).toBeInstanceOf(TypeError);
      expect(log).toEqual(['cancelled']);
    }
    expect(store.get()).toBe('mine');
  });
});

describe('a signal', () => {
  const json = utf8.encode(JSON.stringify(rowsOf(200)));

  test('that has been aborted before: nothing is read', async () => {
    const store = createStore({ rows: rowsOf(3) });
    const before = store.get();
    const reason = new Error('enough');
    const log: string[] = [];
    const onProgress = vi.fn();
    const coming = store
      .at('rows')
      .ingest(streamOf(json, [100], log), { signal: AbortSignal.abort(reason), onProgress });
    expect(await rejection(coming)).toBe(reason);
    expect(onProgress).not.toHaveBeenCalled();
    expect(store.get()).toBe(before);
  });

  test('that is aborted meanwhile: the rest is cancelled, and nothing has changed', async () => {
    const store = createStore({ rows: rowsOf(3) });
    const before = store.get();
    const log: string[] = [];
    const controller = new AbortController();
    const reason = new Error('enough');
    const coming = store.at('rows').ingest(streamOf(json, [100], log), {
      signal: controller.signal,
      onProgress: (received) => {
        if (received >= 1_000) controller.abort(reason);
      },
    });
    expect(await rejection(coming)).toBe(reason);
    expect(log).toEqual(['cancelled: Error: enough']);
    expect(store.get()).toBe(before);
    expect(store.version).toBe(0);
  });

  test('that is aborted while nothing comes', async () => {
    const store = createStore<unknown>(0);
    const controller = new AbortController();
    const log: string[] = [];
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void log.push('cancelled') });
    const coming = store.ingest(silent, { signal: controller.signal });
    setImmediate(() => controller.abort());
    expect(await rejection(coming)).toMatchObject({ name: 'AbortError' });
    expect(log).toEqual(['cancelled']);
    expect(store.get()).toBe(0);
  });

  test('that is aborted later: it has happened', async () => {
    const store = createStore<unknown>(0);
    const controller = new AbortController();
    await store.ingest(streamOf(utf8.encode('[1]'), [1]), { signal: controller.signal });
    controller.abort();
    expect(store.get()).toEqual([1]);
  });
});

describe('a Blob', () => {
  test('says how long it is and what', async () => {
    const told: unknown[] = [];
    const rows = rowsOf(10);
    const blob = new Blob([JSON.stringify(rows)]);
    expect(await ingested(blob, { onProgress: (...progress) => void told.push(progress) })).toEqual(rows);
    expect(told.at(-1)).toEqual([blob.size, blob.size]);
    expect(await ingested(new Blob([lines(rows)], { type: 'application/x-ndjson' }))).toEqual(rows);
    expect(await ingested(new Blob([encode(rows).slice()], { type: 'application/msgpack' }))).toEqual(rows);
    expect(await ingested(new File([JSON.stringify(rows)], 'rows.json'))).toEqual(rows);
    expect(
      await ingested(new Blob([lines(rows)], { type: 'application/json' }), { format: 'ndjson' }),
    ).toEqual(rows);
  });
});

describe('a Response', () => {
  const rows = rowsOf(10);
  const bodies = { json: JSON.stringify(rows), ndjson: lines(rows), msgpack: encode(rows).slice() };
  const types = {
    json: [
      'application/json',
      'application/json; charset=utf-8',
      'text/plain',
      'application/vnd.api+json',
      '',
    ],
    ndjson: [
      'application/x-ndjson',
      'application/ndjson',
      'application/jsonl; charset=utf-8',
      'application/json-lines',
    ],
    msgpack: [
      'application/msgpack',
      'application/x-msgpack',
      'application/vnd.msgpack',
      'Application/MsgPack',
    ],
  };
  for (const format of ['json', 'ndjson', 'msgpack'] as const) {
    test(`says by its content type that it is ${format}`, async () => {
      for (const type of types[format]) {
        const response = new Response(bodies[format], { headers: { 'content-type': type } });
        expect(await ingested(response)).toEqual(rows);
      }
      const mistaken = new Response(bodies[format], { headers: { 'content-type': 'image/png' } });
      expect(await ingested(mistaken, { format })).toEqual(rows);
    });
  }

  test('says how long it is, unless it is compressed on the way', async () => {
    for (const [headers, total] of [
      [{}, undefined],
      [{ 'content-length': '5' }, 5],
      [{ 'content-length': '5', 'content-encoding': 'gzip' }, undefined],
      [{ 'content-length': 'x' }, undefined],
    ] as const) {
      const told: unknown[] = [];
      await ingested(new Response('[1,2]', { headers }), { onProgress: (_, all) => void told.push(all) });
      expect(told).toEqual([total]);
    }
  });

  test('that says no is a TypeError with its status, and nothing has changed', async () => {
    const store = createStore<unknown>('mine');
    for (const status of [400, 404, 500]) {
      const error = await rejection(store.ingest(new Response('[1]', { status })));
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toContain(String(status));
    }
    expect(await rejection(store.ingest(Response.error()))).toBeInstanceOf(TypeError);
    expect(store.get()).toBe('mine');
  });

  test('without a body has no bytes', async () => {
    const store = createStore<unknown>('mine');
    const empty = () => new Response(null, { status: 204 });
    expect(await codeOf(store.ingest(empty()))).toBe('CORRUPT_DATA');
    expect(store.get()).toBe('mine');
    await store.ingest(empty(), { format: 'ndjson' });
    expect(store.get()).toEqual([]);
  });

  test('that has been read is refused', async () => {
    const response = new Response('[1]');
    await response.text();
    expect(await rejection(createStore<unknown>(0).ingest(response))).toBeInstanceOf(TypeError);
  });
});

describe('sources', () => {
  test('that are none are refused', async () => {
    const store = createStore<unknown>('mine');
    for (const source of [undefined, null, 5, {}, [], () => '1', new Date(), Promise.resolve('1')]) {
      expect(await rejection(store.ingest(source as never))).toBeInstanceOf(TypeError);
    }
    expect(() => store.ingest(new Blob(['1']), { format: 'xml' as never })).toThrow(TypeError);
    expect(await rejection(store.ingest(new Blob(['2']), { key: 5 as never }))).toBeInstanceOf(TypeError);
    expect(store.get()).toBe('mine');
  });

  test('can be of another realm', async () => {
    const store = createStore<unknown>(0);
    const sources = runInNewContext(
      '[new Uint8Array([0x31]), new Uint8Array([0x32]).buffer, new DataView(new Uint8Array([0x33]).buffer)]',
    ) as (Uint8Array | ArrayBuffer | DataView)[];
    for (const [at, source] of sources.entries()) {
      store.ingest(source);
      expect(store.get()).toBe(at + 1);
    }
    class Derived extends Response {}
    await store.ingest(new Derived('[4]') as IngestSource as Response);
    expect(store.get()).toEqual([4]);
  });
});

describe('meanwhile', () => {
  test('the store may be disposed: then it fails with that', async () => {
    const store = createStore<unknown>(0);
    const coming = store.ingest(streamOf(utf8.encode('[1, 2, 3]'), [1]));
    store.dispose();
    expect(await codeOf(coming)).toBe('DISPOSED');
  });

  test('the place may have gone: then it is PATH_NOT_FOUND', async () => {
    const store = createStore<{ a?: { b: unknown } }>({ a: { b: 0 } });
    const coming = store.at('a', 'b' as never).ingest(streamOf(utf8.encode('[1, 2, 3]'), [1]));
    store.at('a').delete();
    expect(await codeOf(coming)).toBe('PATH_NOT_FOUND');
    expect(store.get()).toEqual({});
  });

  test('others may come in as well', async () => {
    const store = createStore<Record<string, unknown>>({});
    const coming = ['a', 'b', 'c'].map((key, at) =>
      store.at(key).ingest(streamOf(utf8.encode(JSON.stringify(rowsOf(20 + at))), [13 + at])),
    );
    expect(await Promise.all(coming)).toEqual(Array.from({ length: 3 }, () => ({ ...NONE, added: 1 })));
    expect(store.get()).toEqual({ a: rowsOf(20), b: rowsOf(21), c: rowsOf(22) });
    expect(store.version).toBe(3);
  });
});
