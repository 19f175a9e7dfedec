import { existsSync } from 'node:fs';
import { ask, run } from './command.mjs';
import { StepFailure } from './failure.mjs';

/** @import { Step } from './runner.mjs' */

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const drivers = ['/usr/bin/chromedriver', '/usr/lib/chromium/chromedriver', '/opt/homebrew/bin/chromedriver'];

/** @returns {string | undefined} the browser: CHROMIUM_PATH, or where systems put it */
export function findChromium() {
  return [process.env['CHROMIUM_PATH'] ?? '', ...browsers].find((path) => existsSync(path));
}

/** @returns {string | undefined} the browser's WebDriver: CHROMEDRIVER, or where systems put it */
export function findChromedriver() {
  return [process.env['CHROMEDRIVER'] ?? '', ...drivers].find((path) => existsSync(path));
}

const isThere = () => findChromium() !== undefined && findChromedriver() !== undefined;

/** @type {Step} */
export const chromium = {
  name: 'Chromium and its WebDriver',
  async run() {
    if (isThere()) return 'already installed';
    if (ask('apt-get', ['--version']) === undefined) {
      throw new StepFailure(
        'Chromium or ChromeDriver is missing: install both, or name them with CHROMIUM_PATH and CHROMEDRIVER.',
      );
    }
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
    const [program = 'apt-get', ...words] = [...asRoot, 'apt-get'];
    const failure =
      "apt-get could not install the packages 'chromium' and 'chromium-driver': install both by hand.";
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run(program, [...words, 'update', '--quiet=2'], { env, failure });
    const packages = ['chromium', 'chromium-driver'];
    await run(program, [...words, 'install', '--yes', '--quiet=2', '--no-install-recommends', ...packages], {
      env,
      failure,
    });
    if (!isThere()) throw new StepFailure(failure);
    return undefined;
  },
};
