/** What the text of a selector tells: a wrong guess would show one selection's value as another's. */
import { expect, test } from 'vitest';
import { createStore } from './index.ts';
import { readText } from './selectorText.ts';

const isClosed = (text: string): boolean => readText(text).closed === text;

const closed = [
  's => s.n',
  '(s) => s.rows.length',
  '() => 5',
  's => s.rows.filter(row => !row.done)',
  's => s.rows.filter((row) => row.on === true && row.kind !== "a").length',
  's => s.rows.map((row) => ({ value: row.id, label: row.title }))',
  's => ({ n: s.n, list: [...s.rows], deep: { on: s.on ? s.a : null } })',
  's => s.rows.reduce((sum, row) => sum + row.n, 0)',
  's => s.rows.map(row => row.tags.filter(tag => tag !== row.own))',
  's => s.rows[0]?.title ?? "none"',
  's => s.pairs.map(([key, value]) => key + value)',
  's => s.rows.some(x => x.on) && s.rows.every(x => x.n > 1.5)',
  's => [s.a, s.b, s["c"]]',
  's => ({ s })',
  's => s.n === undefined',
  's => s.on ? s.list.map(x => x) : s.list',
];
const open = [
  's => s.rows[id]',
  's => s.rows.filter(row => row.owner === owner)',
  's => s.rows.filter(isOpen)',
  's => s.rows.find(x => x.on) === x',
  's => [s.rows.find(x => x.on), x]',
  's => [s.rows.map(x => [x, x]), x]',
  's => s.rows.map(x => ({ x }) && x).concat(x)',
  's => ({ a: s.rows.map(x => x), b: x })',
  's => Object.entries(s.map)',
  's => new Date(s.ts)',
  's => ({ id })',
  's => ({ id: id })',
  's => ({ [id]: s.n })',
  's => s.on ? id : s.n',
  's => s.on ? s.n : id',
  's => s.on ? (s.a, id) : s.b',
  's => { const n = 1; return s.n + n; }',
  's => s.rows.filter(row => { return row.on; })',
  'function (s) { return s.n; }',
  'function s(n) { return n; }',
  's => `n`',
  's => s.n / id',
  's => /id/.test(s.n)',
  's => s.n + this.n',
  's => import.meta',
  '(s, n = id) => n',
  '({ n = id }) => n',
  '(s, ...rest) => rest',
  'async s => s.n',
  's => s.rows.map(async row => row)',
  's => s.rows.map(function (row) { return row; })',
  's => void id',
  's => ++counter && s.n',
  's => (counter++, s.n)',
  's => s.on ? x => x : x',
  's => s.on ? s.list.map : x => id',
  's => s.n // comment',
  's => "it\\"s" + s.n',
  '{ s(n) { return n } }.s',
];

test('a function that uses only its parameters is known by its text', () => {
  expect(closed.filter((text) => !isClosed(text))).toEqual([]);
});

test('a function that may use anything else is not', () => {
  expect(open.filter(isClosed)).toEqual([]);
});

test('functions of the same text that use something else are selections of their own', () => {
  const store = createStore({ rows: [{ id: 1 }, { id: 2 }] });
  const one = [0, 1].map((index) => store.select((s) => s.rows[index]?.id));
  expect(one.map((selection) => selection.get())).toEqual([1, 2]);
  const other = createStore({ rows: [{ id: 3 }, { id: 4 }] });
  const count = () => [store, other].map((from) => from.select((s) => s.rows.length));
  expect(count()[0]).toBe(count()[0]);
  expect(count()[0]).not.toBe(count()[1]);
});
