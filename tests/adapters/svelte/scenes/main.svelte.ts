import { createStore, type Store } from 'gaesup-state';
import { useStore } from 'gaesup-state/svelte';
import { flushSync } from 'svelte';
import Asks from './Asks.svelte';
import Inputs from './Inputs.svelte';
import List from './List.svelte';
import Reads from './Reads.svelte';
import Shared from './Shared.svelte';
import { later, type State, seen, show, storeOf } from './stage.ts';
import Waits from './Waits.svelte';
import Writes from './Writes.svelte';

const rowsOf = (length: number) => createStore({ rows: Array.from({ length }, (_, id) => ({ id, n: 0 })) });

/** One store for all that come and go. */
const hundred = rowsOf(100);

/** What the tests have done in the page; each answers what it saw. */
const scenes = {
  async runes() {
    const store = storeOf();
    const props = $state({ store, index: 0 });
    const page = show(Reads, props);
    const texts = [page.text()];
    store.at('n').set(2);
    store.at('n').set(3);
    flushSync();
    store.at('other').set(1);
    store.at('rows', 0, 'title').set('x');
    flushSync();
    texts.push(page.text());
    const counted = { ...seen };
    props.index = 2;
    flushSync();
    texts.push(page.text());
    store.at('rows', 2, 'title').set('y');
    store.at('rows').push({ title: 'd' });
    flushSync();
    texts.push(page.text());
    await later();
    const { watchers } = store.stats();
    await page.unmount();
    return { texts, counted, watchers: [watchers, store.stats().watchers] };
  },

  async rows() {
    const store = rowsOf(10_000);
    const page = show(List, { store });
    const first = seen['row']?.length ?? 0;
    const { watchers } = store.stats();
    store.at('rows', 4_321, 'n').set(1);
    flushSync();
    const text = page.host.querySelectorAll('li')[4_321]?.textContent;
    store.at('rows', 4_321, 'id').set(-1);
    flushSync();
    const update = seen['row']?.slice(first);
    const element = page.host.querySelectorAll('li')[9_999];
    store.at('rows').remove(0);
    flushSync();
    const kept = page.host.querySelectorAll('li')[9_998] === element;
    await page.unmount();
    return { first, watchers: [watchers, store.stats().watchers], update, text, kept };
  },

  async inputs() {
    const store = storeOf();
    const page = show(Inputs, { store });
    const input = (id: string) => page.host.querySelector(`#${id}`) as HTMLInputElement;
    const enter = (id: string, value: string) => {
      input(id).value = value;
      input(id).dispatchEvent(new Event('input', { bubbles: true }));
      flushSync();
    };
    enter('text', 'first');
    const texts = [store.get().title, input('contract').value];
    enter('contract', 'second');
    texts.push(store.get().title, input('text').value);
    enter('n', '7');
    page.host.querySelector('button')?.click();
    for (const id of ['done', 'b', 'l']) input(id).click();
    flushSync();
    const state = store.get();
    const shown = [...(page.host.querySelector('select')?.selectedOptions ?? [])].map(({ value }) => value);
    store.at('picked').set(['b']);
    store.at('size').set('s');
    flushSync();
    const checked = [input('a').checked, input('b').checked, input('s').checked, input('l').checked];
    await page.unmount();
    return { texts, state, shown, checked, watchers: store.stats().watchers };
  },

  async waits() {
    const store = storeOf();
    let go = (_: string) => {};
    const until = new Promise<string>((resolve) => {
      go = resolve;
    });
    const page = show(Waits, { store, until });
    const texts = [page.text()];
    store.at('n').set(2);
    flushSync();
    texts.push(page.text());
    go('there');
    await later();
    store.at('n').set(3);
    flushSync();
    texts.push(page.text());
    store.at('rows').set([]);
    flushSync();
    texts.push(page.text());
    store.at('rows').push({ title: 'z' });
    page.host.querySelector('button')?.click();
    flushSync();
    texts.push(page.text());
    store.at('rows', 0, 'title').set('again');
    flushSync();
    texts.push(page.text());
    await page.unmount();
    return { texts, errors: seen['errors'], watchers: store.stats().watchers };
  },

  /** A value that lives longer than the components that show it. */
  async shared() {
    const store = storeOf();
    const shared = useStore(store.at('n'), { schedule: { debounce: 100_000 } });
    const first = show(Shared, { shared });
    await first.unmount();
    const watchers = [store.stats().watchers];
    store.at('n').set(2);
    const asked = shared.current;
    const second = show(Shared, { shared });
    const third = show(Shared, { shared });
    const texts = [second.text(), third.text()];
    watchers.push(store.stats().watchers);
    await second.unmount();
    watchers.push(store.stats().watchers);
    await third.unmount();
    watchers.push(store.stats().watchers);
    return { asked, texts, watchers };
  },

  /** A derived value that only an event handler reads. */
  async asks() {
    const store = storeOf();
    const page = show(Asks, { store });
    const ask = () => page.host.querySelector('button')?.click();
    ask();
    store.at('n').set(5);
    ask();
    await later();
    store.at('n').set(6);
    ask();
    await page.unmount();
    return { asked: seen['asked'], watchers: store.stats().watchers };
  },

  /** An effect that writes does not depend on what selectors read for that. */
  async writes() {
    const store = storeOf();
    const page = show(Writes, { store });
    const set = (page.made as { set(next: object): void }).set;
    set({ source: 2 });
    flushSync();
    set({ factor: 10 });
    flushSync();
    const texts = [page.text()];
    store.at('n').set(7);
    flushSync();
    texts.push(page.text());
    set({ factor: 100 });
    flushSync();
    texts.push(page.text());
    await page.unmount();
    return { texts, writes: seen['writes'], watchers: store.stats().watchers };
  },

  async proxies() {
    const store: Store<State> = storeOf();
    const held = $state({ store, rows: store.get().rows });
    const row = $state({ title: 'mine' });
    held.store.at('rows').push(row);
    row.title = 'changed';
    return { isStore: held.store === store, rows: store.get().rows.map(({ title }) => title) };
  },

  async burst() {
    const store = rowsOf(1_000);
    const page = show(List, { store });
    const runs = store.stats().selectorRuns;
    for (let row = 0; row < 1_000; row++) store.at('rows', row, 'id').set(row + 1_000);
    flushSync();
    const more = store.stats().selectorRuns - runs;
    await page.unmount();
    return more;
  },

  /** Mounts and unmounts 100 watching components, again and again; answers how many watchers there are then. */
  async lives(times: number) {
    for (let time = 0; time < times; time++) await show(List, { store: hundred }).unmount();
    return hundred.stats().watchers;
  },
};

export type Scenes = typeof scenes;

Object.assign(window, { scenes });
