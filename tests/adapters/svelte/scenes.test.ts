import { svelte } from '@sveltejs/vite-plugin-svelte';
import { expect, test } from 'vitest';
import { useScenes } from '../../support/scenes.ts';
import type { Scenes } from './scenes/main.svelte.ts';

/** One listener that keeps its component each time comes to some hundred times that. */
const GROWTH_BYTES_MAX = 1_000_000;

const { play, growthBytes } = useScenes<Scenes>(new URL('scenes/', import.meta.url), 'svelte', [svelte()]);

test('derived values, effects, templates and $ run once for what has changed, and follow props', async () => {
  expect(await play('runes')).toEqual({
    texts: ['1 2 a A a 3', '3 6 x X x 3', '3 6 c C c 3', '3 6 y Y y 4'],
    counted: {
      template: [1, 3],
      derived: [2, 6],
      effect: [1, 3],
      cleaned: [undefined, undefined],
      both: ['a A', 'x X', 'c C', 'y Y'],
    },
    watchers: [4, 0],
  });
});

test('of 10,000 keyed rows with a watcher each, one update runs one, and others keep their elements', async () => {
  expect(await play('rows')).toEqual({
    first: 10_000,
    watchers: [10_001, 0],
    // Its number, and the row that comes for another key.
    update: [4_321, -1],
    text: '4321: 1',
    kept: true,
  });
});

test('bind:value, bind:checked and bind:group', async () => {
  expect(await play('inputs')).toEqual({
    texts: ['first', 'first', 'second', 'second'],
    state: expect.objectContaining({ title: 'second', n: 8, done: true, picked: ['a', 'b'], size: 'l' }),
    shown: ['a', 'b'],
    checked: [false, true, true, false],
    watchers: 0,
  });
});

test('{#await} and boundaries', async () => {
  expect(await play('waits')).toEqual({
    texts: ['waiting 1 a', 'waiting 2 a', 'there 3 a', 'there 3 failed', 'there 3 z', 'there 3 again'],
    errors: ["TypeError: Cannot read properties of undefined (reading 'title')"],
    watchers: 0,
  });
});

test('a value that outlives its readers shows the present to the next', async () => {
  expect(await play('shared')).toEqual({ asked: 2, texts: ['2', '2'], watchers: [0, 1, 1, 0] });
});

test('a derived value that only an event handler reads', async () => {
  expect(await play('asks')).toEqual({ asked: [2, 10, 12], watchers: 0 });
});

test('an effect that writes does not depend on what selectors read for that', async () => {
  expect(await play('writes')).toEqual({ texts: ['20', '70', '700'], writes: [1, 2], watchers: 0 });
});

test('$state leaves stores alone, and what it made is stored as it is at that moment', async () => {
  expect(await play('proxies')).toEqual({ isStore: true, rows: ['a', 'b', 'c', 'mine'] });
});

test('a thousand updates in one task run a selector for the first and for the last', async () => {
  expect(await play('burst')).toBe(2);
});

test('100 components that come and go 1,000 times leave nothing', async () => {
  expect(await growthBytes('lives')).toBeLessThan(GROWTH_BYTES_MAX);
  expect(await play('lives')).toBe(0);
});
