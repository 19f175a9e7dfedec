import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { complaintsOf, launchChromium } from '../../support/chromium.mjs';
import { frameworkApp } from '../../support/frameworkApp.mjs';

/** A server that also compiles takes its time on a busy machine. */
const slow = { timeout: 20_000 };

test.each([19, 18] as const)(
  'an edited component is shown with the state there was (React %s)',
  async (major) => {
    const sources = fileURLToPath(new URL('dev/', import.meta.url));
    const app = await frameworkApp(sources, {
      framework: 'react',
      ...(major === 18 && { reactMajor: major }),
    });
    const server = await createServer({
      root: app.folder,
      configFile: false,
      logLevel: 'error',
      cacheDir: join(app.folder, '.vite'),
      plugins: [react()],
      // React is linked from where it is installed.
      server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
      optimizeDeps: { include: ['gaesup-state', 'gaesup-state/react', 'react', 'react-dom/client'] },
    });
    await server.listen();
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      await server.close();
      await app.remove();
    });
    const page = await browser.newPage();
    const complaints = complaintsOf(page, ['error', 'warning']);
    let loads = 0;
    page.on('load', () => loads++);
    const edit = async (name: string, ...changes: [from: string, to: string][]) => {
      const file = join(app.folder, name);
      let text = await readFile(file, 'utf8');
      for (const [from, to] of changes) text = text.replace(from, to);
      await writeFile(file, text);
    };
    const counted = () => page.locator('output').textContent();
    const shown = () => page.locator('#root').innerText();

    await page.goto(server.resolvedUrls?.local[0] ?? '');
    for (const count of ['0', '1', '2']) await page.getByRole('button', { name: count }).click();
    await expect.poll(counted, slow).toBe('6');

    // A component that knows nothing of the store.
    await edit('Label.tsx', ['Before', 'After']);
    await expect.poll(shown, slow).toContain('After');
    expect(await page.getByRole('button').textContent()).toBe('3');

    // One that uses it: another selector, and one hook more.
    await edit('App.tsx', ['s.count * 2', 's.count * 10']);
    await expect.poll(counted, slow).toBe('30');
    await edit(
      'App.tsx',
      ['const [count', "const name = useStore(store.at('name'));\n  const [count"],
      ['{view.doubled}', '{view.doubled} {name}'],
    );
    await expect.poll(counted, slow).toBe('30 first');
    await page.getByRole('button', { name: '3' }).click();
    await expect.poll(counted, slow).toBe('40 first');
    expect([loads, complaints]).toEqual([1, []]);
  },
);
