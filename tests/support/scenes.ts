import { fileURLToPath } from 'node:url';
import type { PluginOption } from 'vite';
import { afterAll, beforeAll, expect } from 'vitest';
import { type OpenPage, openPage } from './chromium.mjs';
import { type FrameworkApp, frameworkApp } from './frameworkApp.mjs';
import { heapGrowthBytes } from './heap.mjs';

/** What an app of scenes has in its window: what tests have done in the page. Each answers what it saw. */
type AnyScenes = Record<string, (times: number) => Promise<unknown>>;

/** Builds an app of scenes for the tests of a file and opens it. */
export function useScenes<S extends AnyScenes>(
  sources: URL,
  framework: 'vue' | 'svelte',
  plugins: PluginOption[],
) {
  let app: FrameworkApp;
  let open: OpenPage;

  beforeAll(async () => {
    app = await frameworkApp(fileURLToPath(sources), { framework });
    open = await openPage(await app.build({ plugins }));
  });

  afterAll(async () => {
    await open.close();
    await app.remove();
    expect(open.complaints).toEqual([]);
  });

  const play = (name: keyof S & string, times = 1): Promise<unknown> =>
    open.page.evaluate(
      ([scene, count]) => (window as unknown as { scenes: AnyScenes }).scenes[scene]?.(count),
      [name, times] as const,
    );

  /** How much more the page holds when a scene has been played a thousand times. */
  const growthBytes = async (name: keyof S & string): Promise<number> => {
    await open.page.reload();
    return heapGrowthBytes(open.page, () => play(name, 200));
  };

  return { play, growthBytes };
}
