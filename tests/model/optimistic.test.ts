/** Optimistic updates on the packed package against deeds that are done in the order in which they are confirmed. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { DeltaSubject } from '../conformance/deltaSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryOptimistic } from './optimisticRun.ts';

const subject = gaesup as unknown as DeltaSubject;

const { count: acts, seed } = scaleOf('MODEL_OPTIMISTIC', 10_000, 22_360);

describe('optimistic updates', () => {
  it('are what was meant, on top of what is confirmed', { timeout: 600_000 }, async () => {
    const tally = await tryOptimistic(subject, acts, seed);
    console.info(`optimistic updates, seed ${seed}:`, tally);
    expect(tally.foreign).toBeGreaterThan(acts * 0.15);
    expect(tally.committed).toBeGreaterThan(acts * 0.1);
    expect(tally.rolledBack).toBeGreaterThan(acts * 0.05);
    expect(tally.conflicts).toBeGreaterThan(acts * 0.001);
    expect(tally.told).toBeGreaterThan(acts);
    expect(tally.silent).toBeGreaterThan(acts);
  });
});
