import { createStore, openStore } from 'gaesup-state';
import { expect, isEqual } from './expect.mjs';
import { makeRows } from './rows.mjs';

/** @import { Store } from 'gaesup-state' */
/** @import { Pace } from './clock.mjs' */
/** @import { Taken } from './sample.mjs' */
/** @import { State } from './savers.mjs' */

/**
 * The job: a snapshot while others want their turn. What is told is how long it takes, how long the call
 * itself does, and the longest time for which a message had to wait, the call included.
 *
 * @typedef {(store: Store<State>) => Uint8Array | Promise<Uint8Array>} Save
 */

/** @type {Record<string, Save>} */
const ways = {
  'snapshotAsync, auto': (store) => store.snapshotAsync(),
  'snapshotAsync, none': (store) => store.snapshotAsync({ compression: 'none' }),
  'snapshotAsync, lz4': (store) => store.snapshotAsync({ compression: 'lz4' }),
  'snapshot, auto, all at once': (store) => store.snapshot(),
};

/** @returns {{ longest: () => number, stop: () => void }} milliseconds between two messages that follow each other */
function watchTurns() {
  const { port1, port2 } = new MessageChannel();
  let longest_ms = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    longest_ms = Math.max(longest_ms, now - last);
    last = now;
  };
  port1.onmessage = () => {
    look();
    port2.postMessage(undefined);
  };
  port2.postMessage(undefined);
  return {
    longest: () => {
      look();
      return longest_ms;
    },
    stop: () => {
      port1.close();
      port2.close();
    },
  };
}

/** Lets messages and timers have their turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/**
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {Promise<Taken>} nanoseconds
 */
export async function measureSlices(name, size, pace) {
  const save = ways[name];
  if (save === undefined) throw new Error(`Nobody saves as '${name}'.`);
  const store = createStore(/** @type {State} */ ({ rows: makeRows(size) }));
  const score = store.at('rows', 0, 'score');
  /** @type {Record<'total' | 'call' | 'longest', number[]>} */
  const figures = { total: [], call: [], longest: [] };
  /** @param {number} round */
  const run = async (round) => {
    const wanted = store.snapshot();
    globalThis.gc?.();
    const turns = watchTurns();
    await turn();
    turns.longest();
    const began = performance.now();
    const saving = save(store);
    const called = performance.now();
    // It is of the moment of the call, whatever comes next.
    score.set(round + 0.5);
    const saved = await saving;
    const total = performance.now() - began;
    const longest = turns.longest();
    turns.stop();
    expectSame(saved, wanted);
    return { total, call: called - began, longest };
  };
  for (let round = 0; round < pace.singles + 2; round++) {
    const { total, call, longest } = await run(round);
    if (round < 2) continue;
    figures.total.push(total * 1e6);
    figures.call.push(call * 1e6);
    figures.longest.push(longest * 1e6);
  }
  return { figures };
}

/** @param {Uint8Array} saved @param {Uint8Array} wanted */
function expectSame(saved, wanted) {
  const [one, other] = [openStore(saved), openStore(wanted)];
  expect(isEqual(one.get(), other.get()), 'a snapshot of the moment of the call');
  one.dispose();
  other.dispose();
}
