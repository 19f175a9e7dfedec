import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { expect, test } from 'vitest';
import { developed } from '../../support/developed.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';

test('a component that is edited keeps its store, and leaves no watcher behind', async () => {
  const app = await frameworkApp(fileURLToPath(new URL('edited/', import.meta.url)), { framework: 'vue' });
  const { page, complaints, edit, close } = await developed(app.folder, [vue()]);
  const shows = (name: string) => page.getByRole('button', { name, exact: true }).waitFor();
  await page.getByRole('button', { name: 'count 1' }).click();
  await shows('count 2');
  await edit('Counter.vue', 'count {{', 'total {{');
  await shows('total 2');
  await edit('Counter.vue', '* 1', '* 10');
  await shows('total 20');
  await page.getByRole('button').click();
  await shows('total 30');
  const watchers = await page.evaluate('store.stats().watchers');
  await close();
  await app.remove();
  expect([watchers, complaints]).toEqual([1, []]);
});
