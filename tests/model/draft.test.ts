/** Drafts on the packed package against immer, and every short sequence of array operations against plain arrays. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import { difference, show } from '../conformance/check.ts';
import type { Subject } from '../conformance/subject.ts';
import { scaleOf } from '../support/scale.ts';
import { deepCopy, sameContent } from './oracle.ts';
import { tryRecipes } from './recipeRun.ts';

const subject = gaesup as unknown as Subject;

const { count: recipes, seed } = scaleOf('MODEL_RECIPES', 12_000, 16_180);

interface Item {
  id: number;
  tags?: number[];
}
type Cell = Item | number | string | undefined;

const idOf = (cell: Cell): number => (typeof cell === 'object' ? cell.id : Number(cell ?? 0));

/** What is done to an array, and what it answers. Nothing puts one container in two places. */
const operations: Record<string, (list: Cell[]) => unknown> = {
  push: (list) => list.push({ id: 7 }, 8),
  pop: (list) => list.pop(),
  shift: (list) => list.shift(),
  unshift: (list) => list.unshift('first', { id: 9 }),
  'splice out': (list) => list.splice(1, 1),
  'splice in': (list) => list.splice(1, 0, { id: 5, tags: [1] }, 6),
  'splice over': (list) => list.splice(-2, 2, 4),
  'splice all': (list) => list.splice(0),
  reverse: (list) => list.reverse().length,
  sort: (list) => list.sort((a, b) => idOf(b) - idOf(a)).length,
  'sort as text': (list) => list.sort((a, b) => (String(idOf(a)) < String(idOf(b)) ? -1 : 1)).length,
  fill: (list) => list.fill('filled', 1, 3).length,
  'copy within': (list) => {
    // A plain array would share what it copies.
    if (list.every((cell) => typeof cell !== 'object')) list.copyWithin(0, 1, 3);
    return list.length;
  },
  shorten: (list) => {
    list.length = Math.min(list.length, 1);
    return list.length;
  },
  empty: (list) => {
    list.length = 0;
  },
  lengthen: (list) => {
    // Stores have no holes.
    if (Array.isArray(list) && isPlain(list)) while (list.length < 5) list.push(undefined);
    else if (list.length < 5) list.length = 5;
  },
  'set first': (list) => {
    list[0] = { id: 2 };
  },
  'set at the end': (list) => {
    list[list.length] = 'end';
  },
  'change inside': (list) => {
    for (const cell of list) if (typeof cell === 'object') cell.tags = [...(cell.tags ?? []), list.length];
  },
  swap: (list) => {
    if (list.length > 1) [list[0], list[list.length - 1]] = [list[list.length - 1], list[0]];
  },
  rotate: (list) => {
    if (list.length > 0) list.push(list.shift());
  },
  'read all': (list) =>
    [...list].map(idOf).concat(
      list.findIndex((cell) => idOf(cell) > 2),
      list.indexOf(3),
      list.length,
    ),
};

/** Whether a list is the plain one and not a draft. */
const plainLists = new WeakSet<object>();
const isPlain = (list: Cell[]): boolean => plainLists.has(list);

const bases: Record<string, Cell[]> = {
  numbers: [3, 1, 2],
  items: [{ id: 1 }, { id: 3, tags: [1] }, { id: 2 }],
  mixed: [2, { id: 1 }],
  nothing: [],
};

describe('drafts', () => {
  for (const [name, base] of Object.entries(bases)) {
    it(`every three operations on an array of ${name} do what they do to a plain one`, {
      timeout: 300_000,
    }, () => {
      const store = subject.createStore({ list: base });
      const list = store.at('list');
      let tried = 0;
      for (const first of Object.keys(operations)) {
        for (const second of Object.keys(operations)) {
          for (const third of Object.keys(operations)) {
            const sequence = [first, second, third];
            const plain = deepCopy(base) as Cell[];
            plainLists.add(plain);
            const run = (target: Cell[]): unknown =>
              sequence.map((each) => deepCopy(operations[each]?.(target)));
            list.set(base);
            const { version } = store;
            const before = list.get();
            const expected = run(plain);
            let answers: unknown;
            list.update((draft: Cell[]) => {
              answers = run(draft);
              answers = [answers, deepCopy(draft)];
            });
            const found = difference([list.get(), answers], [plain, [expected, plain]]);
            const commits = sameContent(plain, base) ? 0 : 1;
            const fault =
              found ??
              (store.version - version === commits
                ? undefined
                : `${store.version - version} commits, expected ${commits}`) ??
              (commits === 1 || before === list.get()
                ? undefined
                : 'nothing has changed, but the view is another object');
            if (fault !== undefined) throw new Error(`${sequence.join(', ')}: ${fault}\n${show(base)}`);
            tried += 1;
          }
        }
      }
      store.dispose();
      expect(tried).toBe(Object.keys(operations).length ** 3);
    });
  }

  it('do what immer does', { timeout: 600_000 }, async () => {
    const tally = await tryRecipes(subject, recipes, seed);
    console.info(`recipes, seed ${seed}:`, tally);
    expect(tally.unchanged).toBeGreaterThan(recipes * 0.05);
    expect(tally.kept).toBeGreaterThan(recipes * 2);
    expect(tally.thrown).toBeGreaterThan(recipes * 0.01);
    expect(tally.thrown).toBeLessThan(recipes * 0.2);
    expect(tally.disputed).toBeLessThan(recipes * 0.01);
  });
});
