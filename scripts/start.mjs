import { join } from 'node:path';
import { build } from './steps/build.mjs';
import { root, runPackage } from './steps/command.mjs';
import { unlessFresh } from './steps/fingerprint.mjs';
import { main } from './steps/runner.mjs';
import { setup } from './steps/setup.mjs';

/** @import { Step } from './steps/runner.mjs' */

const example = 'examples/cities';
const parts = ['src', 'public', 'index.html', 'vite.config.ts'];
const port = 4173;

// A production build: what a visitor would see, at the speed they would see.
/** @type {Step} */
const buildExample = {
  name: 'the cities example',
  run: () =>
    unlessFresh(
      'cities',
      {
        inputs: [...parts.map((part) => `${example}/${part}`), 'dist', 'package-lock.json'],
        outputs: [`${example}/dist`],
      },
      () => runPackage('vite/bin/vite.js', ['build', example]),
    ),
};

if (await main([...setup, ...build, buildExample])) {
  const { preview } = await import('vite');
  const server = await preview({ root: join(root, example), preview: { port, strictPort: false } });
  console.log('\nThe cities example is at:');
  server.printUrls();
  console.log('Press Ctrl+C to stop.');
}
