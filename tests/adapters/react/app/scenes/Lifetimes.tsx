import { createStore, type Store } from 'gaesup-state';
import { StoreProvider, useStore, useStoreContext } from 'gaesup-state/react';
import * as React from 'react';
import { useState } from 'react';
import { counted, initial, note, type State, store } from '../page.ts';

declare global {
  interface Window {
    second: Store<State>;
  }
}

const second = createStore({ ...initial(), n: 100 });
window.second = second;

/** React 19 has it. */
const Activity = 'Activity' in React ? React.Activity : undefined;

/** Components that come and go, are hidden, and get another store. */
export function Lifetimes() {
  const [isShown, setShown] = useState(true);
  const [isHidden, setHidden] = useState(false);
  const [shared, setShared] = useState(store);
  return (
    <>
      <button type="button" id="toggle" onClick={() => setShown(!isShown)}>
        Come and go
      </button>
      <button type="button" id="hide" onClick={() => setHidden(!isHidden)}>
        Hide
      </button>
      <button type="button" id="exchange" onClick={() => setShared(shared === store ? second : store)}>
        Another store
      </button>
      {isShown && <Comer />}
      {Activity !== undefined && (
        <Activity mode={isHidden ? 'hidden' : 'visible'}>
          <Hidden />
        </Activity>
      )}
      <StoreProvider store={shared}>
        <Provided />
      </StoreProvider>
    </>
  );
}

const watched = counted(store.at('n'), 'Comer');

function Comer() {
  note('Comer');
  const pointed = useStore(watched);
  const n = useStore(store, (s) => {
    note('Comer: selector');
    return s.n;
  });
  const slow = useStore(store, (s) => s.n, { schedule: { debounce: 30 } });
  return <output id="comer">{`${pointed} ${n} ${slow}`}</output>;
}

function Hidden() {
  const now = useStore(store, (s) => ({ n: s.n }));
  const frame = useStore(store, (s) => s.n, { schedule: 'frame' });
  const debounced = useStore(store.at('n'), { schedule: { debounce: 10 } });
  const deferred = useStore(store.at('n'), { deferred: true });
  return <output id="hidden">{`${now.n} ${frame} ${debounced} ${deferred}`}</output>;
}

function Provided() {
  const shared = useStoreContext<State>();
  const n = useStore(shared, (s) => s.n);
  const frame = useStore(shared, (s) => s.n, { schedule: 'frame' });
  const direct = useStore(shared.at('n'));
  return <output id="provided">{`${n} ${frame} ${direct}`}</output>;
}
