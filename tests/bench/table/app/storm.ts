import { type Actions, type Change, supplyRows } from './markup.tsx';
import { below, Model, makeRows } from './model.ts';
import { settled, threadTime } from './paint.ts';

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
  /** The same in processor time of the page's thread. */
  readonly processor: number;
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
    if (manner === 'at once') actions.change(changes);
    else for (const one of changes) actions.changeOne(one);
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
async function blow(duration_ms: number, work: (frame: number) => void): Promise<Storm> {
  const before = await threadTime();
  const { frames, missing, elapsed_ms } = await framesOf(duration_ms, work);
  const processor_ms = (await threadTime()) - before;
  const [frame, processor] = [elapsed_ms, processor_ms].map((time) => (time * 1e6) / frames);
  return { frame, processor, dropped: missing / (missing + frames) };
}

function framesOf(
  duration_ms: number,
  work: (frame: number) => void,
): Promise<{ frames: number; missing: number; elapsed_ms: number }> {
  return new Promise((resolve) => {
    let frames = 0;
    let missing = 0;
    let began: number | undefined;
    let last = 0;
    const step = (now: number) => {
      began ??= now;
      if (frames > 0 && now - last > LATE_ms) missing += Math.round((now - last) / FRAME_ms) - 1;
      last = now;
      const elapsed_ms = now - began;
      if (elapsed_ms >= duration_ms && frames > 0) {
        resolve({ frames, missing, elapsed_ms });
        return;
      }
      work(frames++);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}
