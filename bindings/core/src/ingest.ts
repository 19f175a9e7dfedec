import type { Core } from './core.ts';
import type { CursorNode } from './cursor.ts';
import { GaesupError } from './errors.ts';
import { Format } from './protocol.ts';
import { isWellFormed } from './text.ts';
import type {
  Changes,
  IngestFormat,
  IngestOptions,
  IngestSource,
  IngestStreamOptions,
} from './transferTypes.ts';
import { isTagged } from './values.ts';

const FORMATS: Readonly<Record<IngestFormat, Format>> = {
  json: Format.Json,
  ndjson: Format.JsonLines,
  msgpack: Format.MessagePack,
};

/** Content types that say what bytes are; everything else is JSON. */
const CONTENT_TYPES: readonly (readonly [RegExp, Format])[] = [
  [/\b(?:x-ndjson|ndjson|jsonl|json-lines|jsonlines)\b/i, Format.JsonLines],
  [/\b(?:msgpack|x-msgpack|vnd\.msgpack)\b/i, Format.MessagePack],
];

/** How much of what is no data is shown. */
const SHOWN_BYTES = 40;

const LONE_SURROGATE = /(\\*)(\p{Surrogate})/gu;

/** Takes data in at a cursor: at once when it is there, else when all of it has arrived. */
export function ingest(
  core: Core,
  cursor: CursorNode,
  source: IngestSource,
  options: IngestStreamOptions = {},
): Changes | Promise<Changes> {
  const known = formatOf(options);
  if (typeof source === 'string') {
    return take(core, cursor, [bytesOfText(source)], known ?? Format.Json, options);
  }
  if (isTagged(source, 'ArrayBuffer')) {
    return take(core, cursor, [new Uint8Array(source as ArrayBuffer)], known ?? Format.Json, options);
  }
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return take(
      core,
      cursor,
      [new Uint8Array(buffer, byteOffset, byteLength)],
      known ?? Format.Json,
      options,
    );
  }
  return takeStream(core, cursor, source, known, options);
}

/**
 * A text as bytes that mean what it means to `JSON.parse`: that keeps halves of letters, which are
 * no bytes by themselves, and takes no byte order mark for one.
 */
function bytesOfText(text: string): Uint8Array {
  const encoder = new TextEncoder();
  if (text.startsWith('\ufeff')) return encoder.encode(` ${text}`);
  if (isWellFormed(text)) return encoder.encode(text);
  const escaped = text.replace(LONE_SURROGATE, (piece, slashes: string, half: string) =>
    // Behind a backslash it is an escape that there is not.
    slashes.length % 2 === 1 ? piece : `${slashes}\\u${half.charCodeAt(0).toString(16)}`,
  );
  return encoder.encode(escaped);
}

async function takeStream(
  core: Core,
  cursor: CursorNode,
  source: IngestSource,
  known: Format | undefined,
  options: IngestStreamOptions,
): Promise<Changes> {
  const { stream, total, contentType, status } = open(source);
  const chunks = await arrived(stream, total, options);
  const format = known ?? formatOfType(contentType);
  try {
    return take(core, cursor, chunks, format, options);
  } catch (error) {
    if (!(error instanceof GaesupError) || error.code !== 'CORRUPT_DATA') throw error;
    const told = `${error.message.replace(/\.$/, '')}; ${whatArrived(chunks, contentType, status)}.`;
    const corrupt = new GaesupError(error.code, told, error.path);
    corrupt.cause = error;
    throw corrupt;
  }
}

/** What came instead of data, for a message. */
function whatArrived(chunks: readonly Uint8Array[], contentType: string, status: number | undefined): string {
  const from = status === undefined ? '' : ` with status ${status}`;
  const type = contentType === '' ? 'no content type' : `content type '${contentType}'`;
  const first = chunks.find(({ length }) => length > 0);
  if (first === undefined) return `nothing arrived${from} and ${type}`;
  const start = new TextDecoder().decode(first.subarray(0, SHOWN_BYTES)).trim();
  return `what arrived${from} has ${type} and begins with ${JSON.stringify(start)}`;
}

/** The bytes of a source, how many there are if it says, and what it says they are. */
function open(source: unknown): {
  readonly stream: ReadableStream<Uint8Array> | null;
  readonly total: number | undefined;
  readonly contentType: string;
  /** The status of a response. */
  readonly status: number | undefined;
} {
  if (isTagged(source, 'ReadableStream')) {
    return {
      stream: source as ReadableStream<Uint8Array>,
      total: undefined,
      contentType: '',
      status: undefined,
    };
  }
  if (isTagged(source, 'Blob') || isTagged(source, 'File')) {
    const blob = source as Blob;
    return { stream: blob.stream(), total: blob.size, contentType: blob.type, status: undefined };
  }
  const { body, headers, ok, status } = (source ?? {}) as Partial<Response>;
  if (headers === undefined || body === undefined) {
    throw new TypeError('ingest() takes a string, bytes, a Blob, a Response or a ReadableStream.');
  }
  if (ok === false) throw new TypeError(`ingest() takes a response with data, and this one is ${status}.`);
  const length = Number(headers.get('content-length') ?? Number.NaN);
  // What is compressed on the way is longer in the end.
  const isWhole = Number.isFinite(length) && headers.get('content-encoding') === null;
  return {
    stream: body,
    total: isWhole ? length : undefined,
    contentType: headers.get('content-type') ?? '',
    status,
  };
}

/** Everything that a stream brings. */
async function arrived(
  stream: ReadableStream<Uint8Array> | null,
  total: number | undefined,
  { signal, onProgress }: IngestStreamOptions,
): Promise<Uint8Array[]> {
  signal?.throwIfAborted();
  const chunks: Uint8Array[] = [];
  if (stream === null) return chunks;
  const reader = stream.getReader();
  const abort = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener('abort', abort, { once: true });
  try {
    let received = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return chunks;
      if (!isTagged(value, 'Uint8Array')) throw new TypeError('ingest() takes a stream of Uint8Arrays.');
      chunks.push(value);
      received += value.length;
      onProgress?.(received, total);
      // Whoever is told may have had enough.
      signal?.throwIfAborted();
    }
  } catch (error) {
    abort();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function take(
  core: Core,
  cursor: CursorNode,
  chunks: readonly Uint8Array[],
  format: Format,
  options: IngestStreamOptions,
): Changes {
  const { transfer } = core;
  options.signal?.throwIfAborted();
  return transfer.adopt(cursor, options, () => {
    transfer.putAll(chunks);
    return transfer.parse(cursor, format);
  });
}

function formatOf({ format }: IngestOptions): Format | undefined {
  if (format === undefined) return undefined;
  if (!Object.hasOwn(FORMATS, format)) throw new TypeError("format is 'json', 'ndjson' or 'msgpack'.");
  return FORMATS[format];
}

function formatOfType(contentType: string): Format {
  return CONTENT_TYPES.find(([pattern]) => pattern.test(contentType))?.[1] ?? Format.Json;
}
