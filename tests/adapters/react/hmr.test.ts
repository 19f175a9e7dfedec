import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { expect, onTestFinished, test } from 'vitest';
import { developed } from '../../support/developed.mjs';
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
    const packages = ['gaesup-state', 'gaesup-state/react', 'react', 'react-dom/client'];
    const { page, complaints, edit, close } = await developed(app.folder, [react()], packages);
    onTestFinished(async () => {
      await close();
      await app.remove();
    });
    let loads = 0;
    page.on('load', () => loads++);
    const counted = () => page.locator('output').textContent();
    const shown = () => page.locator('#root').innerText();
    for (const count of ['0', '1', '2']) await page.getByRole('button', { name: count }).click();
    await expect.poll(counted, slow).toBe('6');

    // A component that knows nothing of the store.
    await edit('Label.tsx', 'Before', 'After');
    await expect.poll(shown, slow).toContain('After');
    expect(await page.getByRole('button').textContent()).toBe('3');

    // One that uses it: another selector, and one hook more.
    await edit('App.tsx', 's.count * 2', 's.count * 10');
    await expect.poll(counted, slow).toBe('30');
    await edit('App.tsx', '{view.doubled}', "{view.doubled} {useStore(store.at('name'))}");
    await expect.poll(counted, slow).toBe('30 first');
    await page.getByRole('button', { name: '3' }).click();
    await expect.poll(counted, slow).toBe('40 first');
    expect([loads, complaints]).toEqual([0, []]);
  },
);
