import { build } from './steps/build.mjs';
import { chromium } from './steps/chromium.mjs';
import { run } from './steps/command.mjs';
import { main } from './steps/runner.mjs';
import { setup } from './steps/setup.mjs';

const measure = {
  name: 'benchmark',
  run: () => run(process.execPath, ['--expose-gc', 'tests/bench/run.mjs', ...process.argv.slice(2)]),
};

await main([...setup, chromium, ...build, measure]);
