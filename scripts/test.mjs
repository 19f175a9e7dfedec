import { build } from './steps/build.mjs';
import { chromium } from './steps/chromium.mjs';
import { run } from './steps/command.mjs';
import { publint, size, typesOfPackage } from './steps/package.mjs';
import { main } from './steps/runner.mjs';
import * as rust from './steps/rust.mjs';
import { setup } from './steps/setup.mjs';
import * as typescript from './steps/typescript.mjs';

/** @import { Step } from './steps/runner.mjs' */

/** @type {Step} */
const tidy = {
  name: 'tidy',
  run: () => run('cargo', ['xtask', 'tidy'], { failure: 'The tree breaks a house rule; see above.' }),
};

/**
 * What to check, and what has to be there first. Quick ones come early, so that
 * a slip is told early.
 *
 * @type {{ needs: Step[], checks: Step[] }[]}
 */
const phases = [
  {
    needs: [],
    checks: [
      rust.rustFormat,
      tidy,
      typescript.lint,
      rust.clippyHost,
      rust.clippyWasmBaseline,
      rust.clippyWasmSimd,
      rust.rustDocs,
      rust.rustTests,
    ],
  },
  {
    needs: [chromium, rust.wasmTestRunner],
    checks: [rust.kernelsInNode, rust.kernelsInChromium],
  },
  {
    needs: [chromium, ...build],
    checks: [
      typescript.typeCheck,
      typescript.unitTests,
      size,
      publint,
      typesOfPackage,
      typescript.packagingTests,
      typescript.modelTests,
      typescript.adapterTests,
      typescript.browserTests,
    ],
  },
  { needs: [], checks: [rust.miri] },
];

const names = phases.flatMap(({ checks }) => checks.map(({ name }) => name));
const words = process.argv.slice(2);
const unknown = words.find((word) => !names.some((name) => name.includes(word)));
const isChosen = (/** @type {Step} */ { name }) =>
  words.length === 0 || words.some((word) => name.includes(word));

if (unknown !== undefined) {
  console.error(`No check has '${unknown}' in its name. There are: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  const steps = phases
    .filter(({ checks }) => checks.some(isChosen))
    .flatMap(({ needs, checks }) => [...needs, ...checks.filter(isChosen)]);
  // Two phases may need the same.
  await main([...new Set([...setup, ...steps])], { counted: true });
}
