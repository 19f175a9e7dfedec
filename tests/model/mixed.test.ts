/** Programs of everything at once on the packed package. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { TransferSubject } from '../conformance/transferSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { tryMixed } from './mixed.ts';

const subject = gaesup as unknown as TransferSubject;

const { count: programs, seed } = scaleOf('MODEL_MIXED', 20_000, 8_128);

describe('mixed programs', () => {
  it('do what the model does at every step', { timeout: 1_800_000 }, async () => {
    const tally = await tryMixed(subject, programs, seed);
    console.info(`mixed programs, seed ${seed}:`, tally);
    expect(tally.programs).toBeGreaterThanOrEqual(programs);
  });
});
