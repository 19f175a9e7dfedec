import { timeSteps } from './clock.mjs';
import { expect } from './expect.mjs';
import { loadLibrary } from './libraries.mjs';

/** @import { Pace } from './clock.mjs' */

const CHECKED = 100;

/**
 * Adds one to a number that one listener is told of at once.
 *
 * @param {string} name
 * @param {number} _size
 * @param {Pace} pace
 * @returns {Promise<number[]>} nanoseconds per increment
 */
export async function measureCounter(name, _size, pace) {
  const counter = (await loadLibrary(name)).counter();
  let calls = 0;
  let seen = 0;
  counter.watch((n) => {
    calls++;
    seen = n;
  });
  const early = calls;
  for (let step = 1; step <= CHECKED; step++) {
    counter.increment();
    expect(calls === early + step && seen === step, `the listener after ${step} increments`);
  }
  const { samples, steps } = timeSteps(pace, counter.increment, CHECKED);
  expect(calls === early + steps && seen === steps, `${calls - early} calls for ${steps} increments`);
  expect(counter.count() === steps, 'the count at the end');
  return samples;
}
