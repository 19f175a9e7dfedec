/** Runs a property in rounds until enough was tried; the same seed gives the same rounds. */
import fc from 'fast-check';

const RUNS_PER_ROUND = 40;
/** Shrinking a failure stops after this long and reports the smallest counterexample so far. */
const ROUND_MS_MAX = 45_000;

/** One round of a property; throws with what replays it and the smallest counterexample found. */
export async function runRound<T>(name: string, property: fc.IAsyncProperty<T>, seed: number): Promise<void> {
  const details = await fc.check(property, {
    seed,
    numRuns: RUNS_PER_ROUND,
    interruptAfterTimeLimit: ROUND_MS_MAX,
  });
  if (!details.failed) return;
  const cause = details.errorInstance as Error | undefined;
  throw new Error(
    `${name}, seed ${details.seed}, path "${details.counterexamplePath}", ` +
      `${details.numShrinks} times shrunk:\n${cause?.message ?? 'interrupted'}`,
    { cause },
  );
}
