/** Random selectors on the packed package against plain functions on plain objects. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { Subject } from '../conformance/subject.ts';
import { scaleOf } from '../support/scale.ts';
import { trySelectors } from './selectorRun.ts';

const subject = gaesup as unknown as Subject;

const { count: programs, seed } = scaleOf('MODEL_PROGRAMS', 3_000, 27_182);

describe('selections against plain JavaScript', () => {
  it('tell of a change exactly when there is one', { timeout: 600_000 }, async () => {
    const tally = await trySelectors(subject, programs, seed);
    console.info(`selectors, seed ${seed}:`, tally);
    expect(tally.told).toBeGreaterThan(programs * 4);
    expect(tally.told).toBeLessThan(tally.compared * 0.6);
    expect(tally.asked).toBeGreaterThan(programs);
    expect(tally.failed).toBeGreaterThan(programs * 0.1);
  });
});
