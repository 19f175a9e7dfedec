import { build } from './steps/build.mjs';
import { chromium } from './steps/chromium.mjs';
import { main } from './steps/runner.mjs';
import { setup } from './steps/setup.mjs';
import { matrixTests, packagingTests } from './steps/typescript.mjs';

// What `npm test` leaves out installs each framework anew, which needs a network and minutes.
await main([...setup, chromium, ...build, packagingTests, matrixTests], { counted: true });
