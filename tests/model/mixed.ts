/** Runs mixed programs, with clocks that stand still between their steps. */
import fc from 'fast-check';
import { vi } from 'vitest';
import type { TransferSubject } from '../conformance/transferSubject.ts';
import { type MixedProgram, mixedPrograms } from './mixedPrograms.ts';
import { MixedRun } from './mixedRun.ts';
import type { MixedTally } from './mixedTally.ts';
import { runRound } from './rounds.ts';

/** Tries at least so many programs. */
export async function tryMixed(subject: TransferSubject, count: number, seed: number): Promise<MixedTally> {
  const tally: MixedTally = {
    programs: 0,
    steps: 0,
    commits: 0,
    calls: 0,
    optimistic: 0,
    foreign: 0,
    undone: 0,
    taken: 0,
    thrown: 0,
    refused: 0,
  };
  const property = fc.asyncProperty(mixedPrograms, (program) => runMixed(subject, program, tally));
  for (let round = 0; tally.programs < count; round += 1)
    await runRound('mixed programs', property, seed + round);
  return tally;
}

async function runMixed(subject: TransferSubject, program: MixedProgram, tally: MixedTally): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const run = new MixedRun(subject, program, tally);
  try {
    for (const step of program.steps) await run.take(step);
    await run.end();
    tally.programs += 1;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${run.trace.join('\n')}`, { cause: error });
  } finally {
    run.dispose();
    vi.useRealTimers();
  }
}
