import { createStore } from 'gaesup-state';
import { produce } from 'immer';
import { immer } from 'zustand/middleware/immer';
import { createStore as createZustand } from 'zustand/vanilla';
import { timeSteps } from './clock.mjs';
import { expect, isEqual } from './expect.mjs';
import { below, byId, distinct, makeRows, seeded } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { Entries, List, Row } from './rows.mjs' */

/**
 * The job: make a new number the `score` of a row, and have one listener told
 * of it, at once. Which rows, in which order, differs:
 *
 * - kept: 256 rows, so that an application can hold a cursor for each;
 * - watched: 1,000 rows, each of which somebody subscribes to, as a grid's visible rows are;
 * - any: all rows, next to none of which anybody subscribes to.
 *
 * Libraries that know one listener for the whole state call that one.
 *
 * @typedef {'kept' | 'watched' | 'any'} Choice
 *
 * @typedef {object} Task
 * @property {Row[]} rows
 * @property {number[]} picks row of each step, repeated from the start
 * @property {string[]} ids the ids of the picks
 * @property {number[]} chosen the different rows among the picks
 * @property {() => void} listener
 *
 * @typedef {object} Subject
 * @property {(index: number) => void} step makes `index + 0.5` the score of row `picks[index & MASK]`
 * @property {(row: number) => number} scoreOf
 * @property {() => readonly unknown[]} all every row
 *
 * @typedef {{ choice: Choice, isTold: boolean, make: (task: Task) => Subject }} Contender
 */

const PICKS = 1 << 16;
const MASK = PICKS - 1;
const KEPT = 256;
const WATCHED = 1000;
const CHECKED_MAX = 1000;
const CHECK_ms = 300;
const sync = /** @type {const} */ ({ schedule: 'sync' });

/** @param {Task} task @param {'subscribe' | 'ignore'} watching @returns {Subject} */
function keptCursors({ rows, chosen, listener }, watching) {
  const store = createStore({ byId: byId(rows) });
  const cursors = chosen.map((row) => store.at('byId', rows[row].id, 'score'));
  if (watching === 'subscribe') for (const cursor of cursors) cursor.subscribe(listener, sync);
  const ids = rows.map((row) => row.id);
  return {
    step: (index) => cursors[index & (KEPT - 1)].set(index + 0.5),
    scoreOf: (row) => store.at('byId', ids[row], 'score').get(),
    all: () => Object.values(store.get().byId),
  };
}

/** @param {Task} task @param {number} watchers @returns {Subject} */
function byKey({ rows, chosen, ids, listener }, watchers) {
  const store = createStore({ byId: byId(rows) });
  const entries = store.at('byId');
  for (const row of chosen.slice(0, watchers)) entries.at(rows[row].id, 'score').subscribe(listener, sync);
  const all = rows.map((row) => row.id);
  return {
    step: (index) => entries.at(ids[index & MASK], 'score').set(index + 0.5),
    scoreOf: (row) => entries.at(all[row], 'score').get(),
    all: () => Object.values(store.get().byId),
  };
}

/** @param {Task} task @param {number} watchers @returns {Subject} */
function byIndex({ rows, chosen, picks, listener }, watchers) {
  const store = createStore({ rows });
  for (const row of chosen.slice(0, watchers)) store.at('rows', row, 'score').subscribe(listener, sync);
  return {
    step: (index) => store.at('rows', picks[index & MASK], 'score').set(index + 0.5),
    scoreOf: (row) => store.at('rows', row, 'score').get(),
    all: () => store.get().rows,
  };
}

/**
 * A plain immutable object and a function call: what every library of this
 * kind does at the least.
 *
 * @param {Task} task
 * @returns {Subject}
 */
function spreadEntries({ rows, ids, listener }) {
  /** @type {Entries} */
  let state = { byId: byId(rows) };
  return {
    step: (index) => {
      const id = ids[index & MASK];
      state = { ...state, byId: { ...state.byId, [id]: { ...state.byId[id], score: index + 0.5 } } };
      listener();
    },
    scoreOf: (row) => state.byId[rows[row].id].score,
    all: () => Object.values(state.byId),
  };
}

/** @param {Task} task @returns {Subject} */
function spreadList({ rows, picks, listener }) {
  /** @type {List} */
  let state = { rows };
  return {
    step: (index) => {
      // Copy and assign: quicker than `map` or `with` for long arrays.
      const next = state.rows.slice();
      const row = picks[index & MASK];
      next[row] = { ...next[row], score: index + 0.5 };
      state = { ...state, rows: next };
      listener();
    },
    scoreOf: (row) => state.rows[row].score,
    all: () => state.rows,
  };
}

/** As zustand's guide on nested objects writes updates. @param {Task} task @returns {Subject} */
function zustandEntries({ rows, ids, listener }) {
  const store = createZustand(() => /** @type {Entries} */ ({ byId: byId(rows) }));
  store.subscribe(listener);
  return {
    step: (index) => {
      const id = ids[index & MASK];
      store.setState((state) => ({
        byId: { ...state.byId, [id]: { ...state.byId[id], score: index + 0.5 } },
      }));
    },
    scoreOf: (row) => store.getState().byId[rows[row].id].score,
    all: () => Object.values(store.getState().byId),
  };
}

/** @param {Task} task @returns {Subject} */
function zustandList({ rows, picks, listener }) {
  const store = createZustand(() => /** @type {List} */ ({ rows }));
  store.subscribe(listener);
  return {
    step: (index) =>
      store.setState((state) => {
        const next = state.rows.slice();
        const row = picks[index & MASK];
        next[row] = { ...next[row], score: index + 0.5 };
        return { rows: next };
      }),
    scoreOf: (row) => store.getState().rows[row].score,
    all: () => store.getState().rows,
  };
}

/** The documented middleware, with immer as it comes. @param {Task} task @returns {Subject} */
function zustandImmer({ rows, ids, listener }) {
  const store = createZustand(immer(() => /** @type {Entries} */ ({ byId: byId(rows) })));
  store.subscribe(listener);
  return {
    step: (index) =>
      store.setState((/** @type {Entries} */ draft) => {
        draft.byId[ids[index & MASK]].score = index + 0.5;
      }),
    scoreOf: (row) => store.getState().byId[rows[row].id].score,
    all: () => Object.values(store.getState().byId),
  };
}

/** immer as it comes: it freezes what it makes, in production too. @param {Task} task @returns {Subject} */
function immerEntries({ rows, ids, listener }) {
  /** @type {Entries} */
  let state = { byId: byId(rows) };
  return {
    step: (index) => {
      state = produce(state, (draft) => {
        draft.byId[ids[index & MASK]].score = index + 0.5;
      });
      listener();
    },
    scoreOf: (row) => state.byId[rows[row].id].score,
    all: () => Object.values(state.byId),
  };
}

/** @param {Task} task @returns {Subject} */
function immerList({ rows, picks, listener }) {
  /** @type {List} */
  let state = { rows };
  return {
    step: (index) => {
      state = produce(state, (draft) => {
        draft.rows[picks[index & MASK]].score = index + 0.5;
      });
      listener();
    },
    scoreOf: (row) => state.rows[row].score,
    all: () => state.rows,
  };
}

/** No library at all: find the row, change it, call the listener. @param {Task} task @returns {Subject} */
function floorEntries({ rows, ids, listener }) {
  const found = new Map(rows.map((row) => [row.id, row]));
  return {
    step: (index) => {
      const row = found.get(ids[index & MASK]);
      if (row !== undefined) row.score = index + 0.5;
      listener();
    },
    scoreOf: (row) => rows[row].score,
    all: () => [...found.values()],
  };
}

/** @param {Task} task @returns {Subject} */
function floorList({ rows, picks, listener }) {
  return {
    step: (index) => {
      rows[picks[index & MASK]].score = index + 0.5;
      listener();
    },
    scoreOf: (row) => rows[row].score,
    all: () => rows,
  };
}

/** @type {Record<string, Contender>} */
export const contenders = {
  'kept cursor': { choice: 'kept', isTold: true, make: (task) => keptCursors(task, 'subscribe') },
  'kept cursor, nobody listens': {
    choice: 'kept',
    isTold: false,
    make: (task) => keptCursors(task, 'ignore'),
  },
  'by key': { choice: 'watched', isTold: true, make: (task) => byKey(task, WATCHED) },
  'by key, any row': { choice: 'any', isTold: false, make: (task) => byKey(task, 1) },
  'by index': { choice: 'watched', isTold: true, make: (task) => byIndex(task, WATCHED) },
  'by index, any row': { choice: 'any', isTold: false, make: (task) => byIndex(task, 1) },
  'spread, object': { choice: 'watched', isTold: true, make: spreadEntries },
  'zustand, object': { choice: 'watched', isTold: true, make: zustandEntries },
  'zustand + immer, object': { choice: 'watched', isTold: true, make: zustandImmer },
  'immer, object': { choice: 'watched', isTold: true, make: immerEntries },
  'floor, Map': { choice: 'watched', isTold: true, make: floorEntries },
  'floor, Map, any row': { choice: 'any', isTold: true, make: floorEntries },
  'spread, array': { choice: 'watched', isTold: true, make: spreadList },
  'zustand, array': { choice: 'watched', isTold: true, make: zustandList },
  'immer, array': { choice: 'watched', isTold: true, make: immerList },
  'floor, array': { choice: 'watched', isTold: true, make: floorList },
  'floor, array, any row': { choice: 'any', isTold: true, make: floorList },
};

/** @param {Choice} choice @param {number} size @returns {{ picks: number[], chosen: number[] }} */
function choose(choice, size) {
  const random = seeded(11);
  const chosen = distinct({ kept: KEPT, watched: WATCHED, any: size }[choice], size);
  // A kept cursor is taken in turn: the rows behind them are random already.
  const pick =
    choice === 'kept'
      ? (/** @type {number} */ index) => index & (KEPT - 1)
      : () => below(random, chosen.length);
  return { picks: Array.from({ length: PICKS }, (_, index) => chosen[pick(index)]), chosen };
}

/**
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @returns {number[]} nanoseconds per update
 */
export function measureUpdate(name, size, pace) {
  const { choice, isTold, make } = contenders[name];
  const rows = makeRows(size);
  const { picks, chosen } = choose(choice, size);
  let calls = 0;
  const listener = () => {
    calls++;
  };
  const subject = make({ rows, picks, ids: picks.map((row) => rows[row].id), chosen, listener });

  // What the rows should be: other objects with the same content.
  const wanted = makeRows(size);
  const until = performance.now() + CHECK_ms;
  let checked = 0;
  for (; checked < CHECKED_MAX && performance.now() < until; checked++) {
    subject.step(checked);
    wanted[picks[checked]].score = checked + 0.5;
    expect(subject.scoreOf(picks[checked]) === checked + 0.5, 'an update is not there');
  }
  for (const row of distinct(CHECKED_MAX, size)) {
    expect(subject.scoreOf(row) === wanted[row].score, 'another row changed');
  }

  const { samples, steps } = timeSteps(pace, subject.step, checked, PICKS);
  if (isTold) expect(calls === steps, `${steps} updates called the listener ${calls} times`);
  for (let index = checked; index < steps; index++) wanted[picks[index & MASK]].score = index + 0.5;
  expect(isEqual(subject.all(), wanted), 'the rows at the end');
  return samples;
}
