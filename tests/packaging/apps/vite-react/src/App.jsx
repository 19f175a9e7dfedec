import { useStore, useStoreContext } from 'gaesup-state/react';

export function App() {
  const store = useStoreContext();
  const count = useStore(store, (state) => state.count);
  return (
    <button type="button" onClick={() => store.at('count').increment()}>
      {count}
    </button>
  );
}
