import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { expect } from 'vitest';
import { complaintsOf, launchChromium, serve } from '../../support/chromium.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';
import { variantsOf } from '../../support/scale.ts';
import { reactCompiler } from './reactCompiler.ts';

/** The app as one of its readers would build it. */
export interface Variant {
  name: string;
  reactMajor?: 18;
  mode?: 'development';
  isCompiled?: true;
}

const react18 = { reactMajor: 18 } as const;
const development = { mode: 'development' } as const;

/**
 * Only development builds mount everything twice in StrictMode, and check that what a store gives is stable.
 * With React 18 the React Compiler would need a package of its own.
 */
const all: readonly Variant[] = [
  { name: 'React 19' },
  { name: 'React 18', ...react18 },
  { name: 'React 19, development build', ...development },
  { name: 'React 18, development build', ...react18, ...development },
  { name: 'React 19, React Compiler', isCompiled: true },
];

/** A production build of the newest and a development build of the oldest, unless the run is a long one. */
export const variants = variantsOf(all, ({ reactMajor, mode, isCompiled }) =>
  isCompiled ? false : (reactMajor === 18) === (mode === 'development'),
);

/** Builds the app and opens scenes of it in a browser. */
export async function openApp({ reactMajor, mode, isCompiled }: Variant) {
  const sources = fileURLToPath(new URL('app/', import.meta.url));
  const app = await frameworkApp(sources, { framework: 'react', ...(reactMajor && { reactMajor }) });
  const compiler = reactCompiler();
  const folder = await app.build({
    plugins: [...(isCompiled ? [compiler.plugin] : []), react()],
    ...(mode && { mode }),
  });
  const site = await serve(folder);
  const browser = await launchChromium();
  return {
    folder,
    compiler,
    /** Opens a scene; `close` also tells that nobody complained, but as expected. */
    async open(scene: string, expected?: RegExp) {
      const page = await browser.newPage();
      const complaints = complaintsOf(page, ['error', 'warning']);
      await page.goto(`${site.url}?${scene}`);
      await page.evaluate(() => window.settled());
      return {
        page,
        text: (id: string) => page.locator(`#${id}`).textContent(),
        settled: () => page.evaluate(() => window.settled()),
        /** What happened since the last time it was asked. */
        counts: () =>
          page.evaluate(() => {
            const { counts } = window;
            window.counts = {};
            return counts;
          }),
        async close() {
          await page.evaluate(() => window.settled());
          await page.close();
          expect(complaints.filter((complaint) => !expected?.test(complaint))).toEqual([]);
        },
      };
    },
    async close() {
      await browser.close();
      await site.close();
      await app.remove();
    },
  };
}

export type OpenApp = Awaited<ReturnType<typeof openApp>>;
