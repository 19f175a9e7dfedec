/** Keys are data: whatever they are called, they are what was written, and no prototype changes. */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { applyJSONPatch, createStore, current, original, type Store } from './index.ts';

/** Named, as linters take the key for what it leads to in plain objects. */
const PROTO: string = '__proto__';

const HOSTILE = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  '__defineGetter__',
  '__lookupGetter__',
  'isPrototypeOf',
  'push',
  'map',
  'get',
  'set',
  'entries',
  'length',
  'call',
  'apply',
  'bind',
  'name',
  'then',
  'toJSON',
  'size',
  '0',
  '-1',
  '',
  'a',
] as const;

/** All that leads from builtins to others, with what they have. */
function builtins(): Map<object, PropertyDescriptorMap> {
  const seen = new Map<object, PropertyDescriptorMap>();
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    const properties = Object.getOwnPropertyDescriptors(value) as PropertyDescriptorMap;
    seen.set(value, properties);
    for (const { value: inside } of Object.values(properties)) visit(inside);
    visit(Object.getPrototypeOf(value));
  };
  for (const builtin of [Object, Array, Map, Function, Date, Uint8Array, Set, Promise, Symbol, Reflect])
    visit(builtin);
  return seen;
}

const before = builtins();
const unchanged = (): void => {
  for (const [object, properties] of before) {
    const keys = Reflect.ownKeys(object);
    if (keys.length === Reflect.ownKeys(properties).length) continue;
    const added = keys.filter((key) => !Object.hasOwn(properties, key));
    for (const key of added) Reflect.deleteProperty(object, key);
    throw new Error(`a builtin has got ${added.map(String).join()}`);
  }
};
afterEach(unchanged);

type Keyed = Record<string, unknown>;
const keyed = (value: unknown): Keyed => value as Keyed;
const own = (key: string, value: unknown): Keyed => Object.fromEntries([[key, value]]);

/** Writes as a generic helper would: it follows what it is given, and makes what is missing. */
function assignDeep(target: unknown, keys: readonly string[], value: unknown): void {
  let here = keyed(target);
  for (const key of keys.slice(0, -1)) {
    here[key] ??= {};
    const next = here[key];
    // A primitive leads to its own prototype, whoever has it.
    if (typeof next !== 'object' && typeof next !== 'function') return;
    here = keyed(next);
  }
  here[keys.at(-1) as string] = value;
}

const targets: Record<string, () => unknown> = {
  'an object': () => ({ o: {} }),
  'an object with the key': () => ({ o: own('__proto__', { polluted: 0 }) }),
  'a dictionary': () => ({
    o: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, index])),
  }),
  'an array': () => ({ o: [1, {}, []] }),
  'a Map': () => ({ o: new Map([['a', 1]]) }),
};

for (const [name, make] of Object.entries(targets)) {
  test(`no chain of keys into a draft of ${name} reaches a prototype`, () => {
    const store = createStore(make());
    for (const a of HOSTILE) {
      for (const b of HOSTILE) {
        for (const last of [[], ['polluted'], ['prototype', 'polluted'], ['__proto__', 'polluted']]) {
          store.set(make());
          try {
            store.update((draft) => assignDeep(draft, ['o', a, b, ...last], 1));
          } catch {
            // What an array, a map or a method is not given is refused.
          }
        }
      }
      expect(() => unchanged(), a).not.toThrow();
    }
  }, 60_000);
}

test('reading __proto__ of what a recipe or a selector is given reads the key', () => {
  const store = createStore<{ o: Keyed; list: unknown[]; map: Map<string, unknown> }>({
    o: {},
    list: [],
    map: new Map(),
  });
  const leads = (state: object): unknown[] =>
    Object.values(state).flatMap((part: Keyed) => [part[PROTO], '__proto__' in part]);
  const none = [undefined, false, undefined, false];
  store.update((draft) => void expect(leads(draft).slice(0, 4)).toEqual(none));
  store.update((draft) => void expect(keyed(draft.map)[PROTO]).toBe(undefined));
  expect(store.get((state) => leads(state).slice(0, 4))).toEqual(none);
  expect(store.get((state) => keyed(state.map)[PROTO])).toBe(undefined);
  expect(() =>
    store.update((draft) => void Object.assign(keyed(keyed(draft.o)[PROTO]), { polluted: 1 })),
  ).toThrow(TypeError);
  expect(() =>
    store.get((state) => {
      keyed(keyed(state.o)[PROTO])['polluted'] = 1;
    }),
  ).toThrow(TypeError);
  expect(store.get()).toEqual({ o: {}, list: [], map: new Map() });
  store.at('o', '__proto__').set({ n: 1 });
  store.update((draft) => {
    keyed(keyed(draft.o)[PROTO])['n'] = 2;
  });
  expect(store.get((state) => keyed(keyed(state.o)[PROTO])['n'])).toBe(2);
  expect(Object.hasOwn(store.get().o, '__proto__')).toBe(true);
});

test('methods of a draft can still be called', () => {
  const store = createStore({ o: { a: 1 }, list: [3, 1, 2] });
  store.update((draft) => {
    expect([Object.hasOwn(draft.o, 'a'), draft.o.toString(), draft.list.map(String)]).toEqual([
      true,
      '[object Object]',
      ['3', '1', '2'],
    ]);
    draft.list.push.apply(draft.list, [5, 4]);
    draft.list.sort();
    expect(draft.list.push).toBe(draft.list.push);
    expect([draft.o instanceof Object, Array.isArray(draft.list)]).toEqual([true, true]);
  });
  expect(store.get().list).toEqual([1, 2, 3, 4, 5]);
});

type Model = Map<string, Model | number>;
type Step = {
  how: 'draft' | 'cursor' | 'merge' | 'patch' | 'delete' | 'batch';
  keys: string[];
  value: number;
};

const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE.filter((each) => each !== '')) },
  fc.string(),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    how: fc.constantFrom('draft', 'cursor', 'merge', 'patch', 'delete', 'batch'),
    keys: fc.array(key, { minLength: 1, maxLength: 3 }),
    value: fc.integer(),
  }),
  { maxLength: 12 },
);

/** How far keys lead into the model: the container around the last, made where it is missing. */
function containerOf(model: Model, keys: readonly string[]): Model {
  let here = model;
  for (const each of keys) {
    let next = here.get(each);
    if (!(next instanceof Map)) {
      next = new Map();
      here.set(each, next);
    }
    here = next;
  }
  return here;
}

function asModel(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, item]) => [name, asModel(item)]));
}

function play(store: Store<Keyed>, model: Model, { how, keys, value }: Step): void {
  const around = keys.slice(0, -1);
  const last = keys.at(-1) as string;
  if (how === 'delete') {
    const exists = keys.every((_, at) => {
      const home = keys
        .slice(0, at)
        .reduce<Model | number | undefined>(
          (here, each) => (here instanceof Map ? here.get(each) : undefined),
          model,
        );
      return home instanceof Map && home.has(keys[at] as string);
    });
    if (!exists) return;
    containerOf(model, around).delete(last);
    store.at(...(keys as [string])).delete();
    return;
  }
  // Containers first, by a draft, in which only own keys count.
  store.update((draft) => {
    let here = draft;
    for (const each of around) {
      if (typeof here[each] !== 'object') here[each] = {};
      here = keyed(here[each]);
    }
    if (how === 'draft') here[last] = value;
  });
  containerOf(model, around).set(last, value);
  const cursor = around.length === 0 ? store : store.at(...(around as [string]));
  if (how === 'cursor') store.at(...(keys as [string])).set(value);
  if (how === 'batch') store.batch(() => store.at(...(keys as [string])).set(value));
  if (how === 'merge') cursor.merge(own(last, value));
  if (how === 'patch') {
    const pointer = keys.map((each) => `/${each.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    applyJSONPatch(store, [{ op: 'add', path: pointer, value }]);
  }
}

test('any program of hostile keys leaves what a model has, read in every way', () => {
  fc.assert(
    fc.property(steps, (program) => {
      const store = createStore<Keyed>({});
      const replica = createStore<Keyed>({});
      store.onCommit(({ delta }) => void replica.apply(delta));
      const model: Model = new Map();
      for (const step of program) play(store, model, step);
      const values = [
        store.get(),
        replica.get(),
        store.get((state) => ({ ...state })),
        store.get((state) => JSON.parse(JSON.stringify(state)) as unknown),
      ];
      store.update(
        (draft) =>
          void values.push(current(draft), original(draft), JSON.parse(JSON.stringify({ ...draft }))),
      );
      values.push(createStore(store.get()).get());
      for (const value of values) expect(asModel(value)).toEqual(model);
      unchanged();
      store.dispose();
      replica.dispose();
    }),
    { numRuns: 150, seed: 20 },
  );
}, 60_000);
