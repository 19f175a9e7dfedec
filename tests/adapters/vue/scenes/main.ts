import { createStore } from 'gaesup-state';
import { useStore, useStoreContext } from 'gaesup-state/vue';
import { effectScope, h, isProxy, isReactive, nextTick, reactive, ref, toRaw, watchEffect } from 'vue';
import Inputs from './Inputs.vue';
import List from './List.vue';
import OptionsApi from './OptionsApi.vue';
import Provider from './Provider.vue';
import Reads from './Reads.vue';
import Suspended from './Suspended.vue';
import { count, seen, show, storeOf } from './stage.ts';
import Tabs from './Tabs.vue';
import Whole from './Whole.vue';

const rowsOf = (length: number) => createStore({ rows: Array.from({ length }, (_, id) => ({ id, n: 0 })) });

/** One store for all that come and go. */
const hundred = rowsOf(100);

/** Proxies made while something runs. */
async function proxiesMade(work: () => Promise<void>): Promise<number> {
  const Native = globalThis.Proxy;
  let made = 0;
  globalThis.Proxy = new Native(Native, {
    construct(target, parts) {
      made++;
      return Reflect.construct(target, parts);
    },
  });
  await work();
  globalThis.Proxy = Native;
  return made;
}

/** What the tests have done in the page; each answers what it saw. */
const scenes = {
  async reads() {
    const page = await show(Reads, { index: 0 });
    const before = page.text();
    page.store.at('n').set(2);
    page.store.at('n').set(3);
    await nextTick();
    page.store.at('other').set(1);
    page.store.at('rows', 0, 'title').set('x');
    await nextTick();
    const after = page.text();
    page.unmount();
    page.store.at('n').set(9);
    await nextTick();
    return { before, after, seen: { ...seen }, watchers: page.store.stats().watchers };
  },

  async props() {
    const store = storeOf();
    const props = reactive({ index: 0 });
    const page = await show({ render: () => h(Reads, { index: props.index }) }, {}, store);
    props.index = 2;
    await nextTick();
    const texts = [page.text()];
    store.at('rows', 2, 'title').set('y');
    await nextTick();
    texts.push(page.text());
    const { watchers } = store.stats();
    page.unmount();
    return { texts, watchers: [watchers, store.stats().watchers] };
  },

  async keepAlive() {
    const page = await show(Tabs);
    const tabs = page.made as { tab: string; shown: { now(): unknown[] } };
    const first = tabs.shown;
    tabs.tab = 'b';
    await nextTick();
    const before = { ...countsOf('a') };
    for (let n = 2; n <= 10; n++) {
      page.store.at('n').set(n);
      await nextTick();
    }
    page.store.at('title').set('bye');
    await nextTick();
    const meanwhile = { ...countsOf('a'), asked: first.now(), b: page.text() };
    tabs.tab = 'a';
    await nextTick();
    await nextTick();
    const after = { ...countsOf('a'), text: page.text(), activated: seen['a activated'] };
    page.store.at('n').set(11);
    await nextTick();
    const text = page.text();
    page.unmount();
    return { before, meanwhile, after, text, watchers: page.store.stats().watchers };
  },

  async suspense() {
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    const page = await show(Suspended, { until });
    const texts = [page.text()];
    page.store.at('n').set(2);
    go();
    await new Promise((resolve) => setTimeout(resolve));
    texts.push(page.text());
    page.store.at('n').set(3);
    await nextTick();
    texts.push(page.text());
    page.unmount();
    return { texts, watchers: page.store.stats().watchers };
  },

  async options() {
    const page = await show(OptionsApi);
    const texts = [page.text()];
    page.store.at('n').set(2);
    await nextTick();
    page.host.querySelector('button')?.click();
    await nextTick();
    texts.push(page.text());
    const updates = count('updated');
    // A store in data is not made reactive: what it keeps for itself concerns no component.
    page.store.at('other').set(1);
    await nextTick();
    const needless = count('updated') - updates;
    page.unmount();
    const { title } = page.store.get();
    return { texts, title, watched: seen['watch'], needless, watchers: page.store.stats().watchers };
  },

  async plain() {
    const store = rowsOf(10_000);
    const proxies = await proxiesMade(async () => {
      const page = await show(Whole, { store }, store);
      store.at('rows', 5, 'n').set(1);
      await nextTick();
      page.unmount();
    });
    const scope = effectScope();
    const rows = scope.run(() => useStore(store.at('rows')));
    const value = rows?.value ?? [];
    const held = reactive({ store, cursor: store.at('rows'), selection: store.select((s) => s.rows.length) });
    const answer = {
      // One for each of the app's two components, and one for what setup gives.
      areFew: proxies < 10,
      isReactive: [rows, value, value[0]].map((part) => isReactive(part) || isProxy(part)),
      isOwn: toRaw(value) === store.get().rows,
      held: [held.store, held.cursor, held.selection].map(isProxy),
      history: isProxy(ref(store.history).value),
    };
    scope.stop();
    return { ...answer, watchers: store.stats().watchers };
  },

  async scopes() {
    const store = storeOf();
    const scope = effectScope();
    const seen: number[] = [];
    scope.run(() => {
      const n = useStore(store.at('n'));
      const upper = useStore(store, (s) => s.title.toUpperCase() + n.value);
      watchEffect(() => seen.push(n.value + upper.value.length), { flush: 'sync' });
    });
    store.at('n').set(2);
    const { watchers } = store.stats();
    scope.stop();
    store.at('n').set(3);
    return { seen, watchers: [watchers, store.stats().watchers] };
  },

  async rows() {
    const store = rowsOf(10_000);
    const page = await show(List, { store }, store);
    const first = count('row');
    const { watchers } = store.stats();
    store.at('rows', 4_321, 'n').set(1);
    await nextTick();
    const update = { rows: seen['row']?.slice(first), lists: count('list') };
    const text = page.host.querySelectorAll('li')[4_321]?.textContent;
    page.unmount();
    return { first, watchers: [watchers, store.stats().watchers], update, text };
  },

  async inputs() {
    const { host, store, unmount } = await show(Inputs);
    const input = (id: string) => host.querySelector(`#${id}`) as HTMLInputElement;
    const enter = async (id: string, value: string, event: string) => {
      input(id).value = value;
      input(id).dispatchEvent(new Event(event));
      await nextTick();
    };
    await enter('lazy', '  trimmed ', 'change');
    await enter('n', '7', 'input');
    for (const id of ['done', 'b', 'l']) input(id).click();
    await nextTick();
    const state = store.get();
    const shown = [...(host.querySelector('select')?.selectedOptions ?? [])].map((option) => option.value);
    for (const option of host.querySelectorAll('option')) option.selected = option.text === 'b';
    host.querySelector('select')?.dispatchEvent(new Event('change'));
    await nextTick();
    const checked = [input('a').checked, input('b').checked, input('s').checked, input('l').checked];
    const text = input('text').value;
    unmount();
    return { state, shown, picked: store.get().picked, text, checked };
  },

  async context() {
    const [outer, inner] = [storeOf(), storeOf()];
    inner.at('n').set(50);
    const page = await show(Provider, { store: inner }, outer);
    const text = page.text();
    const own = page.app.runWithContext(() => useStoreContext()) === outer;
    page.unmount();
    return { text, own, watchers: [outer.stats().watchers, inner.stats().watchers] };
  },

  /** Many updates in one task cost one look. */
  async burst() {
    const store = rowsOf(1_000);
    const page = await show(Whole, { store }, store);
    const { built } = store.stats().views;
    for (let row = 0; row < 1_000; row++) store.at('rows', row, 'n').set(1);
    await nextTick();
    const after = store.stats().views.built - built;
    page.unmount();
    return after;
  },

  /** Mounts and unmounts 100 watching components, again and again; answers how many watchers there are then. */
  async lives(times: number) {
    const store = hundred;
    for (let time = 0; time < times; time++) {
      (await show(List, { store }, store)).unmount();
      // The browser lets go of elements between tasks.
      if (time % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    return store.stats().watchers;
  },
};

function countsOf(name: string) {
  return {
    renders: count(`${name} renders`),
    selects: count(`${name} selects`),
    watched: seen[`${name} watches`] ?? [],
  };
}

export type Scenes = typeof scenes;

Object.assign(window, { scenes });
