import { expect, test, vi } from 'vitest';
import { createStore, type Store } from './index.ts';

vi.setConfig({ testTimeout: 120_000 });

interface State {
  rows: { id: number; body: string | Date; tags: string[] }[];
  texts: string[];
  map: Map<string, string>;
  dictionary: Record<string, string | { body: string }>;
}

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One step of a program; `text` turns a label into what is stored for it. */
function step(store: Store<State>, text: (label: string) => string, random: (below: number) => number): void {
  const label = () => text(`text ${10 + random(12)}`);
  const key = `key ${random(4)}`;
  const texts = () => Array.from({ length: random(11) }, label);
  const write = (): void => {
    const { length } = store.get().rows;
    const row = random(Math.max(length, 1));
    switch (random(16)) {
      case 0:
        return length === 0 ? undefined : store.at('rows', row, 'body').set(label());
      case 1:
        return void store.at('rows').push({ id: random(1_000), body: label(), tags: texts() });
      case 2:
        return length === 0 ? undefined : void store.at('rows').remove(row);
      case 3:
        return length === 0 ? undefined : void store.at('rows').move(row, random(length));
      case 4:
        return store.at('texts').set(texts());
      case 5:
        return store.at('texts').insert(0, label());
      case 6:
        return store.at('map').set(new Map(texts().map((value, index) => [`key ${index % 4}`, value])));
      case 7:
        return store.at('map').merge(new Map([[key, label()]]));
      case 8:
        return store.at('dictionary').merge({ [key]: random(2) === 0 ? label() : { body: label() } });
      case 9:
        return store.update((draft) => {
          draft.texts.reverse();
          if (draft.rows.length > 1) draft.rows.push(draft.rows[random(draft.rows.length)]);
          draft.dictionary[key] = draft.texts[0] ?? label();
        });
      case 10:
        return store.update((draft) => {
          draft.texts.sort();
          draft.map.set(key, [...draft.map.values()][0] ?? label());
          delete draft.dictionary[`key ${random(4)}`];
        });
      case 11:
        return void store.at('texts').reconcile(store.get().texts.concat(label()).slice(random(3)));
      case 12:
        return length === 0
          ? undefined
          : store.at('rows', row).merge({ body: label(), extra: label() } as never);
      case 13:
        return void store.at('rows').ingest(JSON.stringify(store.get().rows.slice(random(2))));
      case 14:
        return store.at('dictionary').set({ [key]: label(), other: { body: label() } });
      default:
        return length === 0
          ? undefined
          : store.at('rows', row).set({ id: 1, body: label(), tags: [label()] });
    }
  };
  const kind = random(9);
  if (kind === 0) store.history.undo();
  else if (kind === 1) store.history.redo();
  else if (kind < 4) {
    const fails = random(3) === 0;
    const times = 1 + random(5);
    try {
      store.batch(() => {
        for (let time = 0; time < times; time++) {
          if (random(3) === 0) store.batch(write);
          else write();
        }
        if (fails) throw new Error('taken back');
      });
    } catch (error) {
      if ((error as Error).message !== 'taken back') throw error;
    }
  } else write();
}

/** The same state with other texts. */
function translated(value: unknown, text: (label: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, translated(item, text)]));
  if (Array.isArray(value)) return value.map((item) => translated(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, translated(item, text)]));
}

test('programs on long texts lead where the same programs on short texts lead', () => {
  const long = (label: string) => label.padEnd(8_200, label);
  const first = (): State => ({ rows: [], texts: ['a'], map: new Map(), dictionary: {} });
  for (let seed = 1; seed <= 20; seed++) {
    const [subject, model] = [long, (label: string) => label].map((text) => ({
      text,
      random: numbers(seed),
      store: createStore(first(), { history: true }),
    }));
    const others = numbers(seed + 1_000);
    for (let count = 0; count < 60; count++) {
      for (const { store, text, random } of [subject, model]) step(store, text, random);
      if (others(10) === 0) (subject.store as unknown as { core: { collect(): void } }).core.collect();
      const expected = translated(model.store.get(), (label) =>
        label.startsWith('text') ? long(label) : label,
      );
      if (others(3) === 0) expect([seed, count, subject.store.get()]).toEqual([seed, count, expected]);
    }
    subject.store.dispose();
    model.store.dispose();
  }
});
