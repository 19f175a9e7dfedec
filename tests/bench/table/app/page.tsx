import { createRoot } from 'react-dom/client';
import { contenders } from './contenders.ts';
import type { Actions } from './markup.tsx';
import { measureOperation } from './operations.ts';
import { settled, type Taken } from './paint.ts';
import { type Manner, measureStorm } from './storm.ts';

/** One measurement of one contender, which has a page of its own. */
interface Job {
  readonly measure: string;
  readonly contender: string;
  readonly size: number | string;
  readonly pace: 'quick' | 'thorough';
}

/** So many rows take so long that they are done less often. */
const MANY = 10_000;

async function takeSample({ measure, contender, size, pace }: Job) {
  const pageOf = contenders[contender];
  if (pageOf === undefined) throw new Error(`Nobody is called ${contender}.`);
  const main = document.getElementById('main');
  if (main === null) throw new Error('The page has no place for a table.');
  let actions: Actions | undefined;
  createRoot(main).render(
    pageOf((offered) => {
      actions = offered;
    }),
  );
  await settled();
  if (actions === undefined) throw new Error(`${contender} shows nothing.`);
  const isQuick = pace === 'quick';
  if (typeof size === 'string') {
    const storm = await measureStorm(actions, size as Manner, isQuick ? 1_500 : 5_000);
    return {
      figures: { frame: [storm.frame], processor: [storm.processor], dropped: [storm.dropped * 100] },
    };
  }
  const count = size >= MANY ? (isQuick ? 2 : 5) : isQuick ? 5 : 12;
  const taken = await measureOperation(measure.replace('table-', ''), size, count);
  const figure = (of: keyof Taken) => taken.map((one) => one[of] * 1e6);
  return {
    figures: { painted: figure('painted'), script: figure('script'), processor: figure('processor') },
  };
}

Object.assign(globalThis, { takeSample });
