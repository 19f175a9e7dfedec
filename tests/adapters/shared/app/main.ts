import { inputs } from './behaviours/inputs.ts';
import { lives } from './behaviours/lives.ts';
import { showing } from './behaviours/showing.ts';
import { rendering, timing } from './behaviours/timing.ts';
import { Stage } from './stage.ts';
import { bare } from './subjects/bare.ts';
import { react } from './subjects/react.tsx';
import { svelte } from './subjects/svelte.svelte.ts';
import { vue } from './subjects/vue.ts';

const subjects = { bare, react, vue, svelte };
const shared = { ...showing, ...lives, ...timing, ...inputs };

/** Tries every behaviour; answers which a subject has, and what is wrong with the others. */
async function run(name: keyof typeof subjects) {
  const held: string[] = [];
  const failed: string[] = [];
  for (const [title, behaviour] of Object.entries(name === 'bare' ? shared : { ...shared, ...rendering })) {
    const stage = new Stage(subjects[name]);
    try {
      await behaviour(stage);
      held.push(title);
    } catch (error) {
      failed.push(`${title}: ${error}`);
    }
    stage.end();
  }
  return { held, failed };
}

declare global {
  interface Window {
    run: typeof run;
  }
}

window.run = run;
