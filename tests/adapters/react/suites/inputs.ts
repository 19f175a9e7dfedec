import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { OpenApp } from '../variants.ts';

/** Controlled inputs, and the options that say when and whether a value is another. */
export function inputs(app: () => OpenApp): void {
  const title = (page: Page) => page.evaluate(() => window.store.get().title);
  const caret = (page: Page, id: string) =>
    page.evaluate((id) => (document.getElementById(id) as HTMLInputElement).selectionStart, id);

  test('who types in the middle of a text stays there', async () => {
    const { page, text, close } = await app().open('Inputs');
    await page.fill('#title', 'abcdef');
    await page.evaluate(() => {
      const input = document.getElementById('title') as HTMLInputElement;
      input.focus();
      input.setSelectionRange(3, 3);
    });
    await page.keyboard.type('xyz');
    expect([await title(page), await caret(page, 'title')]).toEqual(['abcxyzdef', 6]);
    await page.keyboard.press('Backspace');
    expect([await page.inputValue('#title'), await caret(page, 'title')]).toEqual(['abcxydef', 5]);
    expect(await text('typed')).toBe('abcxydef');
    // What the state makes of a letter may be another one, and is refused or taken as React would.
    await page.fill('#upper', 'shout');
    expect([await page.inputValue('#title'), await page.inputValue('#upper')]).toEqual(['SHOUT', 'SHOUT']);
    await close();
  });

  test('a text that is composed arrives as it is composed', async () => {
    const { page, settled, text, close } = await app().open('Inputs');
    await page.fill('#title', 'ab');
    await page.evaluate(() => {
      const input = document.getElementById('title') as HTMLInputElement;
      input.focus();
      input.setSelectionRange(1, 1);
      for (const name of ['compositionstart', 'compositionend']) {
        input.addEventListener(name, () => {
          window.counts[name] = (window.counts[name] ?? 0) + 1;
        });
      }
    });
    const browser = await page.context().newCDPSession(page);
    const compose = async (text: string) => {
      await browser.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
      await settled();
    };
    for (const part of ['に', 'にほ', 'にほん']) {
      await compose(part);
      expect([await page.inputValue('#title'), await text('typed')]).toEqual([`a${part}b`, `a${part}b`]);
      expect(await caret(page, 'title')).toBe(1 + part.length);
    }
    await browser.send('Input.insertText', { text: '日本' });
    await settled();
    expect([await page.inputValue('#title'), await title(page)]).toEqual(['a日本b', 'a日本b']);
    expect(await caret(page, 'title')).toBe(3);
    const counts = await page.evaluate(() => window.counts);
    // One composition: nothing that was rendered has ended it.
    expect([counts['compositionstart'], counts['compositionend']]).toEqual([1, 1]);
    await close();
  });

  test('a value is set by a choice, and by a function of the one before', async () => {
    const { page, text, close } = await app().open('Inputs');
    await page.selectOption('#choice', 'z');
    expect(await page.evaluate(() => window.store.get().rows[0]?.title)).toBe('z');
    await page.evaluate(() => window.store.at('n').set(3));
    await page.click('#double');
    await page.click('#double');
    expect([await text('double'), await page.evaluate(() => window.store.get().n)]).toEqual(['12', 12]);
    await close();
  });

  test('by frames, many changes are one rendering a frame', async () => {
    const { page, counts, settled, text, close } = await app().open('Inputs');
    await counts();
    const frames = await page.evaluate(async () => {
      let n = 0;
      for (let frame = 0; frame < 5; frame++) {
        await new Promise(requestAnimationFrame);
        // Tasks of their own, which are renderings of their own for who does not wait.
        for (let task = 0; task < 4; task++) {
          window.store.at('n').set(++n);
          await Promise.resolve();
        }
      }
      return n;
    });
    await settled();
    const { Frame = 0, Now = 0 } = await counts();
    expect([frames, await text('frame')]).toEqual([20, '20']);
    expect(Frame).toBe(5);
    expect(Now).toBe(20);
    await close();
  });

  test('debounced, a value waits for a pause, though its component renders with each letter', async () => {
    const { page, counts, text, close } = await app().open('Inputs');
    await page.fill('#title', '');
    await expect.poll(() => text('debounced')).toBe('0 0');
    await counts();
    await page.evaluate(async () => {
      // Together longer than the pause it waits for.
      for (let letter = 1; letter <= 25; letter++) {
        window.store.at('title').set('x'.repeat(letter));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await expect.poll(() => text('debounced')).toBe('25 25');
    expect((await counts())['Debounced: shown']).toBe(1);
    await close();
  });

  test('throttled, the first change is shown, and the last one in its time', async () => {
    const { page, counts, text, close } = await app().open('Inputs');
    await counts();
    // One task, which is shorter than the interval on any machine.
    const first = await page.evaluate(async () => {
      const write = async (n: number) => {
        window.store.at('n').set(n);
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      };
      await write(1);
      const first = document.getElementById('throttled')?.textContent;
      for (let n = 2; n <= 9; n++) await write(n);
      return first;
    });
    expect(first).toBe('1');
    await expect.poll(() => text('throttled')).toBe('9');
    expect((await counts())['Throttled']).toBe(2);
    await close();
  });

  test('what counts as the same renders nothing', async () => {
    const { page, counts, settled, text, close } = await app().open('Inputs');
    await counts();
    for (const n of [5, 9, 12, 19, 20]) {
      await page.evaluate((n) => window.store.at('n').set(n), n);
      await settled();
    }
    expect([await text('rough'), (await counts())['Rough']]).toEqual(['20', 2]);
    await close();
  });
}
