import { createStore } from 'gaesup-state';
import { useStore } from 'gaesup-state/react';
import { createRoot } from 'react-dom/client';

const store = createStore({ count: 1 });

function Counter() {
  const count = useStore(store.at('count'));
  return (
    <button type="button" onClick={() => store.at('count').increment()}>
      {count}
    </button>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Counter />);
