/** What a server could answer: the places as text, of which a share is not as the page has them. */
import type { Immutable, IngestFormat } from 'gaesup-state';
import type { City } from './record.ts';

export type PayloadFormat = Exclude<IngestFormat, 'msgpack'>;

type Place = Immutable<City>;

/** What happens to one in so many of the places that are chosen; the others get another value in a field. */
const RARE = 50;
const [COMES, MOVES, GOES] = [RARE - 3, RARE - 2, RARE - 1];
const CHUNK_BYTES = 256 * 1024;
/** Between two chunks, about 130 Mbit/s. */
const PAUSE_MS = 16;
const NEW_NAME = ' (renamed)';
const DEGREES = 0.001;
const DEGREE_STEPS = 1e5;

const CONTENT_TYPES: Readonly<Record<PayloadFormat, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The places with a share of them changed; the others are the same objects. */
export function changeShare(places: readonly Place[], share: number, random: () => number): Place[] {
  const chosen = new Set<number>();
  const count = Math.max(Math.round(places.length * share), 1);
  while (chosen.size < count) chosen.add(Math.floor(random() * places.length));
  const kinds = new Map([...chosen].map((place, at) => [place, at % RARE]));

  const next: Place[] = [];
  const moved: Place[] = [];
  let id = places.reduce((most, place) => Math.max(most, place.id), 0);
  for (const [at, place] of places.entries()) {
    const kind = kinds.get(at);
    if (kind === undefined) next.push(place);
    else if (kind === COMES) next.push(place, { ...place, id: ++id, name: `New place ${id}`, visits: 0 });
    else if (kind === MOVES) moved.push(place);
    else if (kind !== GOES) next.push(changePlace(place, random));
  }
  for (const place of moved) next.splice(Math.floor(random() * (next.length + 1)), 0, place);
  return next;
}

/** A place with another name, or a little elsewhere. */
function changePlace(place: Place, random: () => number): Place {
  const kind = Math.floor(random() * 3);
  if (kind === 0) return { ...place, name: renamed(place.name) };
  return kind === 1 ? { ...place, lat: nudged(place.lat) } : { ...place, lng: nudged(place.lng) };
}

function renamed(name: string): string {
  return name.endsWith(NEW_NAME) ? name.slice(0, -NEW_NAME.length) : name + NEW_NAME;
}

/** Towards zero, so that it stays on the globe. */
function nudged(degrees: number): number {
  return Math.round((degrees - (degrees < 0 ? -DEGREES : DEGREES)) * DEGREE_STEPS) / DEGREE_STEPS;
}

/** The places as the bytes of a text. */
export function encodePlaces(places: readonly Place[], format: PayloadFormat): Uint8Array<ArrayBuffer> {
  const text =
    format === 'json' ? JSON.stringify(places) : places.map((place) => `${JSON.stringify(place)}\n`).join('');
  return new TextEncoder().encode(text);
}

/** A response whose bytes arrive bit by bit, as from a network. */
export function respond(bytes: Uint8Array<ArrayBuffer>, format: PayloadFormat): Response {
  let sent = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        const chunk = bytes.slice(sent, sent + CHUNK_BYTES);
        sent += chunk.length;
        controller.enqueue(chunk);
        if (sent === bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { 'content-type': CONTENT_TYPES[format], 'content-length': String(bytes.length) };
  return new Response(body, { headers });
}

/** Turns the bytes into objects and does nothing with them. */
export function parseAlone(bytes: Uint8Array, format: PayloadFormat): void {
  const text = new TextDecoder().decode(bytes);
  if (format === 'json') JSON.parse(text);
  else for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
}
