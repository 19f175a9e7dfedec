import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { expect, test } from 'vitest';
import { developed } from '../../support/developed.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';

const frameworks = { vue, svelte };

test.each(['vue', 'svelte'] as const)(
  'a component that is edited keeps its store, and leaves no watcher: %s',
  async (framework) => {
    const sources = fileURLToPath(new URL(`../${framework}/edited/`, import.meta.url));
    const app = await frameworkApp(sources, { framework });
    const packages = [framework, 'gaesup-state', `gaesup-state/${framework}`];
    const { page, complaints, edit, close } = await developed(
      app.folder,
      [frameworks[framework]()],
      packages,
    );
    const shows = (name: string) => page.getByRole('button', { name, exact: true }).waitFor();
    await page.getByRole('button', { name: 'count 1' }).click();
    await shows('count 2');
    await edit(`Counter.${framework}`, 'count {', 'total {');
    await shows('total 2');
    await edit(`Counter.${framework}`, '* 1', '* 10');
    await shows('total 20');
    await page.getByRole('button').click();
    await shows('total 30');
    const watchers = await page.evaluate('store.stats().watchers');
    await close();
    await app.remove();
    expect([watchers, complaints]).toEqual([1, []]);
  },
);
