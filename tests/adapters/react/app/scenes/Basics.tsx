import { useStore } from 'gaesup-state/react';
import { memo, useEffect, useState } from 'react';
import { note, store } from '../page.ts';

/** Selectors written inline, of fresh objects, of props; cursors made while rendering. */
export function Basics() {
  const [index, setIndex] = useState(0);
  return (
    <>
      <button type="button" id="increment" onClick={() => store.at('n').increment()}>
        More
      </button>
      <button type="button" id="next" onClick={() => setIndex(index + 1)}>
        Next row
      </button>
      <Fresh />
      <ByProp index={index} />
      <Several />
      <Mounts />
    </>
  );
}

function Fresh() {
  note('Fresh');
  const view = useStore(store, (s) => ({ n: s.n, twice: [s.n * 2].join() }));
  const titles = useStore(store, (s) => s.rows.map((row) => row.title));
  // What depends on a value that is a fresh object each time does so when it says something else.
  useEffect(() => noteView(view), [view]);
  return <output id="fresh">{`${view.n} ${view.twice} ${titles.join('')}`}</output>;
}

function noteView(_: object): void {
  note('Fresh: another view');
}

const ByProp = memo(({ index }: { index: number }) => {
  note('ByProp');
  const selected = useStore(store, (s) => s.rows[index]?.title ?? '-');
  const pointed = useStore(store.at('rows', index, 'title'));
  return <output id="by-prop">{`${selected} ${String(pointed)}`}</output>;
});

function Several() {
  note('Several');
  const n = useStore(store.at('n'));
  const same = useStore(store, (s) => s.n);
  const sum = useStore(store, (s) => s.n + s.other);
  // Several watchers of a component are one rendering.
  return <output id="several">{`${n} ${same} ${sum}`}</output>;
}

function Mounts() {
  const n = useStore(store, (s) => s.n);
  useEffect(() => note('Mounts: effect'), []);
  return <output id="mounts">{n}</output>;
}
