/** Values of other state libraries: they are stored as what they show. */
import { createDraft, enableMapSet } from 'immer';
import { observable } from 'mobx';
import { create } from 'mutative';
import { createStore as createSolidStore } from 'solid-js/store';
import { proxy } from 'valtio/vanilla';
import { expect, test } from 'vitest';
import { markRaw, reactive, readonly, ref, shallowReactive } from 'vue';
import { createStore } from './index.ts';

enableMapSet();

const plain = () => ({
  n: 1,
  list: [1, { x: 2, tags: ['a'] }],
  map: new Map<string, unknown>([
    ['b', 1],
    ['a', { y: new Map([['z', 2]]) }],
  ]),
  on: new Date(5),
  bytes: Uint8Array.of(1, 2),
});

/** What each library makes of it. */
const made: Record<string, (value: ReturnType<typeof plain>) => object> = {
  'reactive of Vue': (value) => reactive(value),
  'readonly of Vue': (value) => readonly(reactive(value)),
  'shallowReactive of Vue': (value) => shallowReactive(value),
  'a nested ref of Vue': (value) =>
    reactive({ ...value, n: ref(1), list: ref(value.list), map: ref(value.map) }),
  'markRaw of Vue': (value) => markRaw(value),
  'observable of MobX': (value) => observable(value),
  'observable of MobX without proxies': (value) => observable(value, {}, { proxy: false } as object),
  'proxy of valtio': (value) => proxy(value),
  'a store of Solid': (value) => createSolidStore(value)[0],
  'a draft of Immer': (value) => createDraft(value),
  'a draft of Immer that has changed': (value) => {
    const draft = createDraft({ ...value, n: 0, list: value.list.slice(1) });
    draft.n = 1;
    draft.list.unshift(1);
    draft.map.delete('b');
    draft.map.clear();
    for (const [key, item] of value.map) draft.map.set(key, item);
    return draft;
  },
  'a draft of Mutative': (value) => {
    const [draft] = create({ ...value, n: 0 });
    draft.n = 1;
    for (const [key, item] of [...draft.map]) draft.map.delete(key) && draft.map.set(key, item);
    return draft;
  },
};

for (const [name, make] of Object.entries(made)) {
  test(`${name} is stored as what it shows`, () => {
    expect(createStore(make(plain())).get()).toEqual(plain());
    const store = createStore<{ value: unknown; list: unknown[] }>({ value: 0, list: [] });
    store.at('value').set(make(plain()));
    store.at('list').push(make(plain()));
    store.update((draft) => {
      draft.list.push(make(plain()));
    });
    store.at('value').reconcile(make({ ...plain(), n: 2 }));
    expect(store.get()).toEqual({
      value: {
        ...plain(),
        n: name.includes('ref') || name.includes('changed') || name.includes('Mutative') ? 1 : 2,
      },
      list: [plain(), plain()],
    });
  });
}

test('maps of other libraries can be merged, and be the state', () => {
  const entries = () =>
    new Map<string, unknown>([
      ['a', 1],
      ['b', { c: [2] }],
    ]);
  for (const map of [
    reactive(entries()),
    readonly(entries()),
    observable.map(entries()),
    createDraft(entries()),
  ]) {
    const store = createStore<{ into: object; map: Map<string, unknown> }>({ into: {}, map: new Map() });
    store.at('into').merge(map as object);
    store.at('map').merge(map as never);
    store.batch(() => store.at('map').merge(map as never));
    expect(store.get()).toEqual({ into: { a: 1, b: { c: [2] } }, map: entries() });
    expect(createStore(map as ReadonlyMap<string, unknown>).get()).toEqual(entries());
  }
});

test('symbols that are not enumerable are not seen, others are refused', () => {
  const value = Object.defineProperty({ a: 1 }, Symbol('hidden'), { value: 2 });
  expect(createStore(value).get()).toEqual({ a: 1 });
  expect(() => createStore({ a: { [Symbol('seen')]: 1 } })).toThrow('symbols as keys');
});

test('a ref that is no property of a reactive object is refused, as it shows itself', () => {
  expect(() => createStore(reactive({ list: [ref(1)] }))).toThrow('list[0]: an instance of RefImpl');
});

test('what is no map inside and marks itself as none is refused', () => {
  class Sorted extends Map<string, number> {}
  expect(() => createStore({ map: new Sorted() })).toThrow('an instance of Sorted');
  const pretender = { [Symbol.toStringTag]: 'Map', forEach: () => {} };
  Object.setPrototypeOf(pretender, Object.create(Object.prototype) as object);
  expect(() => createStore<unknown>({ map: pretender })).toThrow('not what it claims to be');
});
