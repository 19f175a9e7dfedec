/** What the documentation promises of undo and redo, rule by rule. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeDelta } from '../../../tests/support/deltaWriter.ts';
import { createStore, GaesupError, type HistoryOptions, type Initial, type Store } from './index.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
afterEach(() => void vi.useRealTimers());

function open<S>(initial: Initial<S>, history: boolean | HistoryOptions = true): Store<S> {
  return createStore<S>(initial, { history });
}

/** A change from elsewhere: a key of the root has another value. */
function replaced(key: string, old: unknown, next: unknown): Uint8Array {
  return writeDelta({ ops: [{ kind: 'replace', path: [], key, old, next }] });
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof GaesupError ? error.code : String((error as Error).name);
  }
  return 'nothing was thrown';
}

test('a history that is off is always empty', () => {
  const store = createStore({ a: 0 });
  store.at('a').set(1);
  expect(store.history.get()).toMatchObject({ canUndo: false, canRedo: false, position: 0, length: 0 });
  expect([store.history.steps, store.history.bytes]).toEqual([[], 0]);
  const { history } = store;
  for (const run of [() => history.undo(), () => history.redo(), () => history.jumpTo(0)]) {
    expect(codeOf(run)).toBe('NO_HISTORY');
  }
  expect(store.get()).toEqual({ a: 1 });
});

test('the state that a store begins with is no step', () => {
  expect(open({ a: 0 }).history.undo()).toBe(false);
});

test('undo and redo say whether there was a step', () => {
  const store = open({ a: 0 });
  store.at('a').set(1);
  expect(store.history.undo()).toBe(true);
  expect(store.history.undo()).toBe(false);
  expect(store.history.redo()).toBe(true);
  expect(store.history.redo()).toBe(false);
  expect(store.get()).toEqual({ a: 1 });
});

test('each commit is a step of its own, however soon it comes', () => {
  const store = open({ a: 0 });
  for (let value = 1; value <= 5; value++) store.at('a').set(value);
  expect(store.history.steps).toHaveLength(5);
  store.history.undo();
  expect(store.get()).toEqual({ a: 4 });
});

test('a batch is one step, and what changes nothing is none', () => {
  const store = open({ a: 0, b: 0 });
  store.batch(() => {
    store.at('a').set(1);
    store.at('b').set(1);
  });
  store.at('a').set(1);
  expect(store.history.steps).toMatchObject([{ changes: 2, label: undefined, at: 1_000 }]);
});

test('undo and redo are commits with the origin history', () => {
  const store = open({ a: 0 });
  const origins: (string | undefined)[] = [];
  store.onCommit(({ origin }) => origins.push(origin));
  store.at('a').set(1);
  store.history.undo();
  store.history.redo();
  expect(origins).toEqual([undefined, 'history', 'history']);
  expect(store.version).toBe(3);
});

test('a commit after an undo drops what was undone', () => {
  const store = open({ a: 0 });
  store.at('a').set(1);
  store.at('a').set(2);
  store.history.undo();
  store.at('a').set(3);
  expect(store.history.get()).toMatchObject({ canUndo: true, canRedo: false, position: 2, length: 2 });
  store.history.undo();
  expect(store.get()).toEqual({ a: 1 });
});

test('keys come back where they were, in maps and objects of any size', () => {
  const entries = Array.from({ length: 100 }, (_, index) => [`key ${index}`, index] as const);
  const store = open({
    map: new Map(entries),
    object: Object.fromEntries(entries),
    small: { a: 1, b: 2, c: 3 } as Record<string, number>,
  });
  const before = JSON.stringify([...store.get().map, store.get().object, store.get().small]);
  store.batch(() => {
    store.at('map', 'key 0').delete();
    store.at('map', 'key 50').delete();
    store.at('object', 'key 99').delete();
    store.at('object', 'key 7').delete();
    store.at('small', 'a').delete();
  });
  store.history.undo();
  expect(JSON.stringify([...store.get().map, store.get().object, store.get().small])).toBe(before);
});

test('numbers are what they were, to the last bit', () => {
  const store = open({ n: 0.1, other: 0, hover: 0 }, { exclude: [['hover']] });
  store.at('other').set(1);
  store.at('hover').set(1);
  store.at('n').increment(0.2);
  store.history.undo();
  expect(store.get().n).toBe(0.1);
});

test('what a step did not touch keeps its views', () => {
  const store = open({ a: { x: 0 }, b: { y: 0 } });
  const { b } = store.get();
  store.at('a', 'x').set(1);
  store.history.undo();
  expect(store.get().b).toBe(b);
});

test('what came from elsewhere stays, and wins where it changed the same', () => {
  const store = open({ mine: 0, theirs: 0 });
  store.at('mine').set(1);
  store.apply(replaced('theirs', 0, 1), { origin: 'server' });
  store.history.undo();
  expect(store.get()).toEqual({ mine: 0, theirs: 1 });
  store.history.redo();
  store.apply(replaced('mine', 1, 9), { origin: 'server' });
  store.history.undo();
  expect(store.get()).toEqual({ mine: 9, theirs: 1 });
});

test('a delta without an origin is a step', () => {
  const store = open({ a: 0 });
  store.apply(replaced('a', 0, 1));
  store.history.undo();
  expect(store.get()).toEqual({ a: 0 });
});

test('a change from elsewhere that turns a value into a container and fills it does not stop undo', () => {
  const store = open<{ mine: number; theirs: unknown }>({ mine: 0, theirs: {} });
  store.at('mine').set(1);
  store.apply(replaced('theirs', {}, 1), { origin: 'server' });
  store.apply(replaced('theirs', 1, []), { origin: 'server' });
  const pushed = writeDelta({
    ops: [{ kind: 'splice', path: ['theirs'], index: 0, removed: [], inserted: [1] }],
  });
  store.apply(pushed, { origin: 'server' });
  store.history.undo();
  expect(store.get()).toEqual({ mine: 0, theirs: [1] });
});

test('jumpTo is one commit, and refuses places that are not there', () => {
  const store = open({ a: 0 });
  for (let value = 1; value <= 4; value++) store.at('a').set(value);
  const { version } = store;
  store.history.jumpTo(1);
  expect(store.get()).toEqual({ a: 1 });
  expect([store.version - version, store.history.position]).toEqual([1, 1]);
  store.history.jumpTo(1);
  expect(store.version - version).toBe(1);
  store.history.jumpTo(4);
  expect(store.get()).toEqual({ a: 4 });
  for (const position of [-1, 5, 1.5, Number.NaN]) {
    expect(() => store.history.jumpTo(position)).toThrow(TypeError);
  }
});

test('a group is one step of as many commits, and stays when its function throws', () => {
  const store = open({ a: 0, b: 0 });
  expect(() =>
    store.history.group(() => {
      store.at('a').set(1);
      store.at('b').set(1);
      throw new RangeError('no');
    }),
  ).toThrow(RangeError);
  expect([store.version, store.history.steps.length]).toEqual([2, 1]);
  store.history.undo();
  expect(store.get()).toEqual({ a: 0, b: 0 });
});

test('a group gives back what its function does, and takes no async one', () => {
  const store = open({ a: 0 });
  expect(store.history.group(() => 7)).toBe(7);
  expect(codeOf(() => store.history.group(async () => {}))).toBe('INVALID_CALL');
});

test('a session is one step until it ends', () => {
  const store = open({ a: 0, b: 0 });
  const session = store.history.group('rename');
  store.at('a').set(1);
  vi.advanceTimersByTime(1_000_000);
  store.at('b').set(1);
  session.end();
  session.end();
  store.at('a').set(2);
  expect(store.history.steps.map(({ label }) => label)).toEqual(['rename', undefined]);
});

test('a session ends when nothing is committed for a while, and goes on under the same label', () => {
  const store = open({ a: 0 });
  for (const pause of [0, 500, 500, 501, 10]) {
    vi.advanceTimersByTime(pause);
    store.history.group('type', { within: 500 });
    store.at('a').increment();
  }
  expect(store.history.steps).toMatchObject([
    { label: 'type', at: 1_000 },
    { label: 'type', at: 2_501 },
  ]);
});

test('a function is one step when a session has timed out', () => {
  const store = open({ a: 0, b: 0 });
  store.history.group('type', { within: 500 });
  vi.advanceTimersByTime(501);
  store.history.group(() => {
    store.at('a').set(1);
    store.at('b').set(1);
  });
  expect(store.history.steps).toHaveLength(1);
});

test('undo ends a session', () => {
  const store = open({ a: 0 });
  store.history.group('type');
  store.at('a').set(1);
  store.history.undo();
  store.at('a').set(2);
  expect(store.history.steps).toMatchObject([{ label: undefined }]);
});

test('typing in one field coalesces, in two it does not, and a pause ends it', () => {
  const store = open({ a: '', b: '' }, { coalesce: 300 });
  store.at('a').set('h');
  vi.advanceTimersByTime(300);
  store.at('a').set('hi');
  store.at('b').set('x');
  store.at('a').set('hi!');
  vi.advanceTimersByTime(301);
  store.at('a').set('hi!!');
  expect(store.history.steps).toHaveLength(4);
  store.history.jumpTo(1);
  expect(store.get()).toEqual({ a: 'hi', b: '' });
});

test('what is excluded stays when a step is undone, and splits no group and no typing', () => {
  const initial = { text: '', caret: 0, rows: [{ name: 'x', isOpen: false }] };
  const store = open(initial, { coalesce: 300, exclude: [['caret'], ['rows', '*', 'isOpen']] });
  for (const text of ['h', 'hi']) {
    store.batch(() => {
      store.at('text').set(text);
      store.at('caret').set(text.length);
    });
  }
  store.at('rows', 0, 'isOpen').set(true);
  expect(store.history.steps).toHaveLength(1);
  store.history.group(() => {
    store.at('text').set('a');
    store.at('caret').set(0);
    store.at('rows', 0, 'name').set('y');
  });
  expect(store.history.steps).toHaveLength(2);
  store.history.jumpTo(0);
  expect(store.get()).toEqual({ text: '', caret: 0, rows: [{ name: 'x', isOpen: true }] });
});

test('no more steps are kept than asked for, and the oldest go first', () => {
  const store = open({ a: 0 }, { steps: 3 });
  for (let value = 1; value <= 10; value++) store.at('a').set(value);
  expect(store.history.steps).toHaveLength(3);
  while (store.history.undo());
  expect(store.get()).toEqual({ a: 7 });
});

test('steps take no more bytes than there are for them, and the oldest go first', () => {
  const bytes = 20_000;
  const store = open({ a: '' }, { bytes });
  for (let value = 0; value < 200; value++) {
    store.at('a').set(`${value} `.repeat(1 + ((value * 37) % 200)));
    expect(store.history.bytes).toBeLessThanOrEqual(bytes);
  }
  let undone = 0;
  const { length } = store.history.get();
  // Steps that were undone may take more room, but moving along the history drops none.
  while (store.history.undo()) undone += 1;
  expect([undone, undone > 5]).toEqual([length, true]);
  expect(store.get().a.startsWith(`${199 - undone} `)).toBe(true);
  store.at('a').set('next');
  expect(store.history.bytes).toBeLessThanOrEqual(bytes);
});

test('clear forgets all steps and leaves the state', () => {
  const store = open({ a: 0 });
  store.at('a').set(1);
  store.history.clear();
  expect([store.history.undo(), store.history.steps, store.get()]).toEqual([false, [], { a: 1 }]);
});

test('whoever listens to the history is told when it is another', () => {
  const store = open({ a: 0 });
  const told: unknown[] = [];
  store.history.subscribe((state) => told.push([state.position, state.length]), { schedule: 'sync' });
  store.at('a').set(1);
  store.at('a').set(1);
  store.history.undo();
  store.history.clear();
  expect(told).toEqual([
    [1, 1],
    [0, 1],
    [0, 0],
  ]);
  expect(store.history.get()).toBe(store.history.get());
});

test('a selection may read the history', () => {
  const store = open({ a: 0 });
  const label = store.select((state) => `${state.a} of ${store.history.get().length}`);
  const told: unknown[] = [];
  label.subscribe((text) => told.push(text), { schedule: 'sync' });
  store.at('a').set(1);
  store.history.undo();
  expect(told.at(-1)).toBe('0 of 1');
});

test('within a batch nothing can be undone', () => {
  const store = open({ a: 0 });
  store.at('a').set(1);
  for (const run of [() => store.history.undo(), () => store.history.redo(), () => store.history.jumpTo(0)]) {
    expect(codeOf(() => store.batch(run))).toBe('INVALID_CALL');
  }
  expect([store.get(), store.history.position]).toEqual([{ a: 1 }, 1]);
});

test('options that make no sense are refused', () => {
  for (const history of [{ bytes: 0 }, { steps: 0 }, { coalesce: -1 }, { bytes: Number.NaN }]) {
    expect(() => open({}, history)).toThrow(TypeError);
  }
});

test('big histories of compressed steps lead through every state', () => {
  const store = open({ rows: Array.from({ length: 50 }, (_, id) => ({ id, text: `row ${id}` })) });
  const states = [JSON.stringify(store.get())];
  for (let step = 0; step < 2_000; step++) {
    store.at('rows', (step * 7) % 50, 'text').set(`the text of step ${step}, which is rather long`);
    states.push(JSON.stringify(store.get()));
  }
  for (let position = 1_999; position >= 0; position--) {
    store.history.undo();
    if (JSON.stringify(store.get()) !== states[position])
      throw new Error(`undone to ${position}, it is another`);
  }
  for (const position of [2_000, 3, 1_500, 1_499, 0, 777]) {
    store.history.jumpTo(position);
    expect(JSON.stringify(store.get())).toBe(states[position]);
  }
});
