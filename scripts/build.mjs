import { build } from './steps/build.mjs';
import { main } from './steps/runner.mjs';
import { setup } from './steps/setup.mjs';

await main([...setup, ...build]);
