import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { buildOf, contentSecurityPolicy, ISOLATION_HEADERS, pageHead } from '../shared/build/vite.ts';
import { examples } from './examples.mjs';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Puts the list of examples into the page. */
function listOfExamples(): Plugin {
  const items = examples.map(
    ({ name, title, text }) =>
      `<li><a href="./${name}/"><h2>${title}</h2><p>${text}</p><code>npm start -- ${name}</code></a></li>`,
  );
  return {
    name: 'list-of-examples',
    transformIndexHtml: (html) => html.replace('<!-- examples -->', items.join('')),
  };
}

/** The page around the examples: their builds are in folders beside it. */
export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: here('../shared/public'),
  plugins: [
    listOfExamples(),
    pageHead('Examples of gaesup-state with React, Vue, Svelte and without a framework.'),
    contentSecurityPolicy(),
  ],
  preview: { headers: ISOLATION_HEADERS },
  build: buildOf('.'),
});
