import { expect, isEqual } from './expect.mjs';
import { loadHistory, openHistory, STEPS } from './histories.mjs';
import { below, seeded } from './rows.mjs';

/** @import { Pace } from './clock.mjs' */
/** @import { History, OpenHistory } from './histories.mjs' */
/** @import { Row } from './rows.mjs' */

/**
 * The job: make a new number the `score` of a random row, each time as a step
 * of its own; then undo all steps, one by one; then redo them all.
 *
 * @typedef {object} Scene
 * @property {History} history
 * @property {Row[]} rows as they were at first
 * @property {string[]} ids of all rows
 * @property {number[]} picks the row of each step
 *
 * @typedef {object} Host
 * @property {() => Promise<number>} weigh collects garbage and tells the bytes in use
 * @property {'counted' | 'apart'} wasm whether `weigh` counts WebAssembly memory
 */

const CHECKED = 20;
/** Numbers of steps to choose from: who is slow does fewer of them. */
const CHOICES = [STEPS, 100, CHECKED];
/** Our store collects strings that it does not need when it has been idle for a while. */
const IDLE_ms = 600;
const CYCLES_MAX = 40;
/** Bytes that two weighings of the same may differ by. */
const STEADY = 2048;
const WEIGHINGS_MAX = 4;
/** Bytes that code comes and goes by, which must not be scaled with what some steps take. */
const NOISE = 1024 * 1024;
/** How often the steps are weighed, where there is time. */
const WEIGHED = 3;

/** @param {number} step @param {number} cycle @returns {number} */
const scoreOf = (step, cycle) => 1_000 * cycle + step + 0.5;

/** @param {Scene} scene @param {number} from @param {number} steps @param {number} cycle */
function expectScores({ history, rows, picks }, from, steps, cycle) {
  /** @type {Map<number, number>} */
  const scores = new Map();
  for (let step = 0; step < steps; step++) scores.set(picks[step], scoreOf(step, cycle));
  for (const row of new Set(picks.slice(from))) {
    const wanted = { ...rows[row], score: scores.get(row) ?? rows[row].score };
    expect(isEqual(history.row(wanted.id), wanted), `row ${row} after ${steps} steps`);
  }
}

/**
 * Looks at the rows after each of some steps, and each of their undoings.
 *
 * @param {Scene} scene
 * @returns {number} milliseconds that most edits take
 */
function check(scene) {
  const { history, ids, picks } = scene;
  const edit = history.editor(picks.map((row) => ids[row]));
  const took_ms = Array.from({ length: CHECKED }, (_, step) => {
    const began = performance.now();
    edit(step, scoreOf(step, 0));
    return performance.now() - began;
  });
  const some = { ...scene, picks: picks.slice(0, CHECKED) };
  for (let steps = CHECKED; steps > 0; steps--) {
    expectScores(some, 0, steps, 0);
    history.undo();
  }
  for (let steps = 0; steps < CHECKED; steps++) {
    expectScores(some, 0, steps, 0);
    history.redo();
  }
  expectScores(some, 0, CHECKED, 0);
  for (let steps = CHECKED; steps > 0; steps--) history.undo();
  history.clear();
  return took_ms.sort((a, b) => a - b)[CHECKED / 2];
}

/**
 * @param {Scene} scene
 * @param {(at: number, score: number) => void} edit
 * @param {number} steps
 * @param {number} cycle
 * @returns {Record<'edit' | 'undo' | 'redo', number>} milliseconds
 */
function runCycle(scene, edit, steps, cycle) {
  const { history } = scene;
  globalThis.gc?.();
  const started = performance.now();
  for (let step = 0; step < steps; step++) edit(step, scoreOf(step, cycle));
  const edited = performance.now();
  for (let step = 0; step < steps; step++) history.undo();
  const undone = performance.now();
  const early = { ...scene, picks: scene.picks.slice(0, steps) };
  expectScores(early, steps - CHECKED, 0, cycle);
  const again = performance.now();
  for (let step = 0; step < steps; step++) history.redo();
  const redone = performance.now();
  expectScores(early, steps - CHECKED, steps, cycle);
  // What is measured next starts from the rows as they were.
  for (let step = 0; step < steps; step++) history.undo();
  history.clear();
  return { edit: edited - started, undo: undone - edited, redo: redone - again };
}

/** @param {number} delay_ms */
const pause = (delay_ms) => new Promise((resolve) => setTimeout(resolve, delay_ms));

/** @param {History} history */
const engineOf = (history) => history.engineBytes?.() ?? { history: 0, memory: 0 };

/**
 * Where all code is warm already: it is no part of what the steps take.
 *
 * @param {Scene} scene
 * @param {(at: number, score: number) => void} edit
 * @param {number} steps
 * @param {number} cycle which had no steps yet
 * @param {number} memory the engine's, before any step
 * @param {Host} host
 * @returns {Promise<Record<'held' | 'engine' | 'grown', number>>} bytes that steps take: of the heap and the
 *   engine's history, of that alone, and of the heap and all of the engine's memory
 */
async function weighSteps({ history }, edit, steps, cycle, memory, { weigh, wasm }) {
  const weighHeap = async () => {
    if (history.engineBytes) await pause(IDLE_ms);
    // Collections also drop code that has not run for a while, and not all of it at once.
    let last = await weigh();
    let bytes = await weigh();
    for (let more = WEIGHINGS_MAX - 2; more > 0 && Math.abs(bytes - last) > STEADY; more--) {
      last = bytes;
      bytes = await weigh();
    }
    return bytes - (wasm === 'counted' ? engineOf(history).memory : 0);
  };
  const heap = await weighHeap();
  for (let step = 0; step < steps; step++) edit(step, scoreOf(step, cycle));
  // Less than before is the noise of such weighings.
  const growth = Math.max(0, (await weighHeap()) - heap);
  const engine = engineOf(history);
  history.clear();
  return { held: growth + engine.history, engine: engine.history, grown: growth + engine.memory - memory };
}

/** @param {OpenHistory} open @param {number} size @returns {Scene} */
function setScene(open, size) {
  const random = seeded(17);
  const opened = openHistory(open, size);
  return { ...opened, picks: Array.from({ length: STEPS }, () => below(random, size)) };
}

/**
 * @param {string} name
 * @param {number} size
 * @param {Pace} pace
 * @param {Host} host
 * @returns {Promise<{ figures: Record<string, number[]>, done: number }>} nanoseconds and bytes of 1,000 steps,
 *   and how many were really done; no bytes where these were too few to be weighed
 */
export async function measureHistory(name, size, pace, host) {
  const open = await loadHistory(name);
  const scene = setScene(open, size);
  const { memory } = engineOf(scene.history);
  const edit_ms = check(scene);
  const patience_ms = 3 * pace.warmUp_ms;
  const steps = CHOICES.find((count) => count * edit_ms < patience_ms) ?? CHECKED;
  const edit = scene.history.editor(scene.picks.map((row) => scene.ids[row]));

  /** @type {Record<string, number[]>} */
  const figures = {};
  const keep = (/** @type {Record<string, number>} */ some, /** @type {number} */ factor) => {
    for (const [figure, value] of Object.entries(some)) {
      figures[figure] ??= [];
      figures[figure].push((value * factor * STEPS) / steps);
    }
  };
  const until = (/** @type {number} */ delay_ms) => performance.now() + delay_ms;
  // The check has warmed up who does no more steps than that.
  for (const warm = until(steps > CHECKED ? pace.warmUp_ms : 0); performance.now() < warm; ) {
    runCycle(scene, edit, steps, 1);
  }
  // Short cycles are repeated for a while, long ones are not.
  const [enough, late] = [until(patience_ms), until(3 * patience_ms)];
  for (let cycle = 2; cycle < CYCLES_MAX; cycle++) {
    keep(runCycle(scene, edit, steps, cycle), 1e6);
    if (performance.now() > (cycle > pace.singles ? enough : late)) break;
  }
  const end = until(3 * patience_ms);
  for (let weighed = 0; weighed < WEIGHED && (weighed === 0 || performance.now() < end); weighed++) {
    const bytes = await weighSteps(scene, edit, steps, CYCLES_MAX + weighed, memory, host);
    if (steps === STEPS || bytes.held > NOISE) keep(bytes, 1);
  }
  return { figures, done: steps };
}
