/** The page: runs the conformance checks and a part of the model, and leaves the report on `window`. */
import * as gaesup from 'gaesup-state';
import { tryBatches } from '../../model/batchRun.ts';
import { tryHostileBytes } from '../../model/hostileBytes.ts';
import { runModel } from '../../model/model.ts';
import { tryRecipes } from '../../model/recipeRun.ts';
import { trySelectors } from '../../model/selectorRun.ts';
import { check } from '../check.ts';
import { DATA_PACKAGES } from '../data.ts';
import type { Platform, Subject } from '../subject.ts';
import { defineConformance } from '../suite.ts';
import type { TransferSubject } from '../transferSubject.ts';
import { createHarness, type Report } from './harness.ts';

declare global {
  interface Window {
    conformance?: Report;
  }
}

const MODEL_SEED = 1_912;

const subject = gaesup as unknown as Subject;
const harness = createHarness();

const platform: Platform = {
  heapBytes: () => undefined,

  async load(name) {
    check(name in DATA_PACKAGES, `there is no data set ${name}`);
    const response = await fetch(`./data/${name}.json`);
    return response.json();
  },

  async reportedErrors(run) {
    const errors: unknown[] = [];
    const listener = (event: ErrorEvent): void => {
      errors.push(event.error);
      event.preventDefault();
    };
    addEventListener('error', listener);
    run();
    await new Promise((resolve) => setTimeout(resolve, 5));
    removeEventListener('error', listener);
    return errors;
  },
};

defineConformance(subject, harness, platform);

harness.describe('the model', () => {
  for (const [size, operations] of [
    ['small', 15_000],
    ['large', 1_000],
  ] as const) {
    harness.it(`agrees on ${size} states`, async () => {
      const tally = await runModel(subject, size, operations, MODEL_SEED);
      check(tally.operations >= operations, `only ${tally.operations} operations were tried`);
    });
  }
  harness.it('agrees on batches', async () => {
    check((await tryBatches(subject, 3_000, MODEL_SEED)).commits > 600, 'hardly any batch changed anything');
  });
  harness.it('agrees on selections', async () => {
    check((await trySelectors(subject, 300, MODEL_SEED)).told > 600, 'hardly any listener was called');
  });
  harness.it('agrees on recipes', async () => {
    check((await tryRecipes(subject, 1_500, MODEL_SEED)).kept > 1_500, 'hardly anything was left alone');
  });
});

harness.describe('damaged bytes', () => {
  harness.it('do no harm', () => {
    const { taken } = tryHostileBytes(subject as TransferSubject, 10_000, MODEL_SEED);
    check(taken > 500, 'hardly anything was taken');
  });
});

window.conformance = await harness.run();
