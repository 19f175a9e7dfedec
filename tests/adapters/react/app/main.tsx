import { type ComponentType, StrictMode, version } from 'react';
import { createRoot } from 'react-dom/client';
import { Basics } from './scenes/Basics.tsx';
import { Failing } from './scenes/Failing.tsx';
import { Inputs } from './scenes/Inputs.tsx';
import { Lifetimes } from './scenes/Lifetimes.tsx';
import { Rows } from './scenes/Rows.tsx';
import { Suspending } from './scenes/Suspending.tsx';
import { Tearing } from './scenes/Tearing.tsx';
import { Zombies } from './scenes/Zombies.tsx';

const scenes: Record<string, ComponentType> = {
  Basics,
  Failing,
  Inputs,
  Lifetimes,
  Rows,
  Suspending,
  Tearing,
  Zombies,
};

// One app for all scenes, as builds take their time: `?Rows` is one of them.
const Scene = scenes[location.search.slice(1)];
const page = document.getElementById('root');
if (Scene === undefined || page === null) throw new Error(`There is no scene ${location.search}`);

window.reactVersion = version;
window.mount = () => {
  const root = createRoot(page);
  root.render(
    <StrictMode>
      <Scene />
    </StrictMode>,
  );
  return () => root.unmount();
};
window.unmount = window.mount();
