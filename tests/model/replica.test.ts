/** Stores on the packed package that exchange what they commit. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { DeltaSubject } from '../conformance/deltaSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryReplicas } from './replicaRun.ts';

const subject = gaesup as unknown as DeltaSubject;

const { count: acts, seed } = scaleOf('MODEL_REPLICAS', 4_000, 17_320);

describe('replicas', () => {
  it('become the same, whatever they did optimistically', { timeout: 600_000 }, async () => {
    const tally = await tryReplicas(subject, acts, seed);
    console.info(`replicas, seed ${seed}:`, tally);
    expect(tally.committed).toBeGreaterThan(acts * 0.1);
    expect(tally.rolledBack).toBeGreaterThan(acts * 0.05);
    expect(tally.under).toBeGreaterThan(acts * 0.02);
    expect(tally.refused).toBeGreaterThan(acts * 0.01);
    expect(tally.waited).toBeGreaterThan(acts * 0.01);
    expect(tally.conflicts).toBeGreaterThan(acts * 0.002);
  });
});
