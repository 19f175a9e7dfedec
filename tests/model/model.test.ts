/** Random programs on the packed package against the oracle: no divergence in at least 100,000 operations. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { Subject } from '../conformance/subject.ts';
import { scaleOf } from '../support/scale.ts';
import { runModel, runRoundTrips } from './model.ts';

const subject = gaesup as unknown as Subject;

const { count: operations, seed } = scaleOf('MODEL_OPERATIONS', 110_000, 20_240_607);

const MINUTES = 60_000;

describe('the store against plain JavaScript', () => {
  it('gives back generated values as they were', { timeout: 10 * MINUTES }, async () => {
    expect(await runRoundTrips(subject, operations, seed)).toBeGreaterThanOrEqual(operations);
  });

  it('agrees on small states', { timeout: 10 * MINUTES }, async () => {
    const tally = await runModel(subject, 'small', Math.ceil(operations * 0.9), seed);
    console.info(`model, small states, seed ${seed}:`, tally);
    expect(tally.operations).toBeGreaterThanOrEqual(operations * 0.9);
    expect(tally.commits).toBeGreaterThan(tally.operations * 0.4);
    expect(tally.errors).toBeGreaterThan(tally.operations * 0.02);
    expect(tally.notifications).toBeGreaterThan(tally.operations * 0.1);
  });

  it('agrees on large lists and dictionaries', { timeout: 10 * MINUTES }, async () => {
    const tally = await runModel(subject, 'large', Math.ceil(operations * 0.1), seed);
    console.info(`model, large states, seed ${seed}:`, tally);
    expect(tally.operations).toBeGreaterThanOrEqual(operations * 0.1);
    expect(tally.commits).toBeGreaterThan(tally.operations * 0.4);
  });
});
