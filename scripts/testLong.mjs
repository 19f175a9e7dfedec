import { build } from './steps/build.mjs';
import { chromium } from './steps/chromium.mjs';
import { ask } from './steps/command.mjs';
import { main } from './steps/runner.mjs';
import { rustTests } from './steps/rust.mjs';
import { setup } from './steps/setup.mjs';
import { adapterTests, modelTests } from './steps/typescript.mjs';

/**
 * The proofs that take long: `npm test` does a tenth of each, always the same one. This does all of them, or
 * with `--part 0` to `--part 9` another tenth; `--part next` goes on by one with each commit.
 */
const PARTS = 10;

/** @returns {string | undefined} what was asked for, or nothing if that makes no sense */
function partOf(/** @type {string[]} */ words) {
  const [flag, part = ''] = words;
  if (flag === undefined) return 'all';
  if (flag !== '--part' || words.length > 2) return undefined;
  if (part === 'next') return String(Number(ask('git', ['rev-list', '--count', 'HEAD']) ?? 0) % PARTS);
  return /^\d$/.test(part) ? part : undefined;
}

const part = partOf(process.argv.slice(2));
if (part === undefined) {
  console.error("Usage: npm run test:long [-- --part <0 to 9, or 'next'>]");
  process.exitCode = 2;
} else {
  console.log(part === 'all' ? 'All of the long proofs.' : `Part ${part} of 0 to ${PARTS - 1}.`);
  process.env['TEST_PART'] = part;
  await main([...setup, chromium, ...build, rustTests, modelTests, adapterTests], { counted: true });
}
