import { useStore } from 'gaesup-state/react';
import { memo, startTransition, useEffect, useLayoutEffect, useReducer, useState } from 'react';
import { store } from '../page.ts';

/** What begins a slow rendering: components that mount, a rendering of all, a change of the state, or both. */
export type Start = Kind | 'render' | 'change' | 'both';

/** What a run saw. */
export interface Run {
  /** For each kind of component the values that were shown together, commit by commit. */
  commits: Partial<Record<Kind, string[]>>;
  /** How many components had been rendered, and not shown, at each change of the state meanwhile. */
  midst: number[];
}

declare global {
  interface Window {
    tear(start: Start, changes: number): Promise<Run>;
  }
}

const kinds = ['urgent', 'deferred', 'naive'] as const;
type Kind = (typeof kinds)[number];

/** Rendering one takes a moment; all of them take several slices of React's time. */
const COMPONENTS = 30;
const SLOW_MS = 1;
/** How often a run looks whether a rendering has begun. */
const LOOKS_MAX = 1_000;

/** Components that were rendered since the last commit. */
let uncommitted = 0;
/** Components that will be in the page. */
let expected = 0;
let commits: Run['commits'] = {};
let begin: (start: Start) => void = () => {};

function work(): void {
  const until = performance.now() + SLOW_MS;
  while (performance.now() < until);
  uncommitted++;
}

/** Notes what is in the page when a commit has changed it. */
function noteCommit(): void {
  uncommitted = 0;
  for (const kind of kinds) {
    const shown = [...document.querySelectorAll(`.${kind}`)].map(({ textContent }) => textContent);
    const values = [...new Set(shown)].join(' and ');
    const seen = commits[kind] ?? [];
    commits[kind] = seen;
    if (values !== '' && values !== seen.at(-1)) seen.push(values);
  }
}

/** Waits for something that React does between tasks. */
async function until(condition: () => boolean): Promise<void> {
  for (let look = 0; look < LOOKS_MAX && !condition(); look++) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Whether what was begun is in the page, and everything shows what there is. */
function hasArrived(): boolean {
  const shown = kinds.map((kind) => [...document.querySelectorAll(`.${kind}`)]);
  const n = String(store.at('n').get());
  const asked = shown.slice(0, 2).flat();
  return shown.flat().length === expected && asked.every(({ textContent }) => textContent === n);
}

window.tear = async (start, changes) => {
  await window.settled();
  commits = {};
  uncommitted = 0;
  const midst: number[] = [];
  if (start === 'urgent' || start === 'deferred' || start === 'naive') expected += COMPONENTS;
  begin(start);
  for (let change = 0; change < changes; change++) {
    await until(() => uncommitted > 0);
    midst.push(uncommitted);
    store.at('n').increment();
    // What is urgent has its turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  await until(hasArrived);
  await window.settled();
  noteCommit();
  return { commits, midst };
};

/** Many components that read the same value in different ways and render slowly. */
export function Tearing() {
  const [kindsShown, setKinds] = useState<Kind[]>([]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    begin = (start) => {
      if (start === 'change') store.at('n').increment();
      else
        startTransition(() => {
          if (start === 'render' || start === 'both') setTurn((before) => before + 1);
          else setKinds((before) => [...before, start]);
          if (start === 'both') store.at('n').increment();
        });
    };
  }, []);
  // biome-ignore lint/suspicious/noArrayIndexKey: they are only added
  return kindsShown.map((kind, index) => <Many key={index} of={kind} turn={turn} />);
}

/** All of a kind, rendered anew with each turn. */
const Many = memo(({ of, turn }: { of: Kind; turn: number }) => {
  const One = { urgent: Urgent, deferred: Deferred, naive: Naive }[of];
  // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
  return Array.from({ length: COMPONENTS }, (_, index) => <One key={index} index={index} turn={turn} />);
});

interface Place {
  index: number;
  turn: number;
}

function Urgent({ index }: Place) {
  const selected = useStore(store, (s) => ({ n: s.n }));
  const pointed = useStore(store.at('n'));
  const summed = useStore(store, (s) => s.n + s.rows.length - s.rows.length);
  useLayoutEffect(noteCommit);
  work();
  const values = [selected.n, pointed, summed];
  // One that disagrees with itself shows that.
  return <output className="urgent">{new Set(values).size === 1 ? values[index % 3] : values.join()}</output>;
}

function Deferred({ turn }: Place) {
  return <Slow n={useStore(store, (s) => s.n, { deferred: true })} turn={turn} />;
}

const Slow = memo(({ n }: { n: number; turn: number }) => {
  useLayoutEffect(noteCommit);
  work();
  return <output className="deferred">{n}</output>;
});

/** What a store must not do: shows that this page would notice. */
function Naive() {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => store.at('n').subscribe(render), []);
  useLayoutEffect(noteCommit);
  work();
  return <output className="naive">{store.at('n').get()}</output>;
}
