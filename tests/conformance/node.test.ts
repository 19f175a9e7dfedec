/** The conformance checks on the packed package in Node. */
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as gaesup from 'gaesup-state';
import { describe, it } from 'vitest';
import { dataFile } from './dataFiles.ts';
import type { Platform, Subject } from './subject.ts';
import { defineConformance } from './suite.ts';

const TIMEOUT_MS = 120_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const platform: Platform = {
  heapBytes() {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  },

  load: async (name) => JSON.parse(await readFile(dataFile(name), 'utf8')) as unknown,

  async reportedErrors(run) {
    const errors: unknown[] = [];
    // The runner's own handlers would count the error as a failure of the test.
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => errors.push(error));
    try {
      run();
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
    }
    return errors;
  },
};

defineConformance(
  gaesup as unknown as Subject,
  { describe, it: (title, body) => it(title, { timeout: TIMEOUT_MS }, async () => await body()) },
  platform,
);
