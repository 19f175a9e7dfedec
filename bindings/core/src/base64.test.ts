import { expect, test } from 'vitest';
import { createStore, fromBase64, openStore, toBase64 } from './index.ts';

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 151) ^ (at >> 3));

test.each([0, 1, 2, 3, 255, 8191, 8192, 8193, 100_000])(
  '%i bytes are text, and these bytes again',
  (length) => {
    const bytes = bytesOf(length);
    const text = toBase64(bytes);
    expect(text).toBe(Buffer.from(bytes).toString('base64'));
    expect(text).toMatch(/^[\w+/]*={0,2}$/);
    expect(fromBase64(text)).toEqual(bytes);
  },
);

test('bytes that are a part of a buffer are that part', () => {
  expect(toBase64(bytesOf(9).subarray(2, 6))).toBe(Buffer.from(bytesOf(9).slice(2, 6)).toString('base64'));
});

test('a state goes through a page, whatever is in it', () => {
  const state = { text: '</script><!--\u2028', at: new Date(7), map: new Map([['a', 1]]), none: undefined };
  const text = toBase64(createStore(state).snapshot());
  expect(openStore(fromBase64(`\n  ${text}\n`)).get()).toEqual(state);
});

test.each(['a', 'ab=c', 'abc!', 'ä', '{"no":1}'])('%s is refused', (text) => {
  expect(() => fromBase64(text)).toThrow(expect.objectContaining({ code: 'CORRUPT_DATA' }));
});
