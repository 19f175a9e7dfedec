import { useStore } from 'gaesup-state/react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { note, store } from '../page.ts';

declare global {
  interface Window {
    /** Which rows were rendered since somebody looked. */
    rendered: number[];
    /** Mounts and unmounts an app of components that watch. */
    cycle(rounds: number): void;
  }
}

window.rendered = [];

function noteRow(index: number): void {
  window.rendered.push(index);
}

/** A component and a watcher for each row. */
export function Rows() {
  const length = useStore(store, (s) => s.rows.length);
  note('Rows');
  return Array.from({ length }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
    <Row key={index} index={index} />
  ));
}

function Row({ index }: { index: number }) {
  noteRow(index);
  return <output>{useStore(store.at('rows', index, 'title'))}</output>;
}

const WATCHERS = 100;

window.cycle = (rounds) => {
  for (let round = 0; round < rounds; round++) {
    const root = createRoot(document.createElement('div'));
    flushSync(() => root.render(<Watchers />));
    flushSync(() => store.at('n').set(round));
    flushSync(() => root.unmount());
  }
};

function Watchers() {
  return Array.from({ length: WATCHERS / 2 }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
    <Pair key={index} index={index} />
  ));
}

function Pair({ index }: { index: number }) {
  const title = useStore(store.at('rows', index, 'title'));
  const view = useStore(store, (s) => ({ n: s.n, title: s.rows[index]?.title }));
  return `${title} ${view.n} ${view.title}`;
}
