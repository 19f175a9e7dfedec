import { createStore } from 'gaesup-state';
import { read, select } from '../scene.ts';
import { type Behaviour, frame, same, settled, until } from '../stage.ts';

/** Options: when a change is shown, and whether it is one. */
export const timing: Record<string, Behaviour> = {
  "'frame' shows the last of a frame's changes, in one render": async (stage) => {
    const store = createStore({ n: 1 });
    const show = stage.mount({
      texts: { n: read(() => store.at('n'), { schedule: 'frame' }) },
    });
    await settled();
    await frame();
    for (let n = 2; n <= 5; n++) store.at('n').set(n);
    for (let turn = 0; turn < 20; turn++) await undefined;
    same([show.text('n'), show.renders('n')], ['1', 1], 'before the next frame');
    await frame();
    await settled();
    same([show.text('n'), show.renders('n')], ['5', 2], 'after it');
  },

  'debounced: the last change, when it has been quiet': async (stage) => {
    const store = createStore({ n: 1 });
    const show = stage.mount({
      texts: { n: read(() => store.at('n'), { schedule: { debounce: 30 } }) },
    });
    await settled();
    for (let n = 2; n <= 5; n++) store.at('n').set(n);
    for (let turn = 0; turn < 20; turn++) await undefined;
    same([show.text('n'), show.renders('n')], ['1', 1], 'at once');
    await until(() => show.text('n') === '5', 'the last change');
    same(show.renders('n'), 2);
  },

  'throttled: the first change soon, the last in its time': async (stage) => {
    const store = createStore({ n: 1 });
    const show = stage.mount({
      texts: { n: read(() => store.at('n'), { schedule: { throttle: 30 } }) },
    });
    await settled();
    store.at('n').set(2);
    await settled();
    same([show.text('n'), show.renders('n')], ['2', 2], 'the first');
    for (let n = 3; n <= 5; n++) store.at('n').set(n);
    await until(() => show.text('n') === '5', 'the last change');
    same(show.renders('n'), 3);
  },

  'a selection with a schedule': async (stage) => {
    const store = createStore({ n: 1, other: 1 });
    const selector = ({ n }: { n: number }) => ({ n });
    const show = stage.mount({ texts: { n: select(store, selector, { schedule: 'microtask' }) } });
    await settled();
    store.at('n').set(2);
    store.at('n').set(3);
    store.at('other').set(2);
    await settled();
    same([show.text('n'), show.renders('n')], ['{"n":3}', 2]);
  },

  'equals decides what another value is': async (stage) => {
    const store = createStore({ n: 1, point: { x: 0, y: 0 } });
    const equals = (a: unknown, b: unknown) => Math.round(a as number) === Math.round(b as number);
    const byX = (a: unknown, b: unknown) => (a as { x: number }).x === (b as { x: number }).x;
    const show = stage.mount({
      texts: {
        n: read(() => store.at('n'), { equals }),
        point: read(() => store.at('point'), { equals: byX }),
      },
    });
    await settled();
    store.at('n').set(1.3);
    store.at('point', 'y').set(1);
    await settled();
    store.at('n').set(1.4);
    store.at('point', 'y').set(2);
    await settled();
    same([show.texts, show.renders('n'), show.renders('point')], [['1', '{"x":0,"y":0}'], 1, 1]);
    store.at('n').set(1.6);
    store.at('point', 'x').set(3);
    await settled();
    same([show.texts, show.renders('n'), show.renders('point')], [['1.6', '{"x":3,"y":2}'], 2, 2]);
  },
};

/** What can be asked only of who renders for several reasons. */
export const rendering: Record<string, Behaviour> = {
  'a change that waits goes on waiting while its component renders for another reason': async (stage) => {
    const store = createStore({ n: 1, rows: ['a', 'b'] });
    const options = { schedule: { debounce: 10_000 } };
    const show = stage.mount({
      texts: {
        n: read((turn) => store.at(turn < 0 ? 'rows' : 'n'), options),
        row: read((turn) => store.at('rows', turn), options),
      },
    });
    await settled();
    store.at('n').set(2);
    await show.setTurn(1);
    same(show.texts, ['1', 'b']);
  },
};
