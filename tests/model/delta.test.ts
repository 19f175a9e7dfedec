/** Deltas of random commits on the packed package: every replica comes to the same states. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { DeltaSubject } from '../conformance/deltaSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryDeltas } from './deltaRun.ts';

const subject = gaesup as unknown as DeltaSubject;

const { count: commits, seed } = scaleOf('MODEL_DELTAS', 4_000, 16_180);

describe('deltas of commits', () => {
  it('lead replicas through the same states, and back', { timeout: 600_000 }, async () => {
    const tally = await tryDeltas(subject, commits, seed);
    console.info(`deltas, seed ${seed}:`, tally);
    expect(tally.inverted).toBeGreaterThan(commits * 0.1);
    expect(tally.composed).toBeGreaterThan(commits * 0.1);
    expect(tally.since).toBeGreaterThan(commits * 0.1);
    expect(tally.gone).toBeGreaterThan(commits * 0.01);
    expect(tally.refused).toBeGreaterThan(commits * 0.1);
    expect(tally.kept).toBeGreaterThan(commits);
  });
});
