import type { Bytes } from './commitTypes.ts';
import { GaesupError } from './errors.ts';
import { describe, isTagged } from './values.ts';

/** As many as can be arguments of one call everywhere. */
const PIECE_BYTES = 8192;

/**
 * Bytes as base64, for where only text goes: a snapshot in a page that a server rendered, a delta in
 * JSON. It is made of `A-Z`, `a-z`, `0-9`, `+`, `/` and `=`, so HTML and scripts take it as it is, and a third
 * longer than the bytes.
 *
 * @example
 * `<script type="text/plain" id="state">${toBase64(store.snapshot())}</script>`
 */
export function toBase64(bytes: Uint8Array): string {
  if (!isTagged(bytes, 'Uint8Array'))
    throw new TypeError(`toBase64() takes a Uint8Array, not ${describe(bytes)}.`);
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  }
  return btoa(text);
}

/**
 * The bytes that base64 stands for. White space in it does no harm.
 *
 * @throws GaesupError `CORRUPT_DATA` for any other text; TypeError for what is no text
 *
 * @example
 * const store = openStore<State>(fromBase64(document.getElementById('state')!.textContent));
 */
export function fromBase64(text: string): Bytes {
  if (typeof text !== 'string') throw new TypeError(`fromBase64() takes a string, not ${describe(text)}.`);
  const letters = lettersOf(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

function lettersOf(text: string): string {
  try {
    return atob(text);
  } catch (error) {
    const wrong = new GaesupError('CORRUPT_DATA', 'This text is no base64.');
    wrong.cause = error;
    throw wrong;
  }
}
