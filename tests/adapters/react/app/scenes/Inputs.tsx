import { useCursor, useStore } from 'gaesup-state/react';
import { useEffect } from 'react';
import { note, store } from '../page.ts';

/** Controlled inputs, and the options that say when and whether a value is another. */
export function Inputs() {
  return (
    <>
      <Field />
      <Selected />
      <Frame />
      <Now />
      <Debounced />
      <Throttled />
      <Rough />
    </>
  );
}

function Field() {
  const [title, setTitle] = useCursor(store.at('title'));
  const [n, setN] = useCursor(store.at('n'));
  return (
    <>
      <input id="title" value={title} onChange={(event) => setTitle(event.target.value)} />
      <textarea id="upper" value={title} onChange={(event) => setTitle(event.target.value.toUpperCase())} />
      <button type="button" id="double" onClick={() => setN((before) => before * 2)}>
        {n}
      </button>
      <output id="typed">{title}</output>
    </>
  );
}

function Selected() {
  const [title, setTitle] = useCursor(store.at('rows', 0, 'title'));
  return (
    <select id="choice" value={title} onChange={(event) => setTitle(event.target.value)}>
      <option>a</option>
      <option>z</option>
    </select>
  );
}

function Frame() {
  note('Frame');
  return <output id="frame">{useStore(store, (s) => s.n, { schedule: 'frame' })}</output>;
}

function Now() {
  note('Now');
  return <output>{useStore(store, (s) => s.n)}</output>;
}

/** Renders with each letter, which is no reason to show what it waits with. */
function Debounced() {
  const title = useStore(store.at('title'));
  const late = useStore(store, (s) => s.title.length, { schedule: { debounce: 400 } });
  useEffect(() => noteShown(late), [late]);
  return <output id="debounced">{`${title.length} ${late}`}</output>;
}

function noteShown(_: number): void {
  note('Debounced: shown');
}

function Throttled() {
  note('Throttled');
  return <output id="throttled">{useStore(store.at('n'), { schedule: { throttle: 800 } })}</output>;
}

function Rough() {
  note('Rough');
  const equals = (a: unknown, b: unknown) => Math.floor(Number(a) / 10) === Math.floor(Number(b) / 10);
  return <output id="rough">{useStore(store, (s) => s.n, { equals })}</output>;
}
