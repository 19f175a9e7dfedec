/** Random JSON, well-formed and not, in more spellings than a serializer would use. */
import fc from 'fast-check';

const SPACES = ['', '', '', ' ', '\n', '\t', '\r\n', '  '];

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });

/** Numbers in all the ways in which they may be written, and some at which a double is hard to find. */
const numberText = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '-'),
      digits.map((text) => text.replace(/^0+(?=.)/, '')),
      fc.option(digits, { nil: undefined }),
      fc.option(
        fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 400 })),
        {
          nil: undefined,
          freq: 2,
        },
      ),
    )
    .map(
      ([sign, whole, part, exponent]) =>
        `${sign}${whole}${part === undefined ? '' : `.${part}`}${exponent === undefined ? '' : exponent.join('')}`,
    ),
  fc.double().map((number) => (Number.isFinite(number) ? `${number}` : '0')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number.toExponential(20)),
  fc.integer({ min: -1_000, max: 1_000 }).map(String),
  fc.constantFrom(
    '-0',
    '0e0',
    '-0.0e+10',
    '9007199254740993',
    '9007199254740992.5',
    '1.7976931348623158e308',
    '1.7976931348623159e308',
    '2.4703282292062327e-324',
    '2.4703282292062328e-324',
    '4.9e-324',
    '2.2250738585072011e-308',
    '0.500000000000000166533453693773481063544750213623046875',
    `1${'0'.repeat(308)}`,
    `0.${'0'.repeat(320)}123`,
    '123456789012345678901234567890e-10',
  ),
);

/** Pieces of text between quotes: letters as they are, and escapes, surrogates alone and in pairs. */
const textPiece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => JSON.stringify(text).slice(1, -1)),
  fc.integer({ min: 0, max: 0xffff }).map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`),
  fc
    .integer({ min: 0xd7f0, max: 0xe010 })
    .map((unit) => `\\u${unit.toString(16).toUpperCase().padStart(4, '0')}`),
  fc.constantFrom(
    '\\b',
    '\\f',
    '\\n',
    '\\r',
    '\\t',
    '\\"',
    '\\\\',
    '\\/',
    '\u2028',
    '\u007f',
    '😀',
    '\\ud83d\\ude00',
  ),
);

const text = fc.array(textPiece, { maxLength: 5 }).map((pieces) => `"${pieces.join('')}"`);

/** Few keys, so that they meet again, also under another spelling. */
const keyText = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('"a"', '"b"', '"\\u0061"', '"id"', '"10"', '"9"', '"-1"', '""') },
  { weight: 2, arbitrary: fc.constantFrom('"__proto__"', '"constructor"', '"\\u005f_proto__"', '"length"') },
  { weight: 2, arbitrary: text },
);

const space = fc.constantFrom(...SPACES);

const { tree } = fc.letrec<{ tree: string; object: string; array: string; rows: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: numberText },
    { weight: 3, arbitrary: text },
    { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null') },
    { weight: 3, arbitrary: tie('object') },
    { weight: 3, arbitrary: tie('array') },
    { weight: 1, arbitrary: tie('rows') },
  ),
  object: fc
    .array(fc.tuple(space, keyText, space, space, tie('tree'), space), { maxLength: 6 })
    .map(
      (members) =>
        `{${members.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`).join(',')}}`,
    ),
  array: fc
    .array(fc.tuple(space, tie('tree'), space), { maxLength: 12 })
    .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
  // Objects of the same keys, as tables have them.
  rows: fc
    .tuple(
      fc.uniqueArray(keyText, { minLength: 1, maxLength: 4 }),
      fc.array(fc.array(numberText, { minLength: 4, maxLength: 4 }), { maxLength: 20 }),
    )
    .map(
      ([keys, rows]) =>
        `[${rows.map((row) => `{${keys.map((key, at) => `${key}:${row[at]}`).join(',')}}`).join(',')}]`,
    ),
}));

/** A JSON text. */
export const jsonText: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(space, tree, space).map((parts) => parts.join('')),
  fc.json({ noUnicodeString: false }),
);

/** A text that was JSON before something was done to it; it may be JSON still. */
export const damagedText: fc.Arbitrary<string> = fc
  .tuple(
    jsonText,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(3),
        fc.constantFrom(...'{}[]",:0-+.eE\\u tn\u0000\u001fé', '\ud83d', '//', '01'),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  )
  .map(([whole, edits]) =>
    edits.reduce((damaged, [pick, cut, piece]) => {
      const at = pick % (damaged.length + 1);
      return damaged.slice(0, at) + piece + damaged.slice(at + cut);
    }, whole),
  );

/** Lines of JSON, blank ones among them, with any of the two ends of lines. */
export const linesText: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: tree.map((line) => line.replaceAll(/[\r\n]/g, ' ')) },
        { weight: 1, arbitrary: fc.constantFrom('', ' ', '\t') },
        { weight: 1, arbitrary: damagedText.map((line) => line.replaceAll('\n', ' ')) },
      ),
      fc.constantFrom('\n', '\r\n'),
    ),
    { maxLength: 8 },
  )
  .map((lines) => lines.map((line) => line.join('')).join(''));
