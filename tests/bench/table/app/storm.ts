import { type Actions, type Change, supplyRows } from './markup.tsx';
import { below, makeRows, Model } from './model.ts';
import { afterPaint, settled } from './paint.ts';

const ROWS = 10_000;
const CHANGES = 1_000;
/** What a frame takes at 60 Hz. */
const FRAME_ms = 1000 / 60;
/** From this distance on there was time for another frame. */
const LATE_ms = FRAME_ms * 1.5;
const WARM_UP_ms = 1_000;

/** How the changes of a frame come. */
export type Manner = 'at once' | 'one by one';

/** What a storm does to the page. */
export interface Storm {
  /** Nanoseconds from a frame to the next. */
  readonly frame: number;
  /** Nanoseconds of it that the page is busy. */
  readonly busy: number;
  /** Share of the frames that should have been there and were not. */
  readonly dropped: number;
}

/** Labels of random rows change in each frame, of 10,000 that are in the page. */
export async function measureStorm(actions: Actions, manner: Manner, duration_ms: number): Promise<Storm> {
  document.body.classList.add('storm');
  const model = new Model();
  const rows = makeRows(ROWS);
  model.create(rows);
  supplyRows(rows);
  document.getElementById('create')?.click();
  await settled();
  model.check();
  const { ids } = model;
  const changesOf = (frame: number): Change[] =>
    Array.from({ length: CHANGES }, (_, at) => {
      const index = below(ROWS);
      return { index, id: ids[index], label: `${frame} ${at}` };
    });
  const change = (frame: number) => {
    const changes = changesOf(frame);
    model.change(changes);
    const start = performance.now();
    if (manner === 'at once') actions.change(changes);
    else for (const one of changes) actions.changeOne(one);
    return start;
  };
  await blow(WARM_UP_ms, change);
  globalThis.gc?.();
  const storm = await blow(duration_ms, change);
  await settled();
  await settled();
  model.check();
  return storm;
}

/** Works in each frame for a while. */
function blow(duration_ms: number, work: (frame: number) => number): Promise<Storm> {
  return new Promise((resolve) => {
    let frames = 0;
    let missing = 0;
    let busy_ms = 0;
    let began: number | undefined;
    let last = 0;
    const step = (now: number) => {
      began ??= now;
      if (frames > 0 && now - last > LATE_ms) missing += Math.round((now - last) / FRAME_ms) - 1;
      last = now;
      const elapsed_ms = now - began;
      if (elapsed_ms >= duration_ms && frames > 0) {
        const [frame, busy] = [elapsed_ms / frames, busy_ms / frames].map((time) => time * 1e6);
        resolve({ frame, busy, dropped: missing / (missing + frames) });
        return;
      }
      const start = work(frames++);
      afterPaint(() => {
        busy_ms += performance.now() - start;
      });
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}
