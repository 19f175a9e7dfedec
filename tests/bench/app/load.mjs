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
 * @typedef {{ read: () => unknown, dispose: () => void }} Loaded `read` gives the state as plain objects
 * @typedef {object} Contender
 * @property {number} [repeat] how often a run does the job, where once is too short for the clock
 * @property {(state: State, text: string) => Loaded} load
 */

/** @param {unknown} copy @returns {Loaded} */
const plain = (copy) => ({ read: () => copy, dispose: () => {} });

/** @type {Record<string, Contender>} */
export const contenders = {
  createStore: {
    load: (state) => {
      const store = createStore(state);
      return { read: () => store.get(), dispose: () => store.dispose() };
    },
  },
  structuredClone: { load: (state) => plain(structuredClone(state)) },
  'JSON.parse(JSON.stringify())': { load: (state) => plain(JSON.parse(JSON.stringify(state))) },
  // Where the state comes from in the first place; each contender's cost is on top of it.
  'JSON.parse alone': { load: (_, text) => plain(JSON.parse(text)) },
  // It keeps the reference that it is given: no copy, so not the same job.
  'zustand, which copies nothing': {
    repeat: 1000,
    load: (state) => plain(createZustand(() => state).getState()),
  },
};

/**
 * @param {string} name
 * @param {unknown[]} rows
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per load
 */
export function measureLoad(name, rows, pace) {
  const { repeat = 1, load } = contenders[name];
  const state = { rows };
  const text = JSON.stringify(state);
  const first = load(state, text);
  expect(isEqual(first.read(), state), 'what was loaded');
  first.dispose();
  return timeRuns(
    pace,
    {
      prepare: () => {},
      run: () => {
        let last = load(state, text);
        for (let again = 1; again < repeat; again++) last = load(state, text);
        return last;
      },
      finish: (last) => last.dispose(),
    },
    repeat,
  );
}
