import { useCursor, useStore } from 'gaesup-state/react';
import { Label } from './Label.tsx';
import { store } from './store.ts';

export function App() {
  const view = useStore(store, (s) => ({ doubled: s.count * 2 }));
  const [count, setCount] = useCursor(store.at('count'));
  return (
    <>
      <button type="button" onClick={() => setCount(count + 1)}>
        {count}
      </button>
      <output>{view.doubled}</output>
      <Label />
    </>
  );
}
