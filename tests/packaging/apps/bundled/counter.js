import { createStore } from 'gaesup-state';
import { useStore } from 'gaesup-state/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const store = createStore({ count: 1 });

function Counter() {
  const count = useStore(store, (state) => state.count);
  return createElement('button', { type: 'button', onClick: () => store.at('count').increment() }, count);
}

createRoot(document.getElementById('root')).render(createElement(Counter));
