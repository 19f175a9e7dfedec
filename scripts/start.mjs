import { join } from 'node:path';
import { examples } from '../examples/index/examples.mjs';
import { build } from './steps/build.mjs';
import { root, runPackage } from './steps/command.mjs';
import { unlessFresh } from './steps/fingerprint.mjs';
import { main } from './steps/runner.mjs';
import { setup } from './steps/setup.mjs';

/** @import { Step } from './steps/runner.mjs' */

const port = 4173;
const index = { name: 'index', title: 'the index' };

/**
 * A production build: what a visitor would see, at the speed they would see.
 *
 * @param {{ readonly name: string, readonly title: string }} example
 * @returns {Step}
 */
function buildExample({ name, title }) {
  const folder = `examples/${name}`;
  return {
    name: title,
    run: () =>
      unlessFresh(
        name,
        {
          inputs: [folder, 'examples/shared', 'dist', 'package-lock.json'],
          outputs: [name === index.name ? 'examples/dist/index.html' : `examples/dist/${name}`],
        },
        () => runPackage('vite/bin/vite.js', ['build', folder, '--logLevel', 'warn']),
      ),
  };
}

/**
 * Builds some of the examples and serves them.
 *
 * @param {readonly { readonly name: string, readonly title: string }[]} shown
 */
async function start(shown) {
  if (!(await main([...setup, ...build, ...shown.map(buildExample)]))) return;
  const { preview } = await import('vite');
  const server = await preview({
    root: join(root, 'examples/index'),
    preview: { port, strictPort: false },
  });
  const [first] = shown;
  const path = first && first.name !== index.name ? `${first.name}/` : '';
  console.log(`\n${path === '' ? 'The examples are' : 'The example is'} at:`);
  for (const url of server.resolvedUrls?.local ?? []) console.log(`  ${url}${path}`);
  console.log('Press Ctrl+C to stop.');
}

const [asked] = process.argv.slice(2);
const found = examples.find(({ name }) => name === asked);
if (asked === undefined) await start([index, ...examples]);
else if (found !== undefined) await start([found]);
else {
  const names = examples.map(({ name }) => name).join(', ');
  console.error(
    `There is no example '${asked}'. Those that there are: ${names}; 'npm start' shows all of them.`,
  );
  process.exitCode = 1;
}
