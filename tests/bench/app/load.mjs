import { createStore } from 'gaesup-state';
import { createStore as createZustand } from 'zustand/vanilla';
import { timeRuns } from './clock.mjs';
import { expect, isEqual } from './expect.mjs';

/** @import { Pace } from './clock.mjs' */

/**
 * The job: from a parsed state, one's own copy of it that later changes of
 * the original do not reach, as a store.
 *
 * @typedef {{ rows: unknown[] }} State
 * @typedef {object} Contender
 * @property {number} [repeat] how often a run does the job, where once is too short for the clock
 * @property {(state: State, text: string) => unknown} run
 * @property {(result: any) => unknown} read what was made, as plain objects
 * @property {(result: any) => void} [dispose]
 */

/** @type {Record<string, Contender>} */
export const contenders = {
  createStore: {
    run: (state) => createStore(state),
    read: (store) => store.get(),
    dispose: (store) => store.dispose(),
  },
  structuredClone: { run: (state) => structuredClone(state), read: (copy) => copy },
  'JSON.parse(JSON.stringify())': { run: (state) => JSON.parse(JSON.stringify(state)), read: (copy) => copy },
  // Where the state comes from in the first place; each contender's cost is on top of it.
  'JSON.parse alone': { run: (_, text) => JSON.parse(text), read: (copy) => copy },
  // It keeps the reference that it is given: no copy, so not the same job.
  'zustand, which copies nothing': {
    repeat: 1000,
    run: (state) => createZustand(() => state),
    read: (store) => store.getState(),
  },
};

/**
 * @param {string} name
 * @param {unknown[]} rows
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per load
 */
export function measureLoad(name, rows, pace) {
  const { repeat = 1, run, read, dispose = () => {} } = contenders[name];
  const state = { rows };
  const text = JSON.stringify(state);
  const result = run(state, text);
  expect(isEqual(read(result), state), 'what was loaded');
  dispose(result);
  return timeRuns(
    pace,
    {
      prepare: () => {},
      run: () => {
        let last = run(state, text);
        for (let again = 1; again < repeat; again++) last = run(state, text);
        return last;
      },
      finish: dispose,
    },
    repeat,
  );
}
