/** Undo and redo on the packed package against a list of states. */
import * as gaesup from 'gaesup-state';
import { describe, expect, it } from 'vitest';
import type { DeltaSubject } from '../conformance/deltaSubject.ts';
import { scaleOf } from '../support/scale.ts';
import { longProgram } from './historyPrograms.ts';
import { emptyTally, runHistory, tryHistories } from './historyRun.ts';

const subject = gaesup as unknown as DeltaSubject;

const { count: acts, seed } = scaleOf('MODEL_HISTORIES', 4_000, 14_142);

const { count: steps } = scaleOf('MODEL_STEPS', 10_000, seed);

const MINUTES = 60_000;

describe('undo and redo against plain JavaScript', () => {
  it('give the states of short programs', { timeout: 10 * MINUTES }, async () => {
    const tally = await tryHistories(subject, acts, seed);
    console.info(`histories, seed ${seed}:`, tally);
    expect(tally.commits).toBeGreaterThan(acts * 0.2);
    expect(tally.undone + tally.redone).toBeGreaterThan(acts * 0.3);
    expect(tally.jumps).toBeGreaterThan(acts * 0.02);
    expect(tally.foreign).toBeGreaterThan(acts * 0.01);
    expect(tally.excluded).toBeGreaterThan(acts * 0.05);
    expect(tally.joined).toBeGreaterThan(acts * 0.02);
    expect(tally.dropped).toBeGreaterThan(acts * 0.01);
  });

  for (const bytes of [undefined, 12_000]) {
    it(`give every state of a long walk, with ${bytes ?? 'any number of'} bytes`, {
      timeout: 10 * MINUTES,
    }, () => {
      const tally = emptyTally();
      runHistory(subject, longProgram(steps, bytes, seed), tally);
      console.info(`a long history, seed ${seed}:`, tally);
      expect(tally.acts).toBe(steps);
      expect(tally.dropped > 0).toBe(bytes !== undefined);
    });
  }
});
