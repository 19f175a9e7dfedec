/**
 * Random selectors as source text. The same function runs on a store and on
 * the oracle's plain state, so what it means needs no second description.
 * Programs break the state, so the text asks before it looks.
 */
import fc from 'fast-check';

/** A selector, and the readables it may ask: others by number, cursors by key. */
export type Compiled = (state: never) => unknown;

/** What the text can use besides the state. */
export interface Surroundings {
  /** The value of another selection. */
  readonly selection: (index: number) => unknown;
  /** The value at a place, read by a cursor. */
  readonly place: (...keys: string[]) => unknown;
  /** Called with each run of a function that does more than name a place. */
  readonly ran: () => void;
}

/** A function that only names a place is recognised by its text, so that is left alone. */
const ONLY_A_PATH = /^s => s[\w?.[\]"]*$/;

/** Whether a selector does nothing but name a place. */
export function namesPlace(source: string): boolean {
  return ONLY_A_PATH.test(source);
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Map || value instanceof Date || value instanceof Uint8Array);
const list = (value: unknown): unknown => (Array.isArray(value) ? value : []);
const record = (value: unknown): unknown => (isRecord(value) ? value : {});
const map = (value: unknown): unknown => (value instanceof Map ? value : new Map());
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Makes a function of the text. It is an arrow function as a user would write it, recognisable by its text. */
export function compile(source: string, { selection, place, ran }: Surroundings): Compiled {
  const names = ['list', 'record', 'map', 'number', 'selection', 'place', 'ran'];
  const text = namesPlace(source) ? source : source.replace('s => ', 's => (ran(), ').concat(')');
  const make = new Function(...names, `'use strict'; return ${text};`) as (...values: unknown[]) => Compiled;
  return make(list, record, map, number, selection, place, ran);
}

const index = fc.integer({ min: 0, max: 7 });
const field = fc.constantFrom('id', 'name', 'score', 'on', 'tags');
const dictionaryKey = fc.constantFrom('k0', 'k1', 'k2', 'k3', '1', 'toString');
const rowTest = fc.oneof(
  fc.constantFrom('r => r?.on', 'r => !r?.on', "r => r?.name === 'b'", "r => 'tags' in record(r)"),
  fc.constantFrom(
    'r => list(r?.tags).length > 1',
    "r => list(r?.tags).includes('x')",
    'r => Object.keys(record(r)).length > 4',
  ),
  fc.nat(6).map((least) => `r => number(r?.score) > ${least}`),
);
const items = fc.constantFrom(
  'list(s.rows)',
  'list(s.rows)',
  'list(s.numbers)',
  'list(s.nested?.items)',
  'Object.values(record(s.byKey))',
  '[...map(s.map).values()]',
);

/** Nothing but a way to a place. */
const path = fc.oneof(
  fc.constantFrom('s', 's.n', 's.flag', 's.rows', 's.numbers', 's.map', 's.byKey', 's.nested', 's.chosen'),
  fc.constantFrom('s.nested?.a', 's.nested?.a?.b', 's.nested?.a?.b?.c', 's.nested?.items?.[0]', 's?.n'),
  fc.tuple(index, field).map(([at, name]) => `s.rows?.[${at}]?.${name}`),
  index.map((at) => `s.rows?.[${at}]`),
  dictionaryKey.map((name) => `s.byKey?.[${JSON.stringify(name)}]`),
  dictionaryKey.map((name) => `s.byKey?.[${JSON.stringify(name)}]?.name`),
);

const ofItems = fc
  .tuple(items, rowTest, field, index, index)
  .chain(([of, test, name, from, to]) =>
    fc.constantFrom(
      `${of}.filter(${test})`,
      `${of}.filter(${test}).length`,
      `${of}.filter(${test}).map(r => r?.${name})`,
      `${of}.map(r => r?.${name})`,
      `${of}.map((r, i) => i + ':' + typeof r)`,
      `${of}.find(${test})`,
      `${of}.find(${test})?.${name}`,
      `${of}.findLast(${test})`,
      `${of}.findIndex(${test})`,
      `${of}.some(${test})`,
      `${of}.every(${test})`,
      `${of}.reduce((sum, r) => sum + number(r?.score), 0)`,
      `${of}.slice(${from}, ${to})`,
      `${of}.slice(-${from + 1})`,
      `${of}.at(-1)`,
      `${of}.at(${from})?.${name}`,
      `${of}.length`,
      `${of}.length > ${from} ? ${of}[${from}]?.${name} : 'short'`,
      `${of}.flatMap(r => list(r?.tags))`,
      `[...${of}].reverse()`,
      `[...${of}.entries()].map(([i, r]) => i + typeof r?.${name})`,
      `${of}.toSorted((a, b) => number(a?.score) - number(b?.score))[0]?.id`,
      `${of}.includes(${from})`,
      `${of}.indexOf(${from})`,
      `${of}.concat(${of}).length`,
      `${of}.findLastIndex(r => r === ${to})`,
      `(() => { for (const r of ${of}) if ((${test})(r)) return r?.${name}; return 'none'; })()`,
      `(() => { let n = 0; ${of}.forEach(r => { if (r?.on) n += 1; }); return n; })()`,
      `Object.keys(${of}).length`,
      `(${from} in ${of})`,
      `Array.from(${of}, r => typeof r)`,
      `new Set(${of}).size`,
      `new Set(${of}.map(r => r?.name))`,
      `(([first, , third]) => [first, third])(${of})`,
      `${of}.keys().next().value`,
    ),
  );

const ofKeys = fc
  .tuple(dictionaryKey, field)
  .chain(([name, inside]) =>
    fc.constantFrom(
      'Object.keys(record(s.byKey))',
      'Object.keys(record(s))',
      'Object.values(record(s.nested))',
      'Object.entries(record(s.byKey)).map(([key, value]) => key + typeof value)',
      `${JSON.stringify(name)} in record(s.byKey)`,
      `Object.hasOwn(record(s.byKey), ${JSON.stringify(name)})`,
      `record(s.byKey)[${JSON.stringify(name)}]`,
      `Object.values(record(s.byKey)).filter(r => r?.on).map(r => r?.${inside})`,
      '({ ...record(s.nested) })',
      '({ ...record(s.rows?.[0]) })',
      '(({ a, ...rest }) => rest)(record(s.nested))',
      '(({ n, flag }) => ({ n, flag }))(s)',
      '(() => { const keys = []; for (const key in record(s.byKey)) keys.push(key); return keys; })()',
      'map(s.map).size',
      `map(s.map).get(${JSON.stringify(name)})`,
      `map(s.map).get(${JSON.stringify(name)})?.${inside}`,
      `map(s.map).has(${JSON.stringify(name)})`,
      '[...map(s.map).keys()]',
      '[...map(s.map)].length',
      '[...map(s.map).entries()].map(([key]) => key)',
      "(() => { let last = 'none'; map(s.map).forEach((value, key) => { last = key; }); return last; })()",
      "(() => { for (const [key, value] of map(s.map)) if (value?.on) return key; return 'none'; })()",
      'new Map([...map(s.map)].map(([key, value]) => [key, typeof value]))',
      'Object.getOwnPropertyDescriptor(record(s.nested), "a") !== undefined',
      'Object.entries(record(s.nested?.a)).length',
    ),
  );

/** What is read depends on what was read. */
const branching = fc
  .tuple(path, ofItems, index)
  .chain(([some, other, at]) =>
    fc.constantFrom(
      `s.flag ? ${some} : ${other}`,
      `s.flag && ${other}`,
      `number(s.n) > ${at} ? ${other} : ${some}`,
      'list(s.rows)[number(s.n)]?.name',
      'record(s.byKey)[typeof s.chosen === "string" ? s.chosen : "k0"]?.name',
      'map(s.map).get(s.chosen)',
      'typeof s.chosen === "string" && s.chosen in record(s.byKey) ? record(s.byKey)[s.chosen] : undefined',
      'list(s.rows).find(r => r?.id === s.n) ?? s.nested',
      `({ some: ${some}, other: ${other}?.length })`,
      `[${some}, s.n]`,
      `({ first: list(s.rows)[0], last: list(s.rows).at(-1) })`,
      `new Map([['some', ${some}]])`,
    ),
  );

/** Text that asks other readables; the number is below that of the selector itself. */
function derived(number: number): fc.Arbitrary<string> {
  const asked = fc.nat(number - 1).map((other) => `selection(${other})`);
  return fc
    .tuple(asked, asked, ofItems)
    .chain(([a, b, own]) =>
      fc.constantFrom(
        a,
        `[${a}, ${b}]`,
        `({ a: ${a}, b: ${b}, n: s.n })`,
        `s.flag ? ${a} : ${b}`,
        `typeof ${a} + typeof ${b}`,
        `list(${a}).length + number(s.n)`,
        `list(${a}).filter(r => r?.on)`,
        `list(${a}).length === list(${b}).length ? ${own} : ${a}`,
        `[place('n'), ${a}]`,
        "[place('n'), place('nested', 'a')]",
        "place('rows')",
        `list(place('rows')).length + list(s.rows).length`,
        `place('flag') ? place('nested') : ${a}`,
        `place('missing') ?? ${own}`,
      ),
    );
}

/** The text of a selector; later ones of a program may ask earlier ones. */
export function selectorSource(position: number): fc.Arbitrary<string> {
  const plain = fc.oneof(
    { weight: 3, arbitrary: path },
    { weight: 6, arbitrary: ofItems },
    { weight: 5, arbitrary: ofKeys },
    { weight: 4, arbitrary: branching },
  );
  const body =
    position === 0
      ? plain
      : fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: derived(position) });
  return body.map((text) => (text.startsWith('{') ? `s => (${text})` : `s => ${text}`));
}
