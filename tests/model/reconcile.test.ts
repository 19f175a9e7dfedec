/** Random states that become other ones on the packed package, in every way in which they can. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { TransferSubject } from '../conformance/transferSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryBecoming } from './reconcileRun.ts';

const subject = gaesup as unknown as TransferSubject;

const { count: pairs, seed } = scaleOf('MODEL_PAIRS', 400, 14_142);

describe('a state that becomes another', () => {
  it('is exactly that, whichever way, and comes back', { timeout: 600_000 }, async () => {
    const tally = await tryBecoming(subject, pairs, seed);
    console.info(`becoming another, seed ${seed}:`, tally);
    expect(tally.changed).toBeGreaterThan(pairs * 0.5);
    expect(tally.json).toBeGreaterThan(pairs * 0.1);
    expect(tally.kept).toBeGreaterThan(pairs * 2);
    expect(tally.unchanged).toBeGreaterThan(pairs * 0.02);
  });
});
