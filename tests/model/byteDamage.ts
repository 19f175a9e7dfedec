/** Bytes damaged at random: snapshots so that their decoder is reached, and other inputs anyhow. */
import { encode } from '@msgpack/msgpack';
import { copied, type Parts, seal, written } from '../support/snapshotParts.ts';
import type { Dice } from './hostileDeltas.ts';

/** Numbers at which something changes. */
const NUMBERS = [
  0,
  1,
  2,
  7,
  8,
  9,
  64,
  65,
  127,
  128,
  255,
  256,
  1_023,
  1_024,
  1_025,
  65_535,
  65_536,
  65_537,
  2 ** 24,
  2 ** 31,
  2 ** 32 - 1,
];

/** Bytes that say something in one of the formats. */
const PIECES: readonly (readonly number[])[] = [
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xdf, 0x7f, 0xff, 0xff, 0xff],
  [0xc6, 0xff, 0xff, 0xff, 0x00],
  [0xdb, 0x00, 0xff, 0xff, 0xff],
  [0xc7, 0x0c, 0xff],
  [0xd6, 0xff],
  [0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91],
  [0xed, 0xa0, 0x80],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80],
  [0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  [0, 0, 0, 0, 0, 0, 0xff, 0xff],
  ...['{"', '":', '\\u', '\\ud8', '[[[[', '1e9', '-', '"', '\n', '}', ']', ',', '00', '\u0000'].map(
    (text) => [...new TextEncoder().encode(text)],
  ),
];

/** Bytes with some of them changed, inserted, cut out, doubled, or from others. */
export function damaged(dice: Dice, source: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const bytes = [...source];
  for (let left = 1 + dice.roll(3); left > 0 && bytes.length > 0; left--) {
    const at = dice.roll(bytes.length);
    const other = others[dice.roll(others.length)] as Uint8Array;
    const from = dice.roll(other.length);
    switch (dice.roll(9)) {
      case 0:
        bytes[at] = (bytes[at] as number) ^ (1 << dice.roll(8));
        break;
      case 1:
        bytes[at] = dice.roll(256);
        break;
      case 2:
        bytes[at] = ((bytes[at] as number) + 253 + dice.roll(7)) & 0xff;
        break;
      case 3:
        bytes.length = at;
        break;
      case 4:
        bytes.splice(at, dice.roll(4), ...(PIECES[dice.roll(PIECES.length)] as number[]));
        break;
      case 5:
        bytes.splice(at, dice.roll(12));
        break;
      case 6:
        bytes.splice(at, 0, ...bytes.slice(at, at + dice.roll(40)));
        break;
      case 7:
        bytes.push(...bytes.slice(at));
        break;
      default:
        bytes.splice(at, dice.roll(40), ...other.subarray(from, from + dice.roll(40)));
    }
  }
  return Uint8Array.from(bytes);
}

const numberFrom = (dice: Dice, old: number): number =>
  dice.roll(3) === 0 ? (NUMBERS[dice.roll(NUMBERS.length)] as number) : Math.max(0, old + dice.roll(5) - 2);

/** Changes numbers that a head says. */
function damageHead(dice: Dice, { head, sections }: Parts): void {
  const { forms, levels } = head;
  const form = forms[dice.roll(forms.length)] ?? [];
  const level = levels[dice.roll(levels.length)] ?? [];
  const group = level[dice.roll(level.length)];
  const at = dice.roll(sections.length);
  const entry = head.sections[at];
  switch (dice.roll(12)) {
    case 0:
      head.strings = numberFrom(dice, head.strings);
      break;
    case 1:
      head.blobs = numberFrom(dice, head.blobs);
      break;
    case 2:
    case 3: {
      const key = dice.roll(form.length);
      form[key] = numberFrom(dice, form[key] ?? 0);
      break;
    }
    case 4:
      form.splice(dice.roll(form.length + 1), dice.roll(2), dice.roll(9));
      break;
    case 5:
    case 6:
      if (group !== undefined) group[dice.roll(2)] = numberFrom(dice, group[1]);
      break;
    case 7:
      level.splice(dice.roll(level.length + 1), dice.roll(2), [
        dice.roll(forms.length + 1),
        1 + dice.roll(3),
      ]);
      break;
    case 8:
      levels.splice(dice.roll(levels.length + 1), dice.roll(2), ...(dice.roll(2) === 0 ? [] : [[...level]]));
      break;
    case 9:
      // A section that says it is longer, or another kind, than it is.
      if (entry !== undefined) entry[dice.roll(4)] = numberFrom(dice, entry[2]);
      break;
    case 10:
      forms.push([...form]);
      break;
    default:
      if (entry === undefined) break;
      head.sections.splice(dice.roll(head.sections.length), 0, [...entry]);
      sections.splice(dice.roll(sections.length), 0, sections[at] as Uint8Array);
  }
}

/** A few bytes of LZ4 that say they are 64 KB of one byte, and stand for no more than that, or for more. */
function bomb(dice: Dice): readonly [plain: number, bytes: Uint8Array] {
  const lengths = Array.from({ length: 200 + dice.roll(100) }, () => 255);
  const plain = [65_535, 65_536, 60_000, 2 ** 31, 2 ** 32 - 1][dice.roll(5)] as number;
  return [plain, Uint8Array.of(0x1f, dice.roll(9), 1, 0, ...lengths, dice.roll(255), 0)];
}

/** A snapshot that was damaged so that most of its checksums are right. */
export function damagedSnapshot(dice: Dice, source: Parts, others: readonly Uint8Array[]): Uint8Array {
  const parts = copied(source);
  const kind = dice.roll(20);
  if (kind < 2) return damaged(dice, written(parts), others);
  if (kind < 9) damageHead(dice, parts);
  if (kind > 6 && parts.sections.length > 0) {
    const at = dice.roll(parts.sections.length);
    const entry = parts.head.sections[at];
    if (kind === 19 && entry !== undefined) {
      const [plain, bytes] = bomb(dice);
      parts.sections[at] = bytes;
      entry[1] = 1;
      entry[2] = plain;
    } else {
      parts.sections[at] = damaged(dice, parts.sections[at] as Uint8Array, parts.sections);
    }
    // Now and then a checksum is wrong.
    if (dice.roll(50) !== 0) seal(parts);
  }
  return written(parts);
}

/** Texts and MessagePack to damage. */
export const INPUTS = {
  json: [
    '{"rows":[{"id":1,"name":"a","tags":["x","y"]},{"id":2,"name":"b"},{"id":"3","name":null}],"n":-1.5e3}',
    '[[[[1,2],[3]],{"a":{"b":{"c":"\\ud800\\u00e9é😀"}}}],"",{},[],true,false,null,0.1,12345678901234567890]',
    '{"a":1,"b":2,"a":3,"__proto__":{"x":1},"10":0,"9":0}',
    JSON.stringify(
      Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`key ${at}`, at % 3 === 0 ? { at } : at])),
    ),
  ].map((text) => new TextEncoder().encode(text)),
  ndjson: ['{"id":1,"v":[1]}\n{"id":2,"v":[2]}\n\n{"id":3}\r\n"x"\n', '1\n2\n[3]\nnull\n{"a":"b"}'].map(
    (text) => new TextEncoder().encode(text),
  ),
  msgpack: [
    {
      rows: [
        { id: 1, name: 'a', at: new Date(1_700_000_000_123) },
        { id: 2, bytes: Uint8Array.of(1, 2, 3) },
      ],
      n: -40_000,
    },
    [[[[1, 2], [3]], { a: { b: 'é😀' } }], 0.1, 2 ** 40, null, true, new Date(-1), 'x'.repeat(40)],
    Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`k${at}`, at])),
  ].map((value) => encode(value).slice()),
} as const;
