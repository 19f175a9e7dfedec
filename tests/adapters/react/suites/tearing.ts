import { describe, expect, test } from 'vitest';
import type { Start } from '../app/scenes/Tearing.tsx';
import type { OpenApp } from '../variants.ts';

/** Whether the values that a commit shows are one value. */
const isWhole = (shown: string) => /^\d+$/.test(shown);

/** Many components that read one value and render slowly, while it changes: no commit shows two values. */
export function tearing(app: () => OpenApp): void {
  describe('tearing', () => {
    async function open() {
      const { page, close } = await app().open('Tearing');
      return {
        close,
        async tear(start: Start, changes: number) {
          const run = await page.evaluate(([start, changes]) => window.tear(start, changes), [
            start,
            changes,
          ] as const);
          // Each change came when some components had been rendered for what was not shown yet.
          expect(run.midst.map((count) => count > 0)).toEqual(Array(changes).fill(true));
          return { ...run.commits, last: String(await page.evaluate(() => window.store.get().n)) };
        },
      };
    }

    test('what does not ask React would be seen to tear', async () => {
      const { tear, close } = await open();
      const { naive = [] } = await tear('naive', 1);
      expect(naive.every(isWhole)).toBe(false);
      await close();
    });

    test('components that mount in a transition while the state changes', async () => {
      for (const changes of [1, 3]) {
        const { tear, close } = await open();
        for (const start of ['urgent', 'deferred', 'urgent'] as const) {
          const { urgent = [], deferred = [], last } = await tear(start, changes);
          expect([...urgent, ...deferred].filter((shown) => !isWhole(shown))).toEqual([]);
          expect((start === 'deferred' ? deferred : urgent).at(-1)).toBe(last);
        }
        await close();
      }
    });

    test('components that render in a transition while the state changes, or in that changes it', async () => {
      const { tear, close } = await open();
      await tear('urgent', 0);
      await tear('deferred', 0);
      for (const start of ['render', 'both'] as const) {
        for (const changes of [1, 4]) {
          const { urgent = [], deferred = [], last } = await tear(start, changes);
          expect([...urgent, ...deferred].filter((shown) => !isWhole(shown))).toEqual([]);
          expect([urgent.at(-1), deferred.at(-1)]).toEqual([last, last]);
        }
      }
      await close();
    });

    test('deferred values are rendered in slices, and those that are overtaken are never shown', async () => {
      const { tear, close } = await open();
      await tear('deferred', 0);
      const { deferred = [], last } = await tear('change', 3);
      expect(deferred).toEqual([last]);
      await close();
    });
  });
}
