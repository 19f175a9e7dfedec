import { expect, test } from 'vitest';
import type { OpenApp, Variant } from '../variants.ts';

/** What a component shows, when it renders, and what comes and goes. */
export function behaviour(variant: Variant, app: () => OpenApp): void {
  const isDevelopment = variant.mode === 'development';
  /** In StrictMode a development build renders everything twice. */
  const times = isDevelopment ? 2 : 1;

  test('StrictMode mounts twice in development builds, and one watcher is left of it', async () => {
    const { page, counts, text, close } = await app().open('Lifetimes');
    const first = await counts();
    expect([first['Comer: subscribe'], first['Comer: end']]).toEqual(isDevelopment ? [2, 1] : [1, undefined]);
    const watchers = () =>
      page.evaluate(() => [window.store.stats().watchers, window.second.stats().watchers]);
    const [before = 0] = await watchers();
    await page.click('#toggle');
    expect((await watchers())[0]).toBeLessThan(before);
    expect((await counts())['Comer: end']).toBe(1);
    await page.click('#toggle');
    expect(await watchers()).toEqual([before, 0]);
    await page.evaluate(() => window.store.at('n').set(4));
    await expect.poll(() => text('comer')).toBe('4 4 4');
    await page.evaluate(() => window.unmount());
    expect(await watchers()).toEqual([0, 0]);
    await close();
  });

  test('selectors that are written inline and return fresh objects render what has changed, once', async () => {
    const { page, counts, settled, text, close } = await app().open('Basics');
    // The first rendering, and none because of an object that is another one.
    expect(await counts()).toEqual({
      Fresh: times,
      ByProp: times,
      Several: times,
      'Fresh: another view': times,
      'Mounts: effect': times,
    });
    await page.click('#increment');
    await settled();
    expect([await text('fresh'), await text('several'), await text('mounts')]).toEqual([
      '1 2 abc',
      '1 1 1',
      '1',
    ]);
    expect(await counts()).toEqual({ Fresh: times, Several: times, 'Fresh: another view': 1 });
    await page.evaluate(() => window.store.at('rows', 2, 'title').set('z'));
    await settled();
    expect(await text('fresh')).toBe('1 2 abz');
    expect(await counts()).toEqual({ Fresh: times });
    await page.evaluate(() => window.store.at('title').set('nobody looks'));
    await settled();
    expect(await counts()).toEqual({});
    await close();
  });

  test('a selector reads the props of the rendering it is of', async () => {
    const { page, counts, settled, text, close } = await app().open('Basics');
    expect(await text('by-prop')).toBe('a a');
    await counts();
    await page.click('#next');
    expect(await text('by-prop')).toBe('b b');
    await page.evaluate(() => window.store.at('rows', 0, 'title').set('not shown'));
    await settled();
    expect((await counts())['ByProp']).toBe(times);
    await page.evaluate(() => window.store.at('rows', 1, 'title').set('shown'));
    await settled();
    expect([await text('by-prop'), (await counts())['ByProp']]).toEqual(['shown shown', times]);
    for (let index = 2; index < 4; index++) await page.click('#next');
    expect(await text('by-prop')).toBe('- undefined');
    await close();
  });

  test('several changes in one task are one rendering', async () => {
    const { page, counts, settled, text, close } = await app().open('Basics');
    await counts();
    await page.evaluate(() => {
      for (let n = 1; n <= 5; n++) window.store.at('n').set(n);
      window.store.batch(() => {
        window.store.at('n').set(6);
        window.store.at('other').set(1);
      });
    });
    await settled();
    expect([await text('several'), (await counts())['Several']]).toEqual(['6 6 7', times]);
    await close();
  });

  test('a component that has gone is not called, neither it nor its selector', async () => {
    const { page, counts, settled, text, close } = await app().open('Lifetimes');
    await page.evaluate(() => window.store.at('n').set(1));
    await expect.poll(() => text('comer')).toBe('1 1 1');
    // A change that it waits with, and then goes.
    await page.evaluate(() => {
      window.store.at('n').set(2);
      document.getElementById('toggle')?.click();
    });
    await expect.poll(() => page.locator('#comer').count()).toBe(0);
    await counts();
    await page.evaluate(() => {
      for (let n = 3; n < 10; n++) window.store.at('n').set(n);
    });
    // Longer than it would have waited.
    await page.waitForTimeout(100);
    await settled();
    expect(await counts()).toEqual({});
    await close();
  });

  test('a row that goes makes no zombie of what reads it, whatever it waits for', async () => {
    const { page, settled, close } = await app().open('Zombies');
    const schedules = ['sync', 'microtask', 'frame', 'adaptive', 'debounce', 'throttle', 'deferred'];
    const shown = () => page.locator('ul').allTextContents();
    // By clicks and by whatever else: what React does in an event it does in another order.
    await page.evaluate(async () => {
      const rows = window.store.at('rows');
      let seed = 1;
      const random = (below: number) => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed % below;
      };
      for (let step = 0; step < 150; step++) {
        const length = rows.get().length;
        const write = () => {
          if (length > 0 && random(2) === 0) rows.remove(random(length), 1 + random(length));
          else rows.push({ title: `row ${step}` }, { title: 'r' });
        };
        if (random(3) === 0) write();
        else if (random(2) === 0) window.store.batch(write);
        else {
          document.addEventListener('click', write, { once: true });
          document.body.click();
        }
        const pauses = [0, 0, 0, 1, 5, 12];
        const pause = pauses[random(pauses.length)];
        if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
        else if (random(2) === 0) await new Promise(requestAnimationFrame);
      }
      rows.set([{ title: 'x' }]);
    });
    await expect.poll(shown).toEqual(schedules.map(() => '1X'));
    await page.evaluate(() => window.store.at('rows').set([]));
    await expect.poll(shown).toEqual(schedules.map(() => ''));
    await settled();
    await close();
  });

  test('a selector that fails is a matter for a boundary, and recovers with the state', async () => {
    // React itself tells of what a boundary has caught.
    const { page, counts, settled, text, close } = await app().open('Failing', /'title'|<First>/);
    expect(await text('first')).toBe('A');
    await page.evaluate(() => window.store.at('rows').set([]));
    await expect.poll(() => text('first')).toBe('failed');
    await counts();
    await page.evaluate(() => window.store.at('n').increment());
    await settled();
    expect(await counts()).toEqual({});
    await page.evaluate(() => window.store.at('rows').push({ title: 'back' }));
    await expect.poll(() => text('first')).toBe('BACK');
    await page.evaluate(() => window.store.at('rows', 0, 'title').set('on'));
    await expect.poll(() => text('first')).toBe('ON');
    // A failure that is over before anything is rendered was none.
    await page.evaluate(() => {
      window.store.at('rows').set([]);
      window.store.at('rows').set([{ title: 'again' }]);
    });
    await expect.poll(() => text('first')).toBe('AGAIN');
    await close();
  });

  test('another store is shown and watched in place of the one before', async () => {
    const { page, settled, text, close } = await app().open('Lifetimes');
    const watchers = () => page.evaluate(() => window.second.stats().watchers);
    expect(await text('provided')).toBe('0 0 0');
    // A change that waits for its frame is of the store that goes.
    await page.evaluate(() => {
      window.store.at('n').set(1);
      document.getElementById('exchange')?.click();
    });
    await expect.poll(() => text('provided')).toBe('100 100 100');
    await page.evaluate(() => {
      window.second.at('n').set(101);
      window.store.at('n').set(2);
    });
    await expect.poll(() => text('provided')).toBe('101 101 101');
    expect(await watchers()).toBeGreaterThan(0);
    await page.click('#exchange');
    await settled();
    expect([await text('provided'), await watchers()]).toEqual(['2 2 2', 0]);
    // The one that is not used any more may end.
    await page.evaluate(() => window.second.dispose());
    await page.evaluate(() => window.store.at('n').set(3));
    await expect.poll(() => text('provided')).toBe('3 3 3');
    await close();
  });

  if (variant.reactMajor !== 18) {
    test('what is hidden watches nothing, and is up to date when it is shown', async () => {
      const { page, settled, text, close } = await app().open('Lifetimes');
      const watchers = () => page.evaluate(() => window.store.stats().watchers);
      const before = await watchers();
      for (let round = 1; round <= 3; round++) {
        // A change that is waited with while it is hidden.
        await page.evaluate((n) => {
          window.store.at('n').set(n);
          document.getElementById('hide')?.click();
        }, round * 10);
        await settled();
        expect(await watchers()).toBeLessThan(before);
        await page.evaluate((n) => window.store.at('n').set(n), round * 10 + 1);
        await page.waitForTimeout(30);
        await page.click('#hide');
        const last = round * 10 + 1;
        await expect.poll(() => text('hidden')).toBe([last, last, last, last].join(' '));
        expect(await watchers()).toBe(before);
      }
      await close();
    });
  }

  test('what suspends by a change falls back, and not if it is deferred; what is beside it is up to date', async () => {
    const { page, counts, settled, text, close } = await app().open('Suspending');
    const beside = () => page.locator('.beside').allTextContents();
    await page.evaluate(() => window.store.at('n').set(1));
    await settled();
    // A change of a store is urgent, in a transition too: only a deferred one goes on showing what there is.
    expect([await page.locator('#now-waits').count(), await page.locator('#deferred-waits').count()]).toEqual(
      [1, 0],
    );
    expect(await text('deferred')).toBe('0');
    await page.evaluate(() => window.store.at('other').set(5));
    await settled();
    await page.evaluate(() => window.bring(1));
    await expect.poll(() => text('now')).toBe('1');
    await expect.poll(() => text('deferred')).toBe('1');
    expect(await beside()).toEqual(['5']);
    expect(await page.locator('#now-waits').count()).toBe(0);

    // What has not been shown yet is not told of anything, and shows the last when it is.
    await page.click('#start');
    await settled();
    expect(await page.locator('#late-waits').count()).toBe(1);
    await page.evaluate(() => window.store.at('other').set(6));
    await page.evaluate(() => window.store.at('title').set('other'));
    await settled();
    await page.evaluate(() => window.bring(7));
    await expect.poll(() => page.locator('#late').count()).toBe(1);
    expect(await beside()).toEqual(['6', '6']);
    expect(await page.locator('output:has(#late)').textContent()).toBe('other7');
    await counts();
    await page.evaluate(() => window.store.at('other').set(7));
    await settled();
    expect([await beside(), (await counts())['Beside']]).toEqual([['7', '7'], 2 * times]);
    await page.evaluate(() => window.unmount());
    expect(await page.evaluate(() => window.store.stats().watchers)).toBe(0);
    await close();
  });
}
