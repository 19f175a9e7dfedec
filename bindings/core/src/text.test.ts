import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStore } from './index.ts';

/** Any UTF-16, lone surrogates included. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 80 })
  .map((units) => String.fromCharCode(...units));

test('every string comes back unit by unit', () => {
  const store = createStore<{ text: string }>({ text: '' });
  fc.assert(
    fc.property(anyText, (text) => {
      store.at('text').set(text);
      expect(store.at('text').get()).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test('a string seen twice crosses as a number the third time', () => {
  const store = createStore<{ a: string; b: string }>({ a: '', b: '' });
  const sent = (text: string): number => {
    const before = store.stats().crossings.bytesIn;
    store.at('a').set(text);
    store.at('a').set('');
    return store.stats().crossings.bytesIn - before;
  };
  const text = 'x'.repeat(60);
  const [first, , third] = [sent(text), sent(text), sent(text)];
  expect(third).toBeLessThan(first - 48);
});

test('strings longer than the input buffer cross whole, and the buffer shrinks again', () => {
  const store = createStore<{ text: string; n: number }>({ text: '', n: 0 });
  const long = 'äx😀'.repeat(100_000);
  store.at('text').set(long);
  expect(store.at('text').get()).toBe(long);
  store.at('n').set(1);
  expect(store.get()).toEqual({ text: long, n: 1 });
});

test('ids that a collection made void are not used', async () => {
  const store = createStore<{ texts: string[] }>({ texts: [] });
  const texts = (round: number) => Array.from({ length: 6_000 }, (_, index) => `round ${round}: ${index}`);
  for (let round = 0; round < 4; round++) {
    store.at('texts').set(texts(round));
    store.at('texts').set(texts(round));
    store.at('texts').set([]);
  }
  while (store.stats().strings > 10_000) await new Promise((resolve) => setTimeout(resolve, 20));
  store.at('texts').set(texts(0));
  expect(store.at('texts').get()).toEqual(texts(0));
});
