/** Random batches on the packed package against the oracle. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { Subject } from '../conformance/subject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryBatches } from './batchRun.ts';

const subject = gaesup as unknown as Subject;

const { count: batches, seed } = scaleOf('MODEL_BATCHES', 20_500, 31_415);

describe('batches against plain JavaScript', () => {
  it('leave what their writes one by one would leave, or nothing', { timeout: 600_000 }, async () => {
    const tally = await tryBatches(subject, batches, seed);
    console.info(`batches, seed ${seed}:`, tally);
    // Every kind of end has to have been met often, or the programs have gone stale.
    expect(tally.commits).toBeGreaterThan(batches * 0.2);
    expect(tally.unchanged).toBeGreaterThan(batches * 0.05);
    expect(tally.thrown).toBeGreaterThan(batches * 0.05);
    expect(tally.refused).toBeGreaterThan(batches * 0.05);
    expect(tally.nested).toBeGreaterThan(batches * 0.1);
    expect(tally.reads).toBeGreaterThan(batches * 0.2);
    expect(tally.calls).toBeGreaterThan(batches * 0.2);
    expect(tally.sentOnce).toBeGreaterThan(tally.counted * 0.6);
  });
});
