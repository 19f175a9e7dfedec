import { useStore } from 'gaesup-state/react';
import { memo, Suspense, useState } from 'react';
import { note, store } from '../page.ts';

declare global {
  interface Window {
    /** Brings what a number is waited for. */
    bring(n: number): void;
  }
}

interface Resource {
  promise: Promise<void>;
  resolve(): void;
  isThere: boolean;
}

const resources = new Map<string, Resource>();

function resourceOf(key: string): Resource {
  const known = resources.get(key);
  if (known !== undefined) return known;
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  const resource = { promise, resolve, isThere: key.endsWith(' 0') };
  resources.set(key, resource);
  return resource;
}

window.bring = (n) => {
  for (const [key, resource] of resources) {
    if (!key.endsWith(` ${n}`)) continue;
    resource.isThere = true;
    resource.resolve();
  }
};

/** What suspends until a number of the state is there. */
const Waiting = memo(({ id, n }: { id: string; n: number }) => {
  const resource = resourceOf(`${id} ${n}`);
  if (!resource.isThere) throw resource.promise;
  return <output id={id}>{n}</output>;
});

/** Components that suspend when the state changes, with others beside them. */
export function Suspending() {
  const [isOn, setOn] = useState(false);
  return (
    <>
      <button type="button" id="start" onClick={() => setOn(true)}>
        Start
      </button>
      <Suspense fallback={<i id="now-waits">…</i>}>
        <Now />
        <Beside />
      </Suspense>
      <Suspense fallback={<i id="deferred-waits">…</i>}>
        <Deferred />
      </Suspense>
      {isOn && (
        <Suspense fallback={<i id="late-waits">…</i>}>
          <Beside />
          <Late />
        </Suspense>
      )}
    </>
  );
}

function Now() {
  return <Waiting id="now" n={useStore(store.at('n'))} />;
}

function Deferred() {
  return <Waiting id="deferred" n={useStore(store, (s) => s.n, { deferred: true })} />;
}

/** Is hidden while its neighbour is waited for, and shows what has become meanwhile. */
function Beside() {
  note('Beside');
  return <output className="beside">{useStore(store, (s) => ({ other: s.other })).other}</output>;
}

/** Suspends before it was ever shown. */
function Late() {
  const title = useStore(store, (s) => s.title);
  return (
    <output>
      {title}
      <Waiting id="late" n={7} />
    </output>
  );
}
