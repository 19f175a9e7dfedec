/** Damaged deltas on the packed package: refused with a code and without a trace, or applied and undone. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { DeltaSubject } from '../conformance/deltaSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryHostileDeltas } from './hostileDeltas.ts';

const subject = gaesup as unknown as DeltaSubject;

const { count, seed } = scaleOf('MODEL_DELTAS', 25_000, 27_182);

describe('damaged deltas', () => {
  it('do no harm', { timeout: 600_000 }, () => {
    const tally = tryHostileDeltas(subject, count, seed);
    console.info(`damaged deltas, seed ${seed}:`, tally);
    // Most are refused, but what is applied is what damage can hide in.
    expect(tally.refused).toBeGreaterThan(count * 0.5);
    expect(tally.applied).toBeGreaterThan(count * 0.005);
    expect(tally.composed).toBeGreaterThan(count * 0.005);
  });
});
