import { build } from './steps/build.mjs';
import { chromium } from './steps/chromium.mjs';
import { run } from './steps/command.mjs';
import { publint, size, typesOfPackage } from './steps/package.mjs';
import { beside, main } from './steps/runner.mjs';
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
 * a slip is told early; two that keep one core each run side by side.
 *
 * @type {{ needs: Step[], checks: (Step | [Step, Step])[] }[]}
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
      typescript.adapterTests,
      typescript.browserTests,
      [typescript.modelTests, rust.miri],
    ],
  },
];

const names = phases.flatMap(({ checks }) => checks.flat().map(({ name }) => name));
const words = process.argv.slice(2);
const unknown = words.find((word) => !names.some((name) => name.includes(word)));
const isChosen = (/** @type {Step} */ { name }) =>
  words.length === 0 || words.some((word) => name.includes(word));

/** @returns {Step[]} what is chosen of a check */
const chosen = (/** @type {Step | [Step, Step]} */ check) => {
  const [first, second] = [check].flat().filter(isChosen);
  if (first === undefined) return [];
  return [second === undefined ? first : beside(first, second)];
};

if (unknown !== undefined) {
  console.error(`No check has '${unknown}' in its name. There are: ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  const steps = phases.flatMap(({ needs, checks }) => {
    const wanted = checks.flatMap(chosen);
    return wanted.length > 0 ? [...needs, ...wanted] : [];
  });
  // Two phases may need the same.
  await main([...new Set([...setup, ...steps])], { counted: true });
}
