import vue from '@vitejs/plugin-vue';
import { expect, test } from 'vitest';
import { useScenes } from '../../support/scenes.ts';
import type { Scenes } from './scenes/main.ts';

/** One listener that keeps its component each time comes to some hundred times that. */
const GROWTH_BYTES_MAX = 1_000_000;

const { play, growthBytes } = useScenes<Scenes>(new URL('scenes/', import.meta.url), 'vue', [vue()]);

test('templates, computed values, watchers and effects run once for what has changed', async () => {
  expect(await play('reads')).toEqual({
    before: '1 2 a A',
    after: '3 6 x X',
    seen: {
      computed: [undefined, undefined],
      watch: [[3, 1]],
      sync: [2, 3],
      both: [['x', 'X']],
      effect: [1, 3],
      updated: [undefined, undefined],
    },
    watchers: 0,
  });
});

test('what is read follows props, in a getter and in a selector', async () => {
  expect(await play('props')).toEqual({ texts: ['1 2 c C', '1 2 y Y'], watchers: [3, 0] });
});

test('a component that KeepAlive has deactivated does nothing, and shows what is there when it comes back', async () => {
  expect(await play('keepAlive')).toEqual({
    before: { renders: 1, selects: 1, watched: [] },
    // A first look finds out that there is something to do.
    meanwhile: { renders: 1, selects: 2, watched: [], asked: [10, 'bye'], b: 'b 10 bye' },
    after: { renders: 2, selects: 3, watched: [10, 11], text: 'a 10 bye', activated: [1, 10] },
    text: 'a 11 bye',
    watchers: 0,
  });
});

test('an async setup under Suspense', async () => {
  expect(await play('suspense')).toEqual({ texts: ['waiting', 'late 2', 'late 3'], watchers: 0 });
});

test('the Options API', async () => {
  expect(await play('options')).toEqual({
    texts: ['1 2 hello 3 1', '2 4 hello! 3 2'],
    title: 'hello!',
    watched: [2],
    needless: 0,
    watchers: 0,
  });
});

test('no reactivity is put on what is in a state, nor on stores and cursors', async () => {
  expect(await play('plain')).toEqual({
    areFew: true,
    isReactive: [false, false, false],
    isOwn: true,
    held: [false, false, false],
    history: false,
    watchers: 0,
  });
});

test('what is made in a scope ends with it', async () => {
  expect(await play('scopes')).toEqual({ seen: [7, 8], watchers: [2, 0] });
});

test('of 10,000 rows with a watcher each, one update renders one', async () => {
  expect(await play('rows')).toEqual({
    first: 10_000,
    watchers: [10_001, 0],
    update: { rows: [4_321], lists: 1 },
    text: '4321: 1',
  });
});

test('v-model on inputs of all kinds', async () => {
  expect(await play('inputs')).toEqual({
    state: expect.objectContaining({ title: 'trimmed', n: 7, done: true, picked: ['a', 'b'], size: 'l' }),
    shown: ['a', 'b'],
    picked: ['b'],
    text: 'trimmed',
    checked: [false, true, false, true],
  });
});

test('each part of a page gets the store that is given to it', async () => {
  expect(await play('context')).toEqual({ text: '50 100 c C', own: true, watchers: [0, 0] });
});

test('a thousand updates in one task build what they changed once', async () => {
  // The rows, their list and the state.
  expect(await play('burst')).toBeLessThanOrEqual(1_002);
});

test('100 components that come and go 1,000 times leave nothing', async () => {
  expect(await growthBytes('lives')).toBeLessThan(GROWTH_BYTES_MAX);
  expect(await play('lives')).toBe(0);
});
